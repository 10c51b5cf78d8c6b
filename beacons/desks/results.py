"""What became of a council's applications: for its own people, each result as far as it may be known by now."""

from typing import Any

from django.http import Http404
from django.views.generic import DetailView, ListView

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core.views import PER_PAGE, SignedIn
from panel.results import own_result

JUDGED = (Status.ELIGIBLE, Status.CLOSED)


class OwnResults(SignedIn, ListView):
    """The applications of the person's authorities that went to a panel. Each result is on its own page."""

    paginate_by = PER_PAGE
    template_name = "desks/own_results.html"

    def get_queryset(self) -> Any:
        return Application.objects.own_of(self.request.user).filter(status__in=JUDGED).for_list()


class OwnResult(SignedIn, DetailView):
    """The verdict, the reasons and the readers' words by criterion, from the announcement on."""

    slug_field = slug_url_kwarg = "reference"
    template_name = "desks/own_result.html"

    def get_queryset(self) -> Any:
        return Application.objects.own_of(self.request.user).select_related("authority", "outcome", "round")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        result = own_result(self.object, self.request.user, self.request.at)
        if result is None:
            raise Http404
        return super().get_context_data(result=result, **context)
