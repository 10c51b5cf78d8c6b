"""Declaring interests, and the list of them for the chairs and the office."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from django_filters.views import FilterView

from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, ClosingFirst, SignedIn
from beacons.rounds.models import Round
from panel import permissions
from panel.actions import interests as actions
from panel.filters import InterestFilter
from panel.forms.interests import DeclareForm, EmployerForm
from panel.models import Appointment, Employment, Interest
from panel.rules import interests as rules
from panel.views.doors import the_round


class EmployerList(SignedIn, FormView):
    """For whom I have worked: asked of each member once, whatever the round."""

    form_class = EmployerForm
    template_name = "panel/employer_list.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.appointments.active(request.at).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        return super().get_context_data(
            rows=[
                (told, rules.reasons_not_to_take_back_employer(told, at=at))
                for told in Employment.objects.visible_to(user, at).select_related("authority")
            ],
            left=rules.roles_ended(user, at),
            rounds=declaring(user, at),
            **context,
        )

    def form_valid(self, form: EmployerForm) -> HttpResponse:
        typed, user = form.cleaned_data, self.request.user
        try:
            actions.tell_employer(user, typed["authority"], until=typed["until"], by=user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{typed['authority']} is added.")
        return redirect("employer_list")


def declaring(user: Any, at: datetime) -> list[Round]:
    """The rounds in which this member can declare interests now."""
    held = user.appointments.active(at).select_related("seat__round").prefetch_related("seat__round__stages")
    return [each.seat.round for each in held if each.seat.round.has_closed("applications", at)]


@login_required
@require_POST
def employer_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    known = Employment.objects.visible_to(request.user, request.at).select_related("authority", "user")
    told = get_object_or_404(known, pk=pk)
    try:
        actions.take_back_employer(told, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{told.authority} is taken back.")
    return redirect("employer_list")


class InterestDeclare(ClosingFirst, SignedIn, FormView):
    """A member reads who has applied, without titles, and says in which bids it has an interest."""

    form_class = DeclareForm
    template_name = "panel/interest_declare.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            held = request.user.appointments.active(request.at).filter(seat__round=self.round)
            self.appointment = held.for_list().prefetch_related("seat__round__stages").first()
            if self.appointment is None:
                raise PermissionDenied
            self.reasons = rules.reasons_not_to_declare_yet(self.appointment, by=request.user, at=request.at)
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return self.reasons

    def get_form_kwargs(self) -> dict[str, Any]:
        noted = {interest.application_id: interest for interest in self.appointment.interests.all()}
        return {
            **super().get_form_kwargs(),
            "bids": [] if self.reasons else rules.declarable(self.round),
            "noted": noted,
            "fixed": rules.papers_are_open(self.round, self.request.at),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round,
            appointment=self.appointment,
            reasons=self.reasons,
            papers_open=rules.papers_are_open(self.round, self.request.at),
            employers=[
                *Employment.objects.visible_to(self.request.user, self.request.at).select_related(
                    "authority"
                ),
                *rules.roles_ended(self.request.user, self.request.at),
            ],
            **context,
        )

    def form_valid(self, form: DeclareForm) -> HttpResponse:
        try:
            actions.declare(self.appointment, form.declared, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Thank you. Your interests are declared.")
        return redirect("panel_desk")


class InterestList(SignedIn, FilterView):
    """Who has an interest in what: for the chairs and the office, and for nobody else, ever."""

    filterset_class = InterestFilter
    template_name = "panel/interest_list.html"
    paginate_by = PER_PAGE
    context_object_name = "interests"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_see_interests(request.user, self.round, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Interest]:
        return (
            Interest.objects.visible_to(self.request.user, self.request.at)
            .filter(appointment__seat__round=self.round)
            .select_related(
                "appointment__user", "appointment__seat", "application__authority", "application__outcome"
            )
            .order_by(
                "application__authority__name", "application__reference", "appointment__user__name", "pk"
            )
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round,
            undeclared=Appointment.objects.active(self.request.at)
            .filter(seat__round=self.round, declared_at__isnull=True)
            .for_list()
            .order_by("user__name"),
            **context,
        )
