"""Who may do what on a panel. What a person may know of is said by `visible_to` in `querysets`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from beacons.applications.permissions import certifies, may_edit
from beacons.directory.models import Role
from beacons.directory.permissions import has_role, runs_rounds, works_in_office
from beacons.rounds.models import Round
from panel.chairing import Chairs
from panel.models import (
    Appointment,
    Approval,
    Assessment,
    Case,
    Decision,
    FeedbackLetter,
    Item,
    Vacancy,
    Verification,
)
from panel.rules.interests import has_interest

# Seats and the round's approval


def may_open_panel(user: Any) -> bool:
    """The office makes seats and proposes who sits in them."""
    return has_role(user, Role.SCHEME_MANAGER)


def may_see_seats(user: Any, round: Round, at: datetime) -> bool:
    """Proposals and what is empty: the office, those who sign for a body, and the chairs."""
    if not user.is_authenticated:
        return False
    return works_in_office(user) or bool(user.bodies_signed_for) or chairs(user, round, at)


def may_see_candidates(user: Any, vacancy: Vacancy) -> bool:
    """The office, and signatories of a body that has to agree who sits there."""
    if not user.is_authenticated:
        return False
    return runs_rounds(user) or any(user.signs_for(body) for body in vacancy.seat.bodies_to_agree)


def may_agree(user: Any, appointment: Appointment) -> bool:
    return any(user.signs_for(body) for body in appointment.seat.bodies_to_agree)


def may_end(user: Any, appointment: Appointment) -> bool:
    """The office, or a body whose agreement the appointment needs."""
    return may_open_panel(user) or may_agree(user, appointment)


def may_see_approval(user: Any, round: Round, at: datetime) -> bool:
    return may_see_seats(user, round, at)


def may_see_choice(user: Any, parts: Collection[str]) -> bool:
    """The office, and whoever approves the round in one of the four parts."""
    return works_in_office(user) or bool(parts)


def may_choose_outcomes(user: Any, parts: Collection[str]) -> bool:
    """Who saves a choice: the scheme manager, the chair and the vice-chair. All four approve it."""
    return may_open_panel(user) or bool({Approval.Part.CHAIR, Approval.Part.VICE_CHAIR} & set(parts))


def may_approve(user: Any, round: Round, part: str, at: datetime) -> bool:
    """Each of the four for itself; nobody stands in."""
    if part in (Approval.Part.CLG, Approval.Part.LGA):
        return user.signs_for(part)
    return user.appointments.active(at).filter(seat__round=round, seat__kind=part).exists()


# Interests


def may_see_interests(user: Any, round: Round, at: datetime) -> bool:
    return runs_rounds(user) or chairs(user, round, at)


# Criteria


def may_see_criteria(user: Any, round: Round, at: datetime) -> bool:
    """Whoever sits on the panel reads them as they are made, with the office and those who sign for a body."""
    if not user.is_authenticated:
        return False
    if works_in_office(user) or bool(user.bodies_signed_for):
        return True
    return user.appointments.active(at).filter(seat__round=round).exists()


# Sheets


def chairs(user: Any, round: Round, at: datetime) -> bool:
    """Is this person the chair or the vice-chair of this round's panel?"""
    return user.is_authenticated and user.appointments.active(at).chairs().filter(seat__round=round).exists()


def may_assign(user: Any, round: Round, at: datetime) -> bool:
    return chairs(user, round, at)


def may_follow(user: Any, round: Round, at: datetime) -> bool:
    """“k of n lodged”."""
    return runs_rounds(user) or chairs(user, round, at)


def may_manage(user: Any, case: Case, at: datetime) -> bool:
    """More time, discharge, reopening, a further reader: whoever chairs and has no interest in the application.

    Where neither the chair nor the vice-chair can act, the scheme manager does, so that nobody waits for ever.
    """
    application = case.application
    if chairs(user, application.round, at):
        return not has_interest(user, application)
    return may_open_panel(user) and Chairs(application.round, at).acting(application) is None


def may_mark(user: Any, assessment: Assessment) -> bool:
    return assessment.appointment.user_id == user.pk


# Ranking, meeting, decisions, announcement


