"""Where people say how many hours an application took them; shown to nobody else."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from beacons.applications import actions, rules
from beacons.applications.forms.hours import HoursForm
from beacons.applications.models import Application, HoursSpent
from beacons.applications.views.base import OwnApplicationMixin
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst

THANKS = "Thank you. Only sums are shown, of five people and more."
ENOUGH = "Noted. You are not asked again."


class ApplicationHours(OwnApplicationMixin, ClosingFirst, FormView):
    """Asked once when it is handed in; it can be corrected or taken back until the round ends."""

    template_name = "applications/application_hours.html"
    form_class = HoursForm
    loading = "for_list"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.application.is_handed_in:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        application, at = self.application, self.request.at
        return rules.reasons_not_to_tell_hours(application.round, application, hours=None, at=at)

    def get_form_kwargs(self) -> dict[str, Any]:
        address = reverse("application_hours", args=[self.application.reference])
        return {**super().get_form_kwargs(), "address": address}

    def get_initial(self) -> dict[str, Any]:
        told = answer_of(self.request, self.application)
        return {"hours": told.hours} if told else {}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            reasons=self.closing(), told=answer_of(self.request, self.application), **context
        )

    def form_valid(self, form: HoursForm) -> HttpResponse:
        hours, request = form.told, self.request
        try:
            actions.tell_hours(self.application, hours=hours, by=request.user, at=request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(request, ENOUGH if hours is None else THANKS)
        return redirect("application_receipt", self.application.reference)


def answer_of(request: HttpRequest, application: Application) -> HoursSpent | None:
    """What this person answered."""
    own = HoursSpent.objects.visible_to(request.user, request.at)
    return own.filter(application=application).first()
