"""Who sits on a panel, how they are appointed, and the round's approval by four people."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import SignedIn
from beacons.rounds.models import Round
from panel import permissions
from panel.actions import seats as actions
from panel.chairing import know_hats
from panel.forms.seats import EndForm, OpenPanelForm, ProposeForm
from panel.models import Appointment, Approval, Candidacy, Seat, Vacancy
from panel.querysets.seats import rounds_known_to
from panel.rules import seats as rules
from panel.views.doors import the_round


def seats_of(round: Round) -> list[Seat]:
    return sorted(round.seats.with_holders(), key=lambda seat: seat.rank)


class PanelDetail(TemplateView):
    """For everybody: who sits on a round's panel, for which body, and what general interests they have."""

    template_name = "panel/seat_panel.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        round = the_round(self.request, self.kwargs["slug"])
        open_vacancies = Vacancy.objects.open(self.request.at).filter(seat__round=round)
        offered = {vacancy.seat_id: vacancy for vacancy in open_vacancies}
        return super().get_context_data(
            round=round,
            rows=[(seat, offered.get(seat.pk)) for seat in seats_of(round)],
            may_see_seats=permissions.may_see_seats(self.request.user, round, self.request.at),
            **context,
        )


class SeatList(SignedIn, TemplateView):
    """For the office, signatories and chairs: seats, who is proposed, who has agreed, and what is at risk."""

    template_name = "panel/seat_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        round = the_round(self.request, self.kwargs["slug"])
        if not permissions.may_see_seats(user, round, at):
            raise PermissionDenied
        seats = seats_of(round)
        know_hats([seat.appointment.user for seat in seats if seat.appointment is not None])
        proposes = permissions.may_open_panel(user)
        offered = latest_vacancies(seats)
        return super().get_context_data(
            round=round,
            rows=[
                (
                    seat,
                    bodies_for(user, seat),
                    proposes and seat.appointment is None,
                    seat.appointment is not None and permissions.may_end(user, seat.appointment),
                    offered.get(seat.pk),
                )
                for seat in seats
            ],
            at=at,
            risks=rules.risks(round, seats, at),
            may_open=proposes and not seats,
            **context,
        )


def latest_vacancies(seats: list[Seat]) -> dict[int, Vacancy]:
    """For each seat its newest vacancy that was not withdrawn, with how many have come forward."""
    found = Vacancy.objects.standing().filter(seat__in=seats).with_numbers().order_by("published_at", "pk")
    return {vacancy.seat_id: vacancy for vacancy in found}


def bodies_for(user: Any, seat: Seat) -> list[Any]:
    """The bodies for which this person can agree now to whoever is proposed."""
    held = seat.appointment
    if held is None:
        return []
    return [body for body in held.bodies_missing if not rules.reasons_not_to_agree(held, body=body, by=user)]


class PanelOpen(SignedIn, FormView):
    """The office makes a panel's seats."""

    form_class = OpenPanelForm
    template_name = "panel/seat_open.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_open_panel(request.user):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(round=self.round, **context)

    def form_valid(self, form: OpenPanelForm) -> HttpResponse:
        try:
            actions.open_panel(self.round, by=self.request.user, at=self.request.at, **form.cleaned_data)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The panel is open. Propose who sits in each seat.")
        return redirect("seat_list", self.round.slug)


