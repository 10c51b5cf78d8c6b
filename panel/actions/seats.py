"""Opening a panel, appointing who sits on it, and approving the round it will judge."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.actions import people
from beacons.directory.models import Body, Role, User
from beacons.rounds import actions as round_actions
from beacons.rounds.models import Round
from panel.actions import papers, vacancies
from panel.chairing import know_hats
from panel.models import Appointment, Approval, Candidacy, Seat
from panel.rules import seats as rules


@verb
def open_panel(round: Round, *, clg: int, lga: int, independent: int, by: Any, at: datetime) -> Round:
    """Make the panel's seats: chair, vice-chair, and so many for each body and for independents."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_open_panel(round, clg=clg, lga=lga, independent=independent))
    bodies = [Body.CLG] * clg + [Body.LGA] * lga + [""] * independent
    Seat.objects.bulk_create(
        [
            *(Seat(round=round, kind=kind) for kind in Seat.CHAIRS),
            *(Seat(round=round, kind=Seat.Kind.MEMBER, body=body) for body in bodies),
        ]
    )
    steps.note(round, "open_panel", by=by, at=at, clg=clg, lga=lga, independent=independent)
    return round


@verb
def propose_appointment(
    seat: Seat,
    user: User,
    *,
    register: str,
    until: date | None = None,
    by: Any,
    at: datetime,
    expertise: Iterable[Any] = (),
) -> Appointment:
    """Name somebody for a seat, until a day or for the whole round; it counts when each body that must agree has done so."""
    seat = Seat.objects.select_related("round").lock(seat.pk)
    refuse_if(rules.reasons_not_to_propose(seat, user, until=until, at=at))
    appointment = Appointment.objects.create(seat=seat, user=user, register=register, until=until)
    appointment.expertise.set(expertise)
    steps.note(appointment, "propose", by=by, at=at)
    for signatory in signatories(seat.bodies_to_agree):
        letters.write(
            "panel_proposed",
            to=signatory,
            at=at,
            key=str(appointment.pk),
            context={"appointment": appointment, "seat": seat, "round": seat.round},
        )
    return appointment


@verb
def propose_candidate(
    candidacy: Candidacy,
    *,
    register: str,
    until: date | None = None,
    by: Any,
    at: datetime,
    expertise: Iterable[Any] = (),
) -> Appointment:
    """Name somebody who came forward; who has no account is given one, and sets its password from the letter."""
    # Nobody stands down while being proposed.
    candidacy = vacancies.locked(candidacy)
    refuse_if(rules.reasons_not_to_propose_candidate(candidacy))
    user = User.objects.filter(email=candidacy.email).first()
    if user is None:
        user = people.add_person(name=candidacy.name, email=candidacy.email, is_staff=False, by=by, at=at)
    know_hats([user])
    return propose_appointment(
        candidacy.vacancy.seat, user, register=register, until=until, expertise=expertise, by=by, at=at
    )


@verb
def agree_appointment(appointment: Appointment, *, body: str, by: Any, at: datetime) -> Appointment:
    """A body's signatory agrees; with the last body's agreement the appointment counts."""
    appointment = Appointment.objects.for_list().lock(appointment.pk)
    know_hats([appointment.user])
    refuse_if(rules.reasons_not_to_agree(appointment, body=body, by=by))
    setattr(appointment, f"agreed_by_{body}", by)
    complete = not appointment.bodies_missing
    if complete:
        appointment.agreed_at = at
    appointment.save(update_fields=["agreed_by_clg", "agreed_by_lga", "agreed_at"])
    steps.note(appointment, "agree", by=by, at=at, body=body)
    if complete:
        letters.write(
            "panel_appointed",
            to=appointment.user,
            at=at,
            key=str(appointment.pk),
            context={
                "seat": appointment.seat,
                "round": appointment.seat.round,
                "needs_password": not appointment.user.has_usable_password(),
            },
        )
        vacancies.settle(appointment.seat, holder=appointment.user, by=by, at=at)
    return appointment


@verb
def end_appointment(appointment: Appointment, *, why: str, by: Any, at: datetime) -> Appointment:
    """A proposal is taken back, or a member leaves: what is lodged stays, what is not is discharged."""
    # The round first, as whoever shares papers out locks it: nobody is given a paper while leaving.
    Round.objects.lock(appointment.seat.round_id)
    appointment = Appointment.objects.for_list().lock(appointment.pk)
    refuse_if(rules.reasons_not_to_end(appointment, why=why))
    papers.take_open_sheets(appointment, why="The member has left the panel.", by=by, at=at)
    appointment.ended_at = at
    appointment.save(update_fields=["ended_at"])
    steps.note(appointment, "end", by=by, at=at, why=why)
    return appointment


@verb
def end_term(appointment: Appointment, *, by: Any, at: datetime) -> Appointment:
    """The clock finds that a term is over."""
    Round.objects.lock(appointment.seat.round_id)
    appointment = Appointment.objects.for_list().lock(appointment.pk)
    refuse_if(rules.reasons_not_to_end_term(appointment, at=at))
    if appointment.agreed_at is None:
        return end_appointment(appointment, why="It was not agreed before the term was over.", by=by, at=at)
    return end_appointment(appointment, why="The term is over.", by=by, at=at)


@verb
def approve_round(round: Round, *, part: str, by: Any, at: datetime) -> Round:
    """One of the four agreements; the fourth makes the round."""
    # Two last approvals at once must see each other; `mark_approved` takes the same lock.
    round = Round.objects.select_for_update().get(pk=round.pk)
    refuse_if(rules.reasons_not_to_approve(round, part=part, by=by, at=at))
    standing = [approval.pk for approval in rules.approvals_that_stand(round)]
    for lapsed in round.approvals.exclude(pk__in=standing):
        steps.note(round, "lapse_part", by=by, at=at, part=lapsed.part, approved_at=lapsed.at)
        lapsed.delete()
    Approval.objects.create(round=round, part=part, by=by, at=at)
    steps.note(round, "approve_part", by=by, at=at, part=part)
    if round.approvals.count() == len(Approval.Part):
        round = round_actions.mark_approved(round, by=by, at=at)
    return round


def signatories(bodies: Iterable[str]) -> list[User]:
    """Who signs for these bodies."""
    return list(
        User.objects.filter(
            memberships__role=Role.SIGNATORY,
            memberships__body__in=list(bodies),
            memberships__ended_at__isnull=True,
            is_active=True,
        ).distinct()
    )
