"""What became of a council's applications: for its own people, each result as far as it may be known by now."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.views.generic import DetailView, ListView

from beacons.applications.models import Application
from beacons.applications.permissions import may_edit
from beacons.applications.statuses import Status
from beacons.applications.ways_on import WayOn, way_on
from beacons.core.views import PER_PAGE, SignedIn
from grants.dissemination import near_misses
from panel.results import own_result

JUDGED = (Status.ELIGIBLE, Status.CLOSED)


@way_on
def way_to_result(application: Application, user: Any, at: datetime) -> WayOn | None:
    """That a panel judges it, its applicant was told; what the page says is sealed as long as it must be."""
    if application.status not in JUDGED or not may_edit(user, application):
        return None
    return WayOn("What became of it", reverse("own_result", args=[application.reference]))


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
        return Application.objects.own_of(self.request.user).select_related(
            "authority", "category", "outcome", "round"
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        result = own_result(self.object, self.request.user, self.request.at)
        if result is None:
            raise Http404
        offer = near_misses.way_to_offer(self.object, self.request.user, self.request.at)
        return super().get_context_data(result=result, offer=offer, **context)
