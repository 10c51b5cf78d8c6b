"""What the pages of an application have in common."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView
from django.views.generic.base import ContextMixin

from beacons.applications import history, permissions, rules, whole
from beacons.applications.deadline import sentence
from beacons.applications.models import Application
from beacons.applications.querysets import PLAN
from beacons.applications.statuses import Status
from beacons.core.views import CarriesOn, ClosingFirst, Late, SignedIn, too_late

# So long a page begins with what happened at the closing; later it is history.
LATE_FOR = timedelta(days=14)
# What `applications/_paper.html` prints beside questions, answers and partners.
PAPER = PLAN


class ApplicationMixin(SignedIn, ContextMixin):
    """Pages of one application, for whoever may know of it. `loads` names what this page shows besides: PAPER, or less."""

    # Which of the queryset's methods loads it, and what this page shows besides.
    loading = "for_detail"
    loads: tuple[str, ...] = ()

    @cached_property
    def application(self) -> Application:
        return application_for(self.request, self.kwargs["reference"], *self.loads, loading=self.loading)

    def may(self) -> bool:
        """May this person open this page at all?"""
        return True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not (self.application and self.may()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def late(self) -> Late | None:
        """What its people are told when it was not handed in before the closing, or sent something after it."""
        application, at, sent = self.application, self.request.at, self.request.method == "POST"
        lapsed = application.status == Status.LAPSED and at < application.closes_at + LATE_FOR
        may_be_late = application.is_unfinished or lapsed or sent
        if at < application.closes_at or not (
            may_be_late and permissions.may_read(self.request.user, application)
        ):
            return None
        return Late(sentence(application.closes_at, at), arrived_at=at if sent else None)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        facts = {"application": self.application, "at": self.request.at, "late": self.late()}
        return super().get_context_data(**facts, **context)


class WholeMixin(ApplicationMixin):
    """Pages that show all that an application says."""

    @cached_property
    def application(self) -> Application:
        found = application_for(self.request, self.kwargs["reference"], *self.loads, loading="for_whole")
        return whole.filled(found)


class OwnApplicationMixin(ApplicationMixin):
    """Pages for those who write it and those who certify it: the people of its lead authority."""

    def may(self) -> bool:
        return permissions.may_read(self.request.user, self.application)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(is_own=True, **context)


class WritingView(CarriesOn, ClosingFirst, OwnApplicationMixin, FormView):
    """A form that changes a draft. Opened when nothing can be changed, it leads back and says why.

    `minutes` is how long it takes; its template says it: `{% takes minutes %}`.
    """

    minutes = 10

    def may(self) -> bool:
        return permissions.may_edit(self.request.user, self.application)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_edit(self.application, at=self.request.at)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.closing():
            if self.carried is not None:
                return too_late(request, reasons, back=self.application, sent=self.carried, late=self.late())
            messages.error(request, " ".join(reasons))
            return redirect(self.application)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        # What a certifier asked for when sending it back; mostly nothing.
        sent_back = history.last_sent_back(self.application)
        return super().get_context_data(minutes=self.minutes, sent_back=sent_back, **context)


def application_for(
    request: HttpRequest, reference: str, *loads: str, loading: str = "for_detail"
) -> Application:
    """The application, with all that its pages show, if this person may know of it; else 404."""
    known = Application.objects.visible_to(request.user, request.at).with_last_step()
    return get_object_or_404(getattr(known, loading)().prefetch_related(*loads), reference=reference)
