"""What the pages of this room have in common."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from beacons.core.forms import WhyForm
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.views import SignedIn, too_late
from grants.dissemination.models import Activity, Booking, Practice
from grants.models import Grant


class Guarded(SignedIn, ABC):
    """A page that not everybody who knows of its subject may open."""

    @abstractmethod
    def may(self) -> bool:
        """May this person open it?"""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not self.may():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ActView(Guarded, FormView):
    """A form that ends in a verb. What the verb refuses stands above the form, with all that was typed.

    `reasons()` are those that hold whatever is typed: with them the page leads back and says why, and what was sent
    all the same is shown with the reason and without the form.
    """

    done = ""

    def reasons(self) -> list[str]:
        return []

    @abstractmethod
    def back(self) -> Any:
        """Where the page leads, before and after."""

    @abstractmethod
    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        """Call the verb with what was typed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.reasons():
            messages.error(request, " ".join(reasons))
            return redirect(self.back())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.reasons():
            return too_late(request, reasons, back=self.back())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.done)
        return redirect(self.back())


class WhyView(ActView):
    """An act that needs nothing but its reason."""

    template_name = "dissemination/why.html"
    form_class = WhyForm
    heading = label = hint = submit = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        back = self.back()
        cancel = back if isinstance(back, str) else back.get_absolute_url()
        words = {"label": self.label, "hint": self.hint, "submit": self.submit, "cancel": cancel}
        return {**super().get_form_kwargs(), **words}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, subject=self.back(), **context)


def known_activity(request: HttpRequest, pk: int) -> Activity:
    return get_object_or_404(Activity.objects.visible_to(request.user, request.at).for_detail(), pk=pk)


def known_booking(request: HttpRequest, pk: int) -> Booking:
    bookings = Booking.objects.visible_to(request.user, request.at)
    return get_object_or_404(bookings.select_related("authority", "activity__grant__authority"), pk=pk)


def known_practice(request: HttpRequest, slug: str) -> Practice:
    return get_object_or_404(Practice.objects.visible_to(request.user, request.at).for_detail(), slug=slug)


def known_grant(request: HttpRequest, reference: str) -> Grant:
    known = Grant.objects.visible_to(request.user, request.at).for_list().prefetch_related("round__stages")
    return get_object_or_404(known, reference=reference)


def said_at(row: Model, step: str) -> Step | None:
    """The last time this step happened to the row, with the words that were said."""
    return Step.objects.of(row).filter(step=step).with_words().last()