class AppointmentPropose(SignedIn, FormView):
    """The office names somebody for a seat."""

    form_class = ProposeForm
    template_name = "panel/appointment_propose.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            known = Seat.objects.visible_to(request.user, request.at).select_related("round")
            self.seat = get_object_or_404(known, pk=kwargs["pk"])
            if not permissions.may_open_panel(request.user):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def candidacy(self) -> Candidacy | None:
        """Whoever came forward for this seat and was chosen from the list of candidates."""
        number = whole(self.request.GET.get("candidate", ""))
        found = Candidacy.objects.visible_to(self.request.user, self.request.at).standing()
        return found.filter(vacancy__seat=self.seat, pk=number).first() if number else None

    def get_initial(self) -> dict[str, Any]:
        chosen = self.candidacy
        return {} if chosen is None else {"email": chosen.email, "register": chosen.register}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "seat": self.seat}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            seat=self.seat, round=self.seat.round, candidacy=self.candidacy, **context
        )

    def form_valid(self, form: ProposeForm) -> HttpResponse:
        typed = {name: form.cleaned_data[name] for name in ("register", "expertise", "until")}
        doing = {"by": self.request.user, "at": self.request.at}
        try:
            if form.user is None:
                held = actions.propose_candidate(form.candidacy, **typed, **doing)
            else:
                held = actions.propose_appointment(self.seat, form.user, **typed, **doing)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{held.user} is proposed. The bodies' signatories are told.")
        return redirect("seat_list", self.seat.round.slug)


def the_appointment(request: HttpRequest, pk: int) -> Appointment:
    known = Appointment.objects.visible_to(request.user, request.at).filter(
        seat__round__in=rounds_known_to(request.user, request.at).values("pk")
    )
    return get_object_or_404(known.for_list(), pk=pk)


@login_required
@require_POST
def appointment_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """A signatory agrees for the body the button names."""
    appointment = the_appointment(request, pk)
    body = request.POST.get("body", "")
    if not permissions.may_agree(request.user, appointment) or not request.user.signs_for(body):
        raise PermissionDenied
    try:
        actions.agree_appointment(appointment, body=body, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Agreed: {appointment.user}.")
    return redirect("seat_list", appointment.seat.round.slug)


class AppointmentEnd(SignedIn, FormView):
    """A proposal is taken back, or a member leaves."""

    form_class = EndForm
    template_name = "panel/appointment_end.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.appointment = the_appointment(request, kwargs["pk"])
            if not permissions.may_end(request.user, self.appointment):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            appointment=self.appointment, round=self.appointment.seat.round, **context
        )

    def form_valid(self, form: EndForm) -> HttpResponse:
        try:
            actions.end_appointment(
                self.appointment, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"The appointment of {self.appointment.user} has ended.")
        return redirect("seat_list", self.appointment.seat.round.slug)


class RoundApprove(SignedIn, TemplateView):
    """What is approved, who has approved it, and for the four the button."""

    template_name = "panel/appointment_approval.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            known = (
                rounds_known_to(request.user, request.at).for_detail().prefetch_related(rules.WITH_APPROVALS)
            )
            self.round = get_object_or_404(known, slug=kwargs["slug"])
            if not permissions.may_see_approval(request.user, self.round, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        given = {approval.part: approval for approval in rules.approvals_that_stand(self.round)}
        mine = [] if self.round.approved_at else rules.parts_of(user, self.round, at)
        seats = seats_of(self.round)
        chairs = {seat.kind: seat.appointment for seat in seats if seat.kind in Seat.CHAIRS}
        return super().get_context_data(
            round=self.round,
            parts=[(part, given.get(part), chairs.get(part)) for part in Approval.Part],
            acts=[
                (Approval.Part(part), rules.reasons_not_to_approve(self.round, part=part, by=user, at=at))
                for part in mine
                if part not in given
            ],
            lacking=[] if self.round.approved_at or mine else rules.reasons_no_approval_yet(self.round),
            seats=seats,
            risks=rules.risks(self.round, seats, at),
            weights=sum(criterion.weight for criterion in self.round.criteria.all()),
            categories=list(self.round.categories.all()),
            **context,
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        part = request.POST.get("part", "")
        if part not in Approval.Part or not permissions.may_approve(
            request.user, self.round, part, request.at
        ):
            raise PermissionDenied
        try:
            round = actions.approve_round(self.round, part=part, by=request.user, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            whole = f" {round} now stands." if round.approved_at else ""
            messages.success(request, f"You have approved as {Approval.Part(part).label}.{whole}")
        return redirect("round_approve", slug)
