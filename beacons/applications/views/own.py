"""Where a councillor begins an application of their own."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from beacons.applications import actions, permissions, rules
from beacons.applications.actions.own import standing_of
from beacons.applications.closings import Deadline
from beacons.applications.deadline import sentence
from beacons.applications.forms.own import OwnStartForm
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst, SignedIn
from beacons.directory.models import Membership
from beacons.rounds.models import Round, Stage


class ForCouncillors(SignedIn):
    """Pages for people who sit on a council."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not permissions.may_start_own(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OwnChoices(ForCouncillors, TemplateView):
    """The rounds in which this councillor may apply now."""

    template_name = "applications/own_choices.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        open_stages = Stage.objects.filter(key=Stage.Key.APPLICATIONS).open_at(at)
        rounds = Round.objects.visible_to(user, at).filter(
            open_to=Round.OpenTo.COUNCILLORS, approved_at__lte=at, stages__in=open_stages
        )
        rows = [
            (each, sentence(each.stage_of(Stage.Key.APPLICATIONS).closes_at, at), standing_of(each, user))
            for each in rounds.with_plan().order_by("name")
        ]
        return super().get_context_data(rows=rows, seats=user.seats_in_councils, **context)


class OwnStart(ForCouncillors, ClosingFirst, FormView):
    """Begin it: where the councillor sits and in which group is known."""

    template_name = "applications/own_start.html"
    form_class = OwnStartForm

    @cached_property
    def round(self) -> Round:
        known = Round.objects.visible_to(self.request.user, self.request.at).filter(
            open_to=Round.OpenTo.COUNCILLORS
        )
        return get_object_or_404(
            known.with_plan().prefetch_related("categories", "extensions"), slug=self.kwargs["slug"]
        )

    @cached_property
    def seat(self) -> Membership:
        """Where this person is a councillor; a few sit on two councils, and begin for each from its own line."""
        code = self.kwargs["code"]
        seat = next(
            (seat for seat in self.request.user.seats_in_councils if seat.authority.code == code), None
        )
        if seat is None:
            raise PermissionDenied
        return seat

    def closing(self) -> list[str]:
        standing = standing_of(self.round, self.request.user)
        return rules.reasons_not_to_start_own(self.round, self.seat, standing=standing, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "round": self.round}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        closing = sentence(Deadline(self.round, self.seat.authority).closes_at, self.request.at)
        return super().get_context_data(
            round=self.round,
            seat=self.seat,
            reasons=self.closing(),
            closing=closing,
            standing=standing_of(self.round, self.request.user),
            **context,
        )

    def form_valid(self, form: OwnStartForm) -> HttpResponse:
        typed = form.cleaned_data
        try:
            application = actions.start_own(
                self.round,
                self.seat,
                typed["outcome"],
                title=typed["title"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"Application {application.reference} begun.")
        return redirect(application)
