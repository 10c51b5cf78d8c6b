"""The office's pages: what was handed in, and whether it is eligible."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from beacons.applications import actions, permissions, rules
from beacons.applications.filters import ApplicationFilter
from beacons.applications.models import Application
from beacons.applications.views.base import ApplicationMixin, SignedIn, application_for
from beacons.applications.views.handing_in import ReasonView
from beacons.applications.views.lists import closing_of
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE
from beacons.rounds.models import Round


class OfficeMixin(SignedIn):
    """Pages about one round's applications, for those who run rounds."""

    @cached_property
    def round(self) -> Round:
        visible = Round.objects.visible_to(self.request.user, self.request.at)
        return get_object_or_404(visible.with_plan(), slug=self.kwargs["slug"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not (self.round and permissions.may_check(request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        closing = closing_of(self.round, self.request.at)
        return super().get_context_data(round=self.round, closing=closing, **context)


class CheckList(OfficeMixin, FilterView):
    """What was handed in to a round. No draft is here, whoever asks."""

    template_name = "applications/check_list.html"
    filterset_class = ApplicationFilter
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        known = Application.objects.visible_to(self.request.user, self.request.at)
        return known.handed_in().filter(round=self.round).for_list()


@login_required
@require_POST
def application_find_eligible(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_for(request, reference)
    if not permissions.may_check(request.user):
        raise PermissionDenied
    try:
        actions.find_eligible(application, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(application)
    messages.success(request, f"{application.reference} is eligible. The council has been told.")
    return redirect("check_list", application.round.slug)


class ApplicationFindIneligible(ApplicationMixin, ReasonView):
    heading = "Find the application not eligible"
    label = "Why is it not eligible?"
    hint = "The council is sent this, word for word."
    submit = "Find it not eligible"
    done = "The application is not eligible. The council has been told why."
    verb = staticmethod(actions.find_ineligible)

    def may(self) -> bool:
        return permissions.may_check(self.request.user)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_check(self.application, at=self.request.at)