def sits(user: Any, round: Round, at: datetime) -> bool:
    """Does this person sit on the panel, with interests declared?"""
    return (
        user.is_authenticated and user.appointments.active(at).declared().filter(seat__round=round).exists()
    )


def may_chair(user: Any, round: Round, at: datetime) -> bool:
    """Take the chair for the round: the chair, or the vice-chair where there is none."""
    return Chairs(round, at).is_acting(user)


def may_chair_case(user: Any, case: Case, at: datetime) -> bool:
    """Take the chair for this case: the vice-chair where the chair has an interest."""
    return Chairs(case.application.round, at).is_acting(user, case.application_id)


def knows_shortlist(user: Any, case: Case, at: datetime) -> bool:
    return Case.objects.shortlist_known_to(user, at).filter(pk=case.pk).exists()


def may_see_decisions(user: Any, round: Round, at: datetime) -> bool:
    """The panel, whoever signs for a body, and who runs rounds; which of them they see, the queryset says."""
    return sits(user, round, at) or sees_decisions_by_office(user)


def sees_decisions_by_office(user: Any) -> bool:
    """Without a seat: whoever signs for a body, and who runs rounds."""
    return user.is_authenticated and (bool(user.bodies_signed_for) or runs_rounds(user))


def may_see_decision(user: Any, decision: Decision, at: datetime) -> bool:
    """Marks, answers and earlier proposals of one decision: never with an interest in the bid, announced or not.

    After the announcement a visitor reads the results page, and an applicant its own application.
    """
    application = decision.case.application
    if not may_see_decisions(user, application.round, at):
        return False
    return not has_interest(user, application)


def is_audited(user: Any, round: Round, at: datetime) -> bool:
    """Does this person see decisions only as somebody of the office? Each look is noted then."""
    return runs_rounds(user) and not user.bodies_signed_for and not sits(user, round, at)


def may_see_announcement(user: Any, round: Round, at: datetime) -> bool:
    return runs_rounds(user) or chairs(user, round, at)


# Meetings


def may_take_notes(user: Any, item: Item, chairs: Chairs) -> bool:
    """The note taker, and whoever takes the chair for the item: where the note taker left the room, nobody else."""
    taker = item.meeting.note_taker
    return (taker is not None and taker.user_id == user.pk) or chairs.is_acting(
        user, item.case.application_id
    )


def may_verify(user: Any, case: Case, at: datetime) -> bool:
    """The chair, or a member who marked it, still sits on the panel and has no interest in it."""
    if user is None or has_interest(user, case.application_id):
        return False
    marked = case.assessments.lodged().filter(appointment__in=user.appointments.active(at).values("pk"))
    return marked.exists() or Chairs(case.application.round, at).is_acting(user, case.application_id)


def leads_verification(user: Any, verification: Verification, at: datetime) -> bool:
    """Whoever leads on it while sitting on the panel, and whoever takes the chair for the application."""
    lead, case = verification.lead, verification.case
    leads = lead.user_id == user.pk and lead.is_active(at) and not has_interest(user, case.application_id)
    return leads or Chairs(case.application.round, at).is_acting(user, case.application_id)


def may_answer_for(user: Any, verification: Verification) -> bool:
    """The applicant's people say whether the facts are right: who writes the application, and who certifies it."""
    application = verification.case.application
    return may_edit(user, application) or certifies(user, application)


# Feedback letters


def may_see_feedback(user: Any, round: Round, at: datetime) -> bool:
    """The list of a round's letters: the chairs, who runs rounds, and members who write some of them."""
    if may_follow(user, round, at):
        return True
    return FeedbackLetter.objects.worked_on_by(user, at).of_round(round).exists()


def leads_feedback(user: Any, letter: FeedbackLetter, at: datetime) -> bool:
    """Is this the member who writes it?"""
    lead = letter.lead
    return (
        lead is not None
        and user is not None
        and lead.user_id == user.pk
        and lead.is_active(at)
        and not has_interest(user, letter.case.application_id)
    )


def may_write_feedback(user: Any, letter: FeedbackLetter, at: datetime) -> bool:
    """The lead, and the chairs where they have no interest."""
    if leads_feedback(user, letter, at):
        return True
    chairs = Chairs(letter.case.application.round, at)
    return chairs.holds(user) and letter.case.application_id not in chairs.interests[user.pk]
