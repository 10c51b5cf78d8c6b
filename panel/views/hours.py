"""Where a member says how many hours all papers of a round took; shown to nobody else."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView

from beacons.applications import actions, rules
from beacons.applications.forms.hours import HoursForm
from beacons.applications.models import HoursSpent, Work
from beacons.applications.views.hours import ENOUGH, THANKS
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst, SignedIn
from beacons.rounds.models import Round
from panel import hours
from panel.models import Appointment
from panel.querysets.seats import rounds_known_to

UNFINISHED = "You are asked when you have lodged all your papers."


class PanelHours(SignedIn, ClosingFirst, FormView):
    """Asked once, when the last paper is lodged; it can be corrected or taken back until the round ends."""

    template_name = "panel/panel_hours.html"
    form_class = HoursForm

    @cached_property
    def round(self) -> Round:
        known = rounds_known_to(self.request.user, self.request.at)
        return get_object_or_404(known, slug=self.kwargs["slug"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            seated = Appointment.objects.agreed().filter(user=request.user, seat__round=self.round)
            if not seated.exists():
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def marked(self) -> Any:
        """What this member has marked; None while a paper is open still, or there was none."""
        mine = hours.marked_by(self.request.user).filter(case__application__round=self.round)
        return mine.order_by("case__application__round").first()

    @cached_property
    def told(self) -> HoursSpent | None:
        own = HoursSpent.objects.visible_to(self.request.user, self.request.at)
        return own.filter(round=self.round, work=Work.ASSESSING).first()

    def closing(self) -> list[str]:
        if self.marked is None:
            return [UNFINISHED]
        return rules.reasons_not_to_tell_hours(self.round, None, hours=None, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": reverse("panel_hours", args=[self.round.slug])}

    def get_initial(self) -> dict[str, Any]:
        return {"hours": self.told.hours} if self.told else {}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round, marked=self.marked, told=self.told, reasons=self.closing(), **context
        )

    def form_valid(self, form: HoursForm) -> HttpResponse:
        if self.marked is None:
            return self.form_invalid(form)
        told = form.told
        try:
            actions.tell_hours_of_assessing(self.round, hours=told, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, ENOUGH if told is None else THANKS)
        return redirect("panel_desk")
