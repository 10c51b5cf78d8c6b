"""What stands in the way of a visit, a call, a peer challenge or a presentation, of its report, and of verifying."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from beacons.core.text import is_blank
from beacons.core.workdays import add_working_days, day_in_london, noon
from beacons.rounds.models import Criterion, Round, Stage
from panel import permissions
from panel.models import Appointment, Case, Verification
from panel.ranking import TOP_MARK
from panel.rules.interests import free_of_interest, has_interest
from panel.rules.moderation import reasons_it_stands_still, reasons_too_early
from panel.statuses import VERIFICATION, CaseStatus, VerificationKind, VerificationStatus

# So many working days an applicant has to say that a fact is wrong; one at least, however late it is.
TO_ANSWER = 3

# A mark and its reason; no mark where the member did not look into it.
Seen = tuple[int | None, str]


def candidates(case: Case, *, by: Any, at: datetime) -> list[Appointment]:
    """Members who may take part: they sit on the panel, have declared, and have no interest in the application.

    A chair may choose among all of them. A reader is offered those who marked it, whose names stand beside its marks:
    of the others, whoever were missing would be known to have an interest.
    """
    a_round = case.application.round
    held = Appointment.objects.active(at).declared().filter(seat__round=a_round).for_list()
    if not permissions.chairs(by, a_round, at):
        held = held.filter(pk__in=case.assessments.lodged().values("appointment"))
    prefetch_related_objects([case.application], "partners__authority")
    return sorted(free_of_interest(held, case.application), key=lambda member: member.seat.rank)


def reply_until(a_round: Round, at: datetime) -> datetime:
    """Until when the applicant may say that a fact is wrong: within the stage where that leaves a working day."""
    day = day_in_london(at)
    whole, least = noon(add_working_days(day, TO_ANSWER)), noon(add_working_days(day, 1))
    return max(min(whole, a_round.stage_of(Stage.Key.VERIFY).closes_at), least)


# The case


def reasons_not_to_verify(case: Case, *, by: Any, at: datetime, note: str | None = None) -> list[str]:
    """Of saying what all of it came to, after which a decision can be proposed."""
    reasons = reasons_it_stands_still(case, "verify") or reasons_too_early(case, Stage.Key.VERIFY, at)
    if not reasons:
        if not permissions.may_verify(by, case, at):
            reasons.append("An application is verified by the chair or by one of those who marked it.")
        reasons += [
            f"{verification.get_kind_display()} on {day_in_london(verification.held_at):%-d %B}: "
            + (
                "what was found is not written yet. Write it, or call it off."
                if verification.status == VerificationStatus.ARRANGED
                else "the facts are not settled with the applicant yet."
            )
            for verification in case.verifications.unfinished().order_by("held_at", "pk")
        ]
        if note is not None and is_blank(note):
            reasons.append("Write what was verified, how, and what was found.")
    return reasons


def reasons_not_to_arrange(
    case: Case,
    *,
    by: Any,
    at: datetime,
    kind: str | None = None,
    held_at: datetime | None = None,
    lead: int | None = None,
    members: Collection[int] = (),
    words: Iterable[str] = (),
) -> list[str]:
    """Without what is to be arranged, of the case and the person alone. `lead` and `members` are appointments' keys."""
    found = reasons_it_stands_still(case, "verify") or reasons_too_early(case, Stage.Key.VERIFY, at)
    if found:
        return found
    if not permissions.may_verify(by, case, at):
        found.append("The chair, or one of those who marked the application, arranges how it is verified.")
    stage = case.application.round.stage_of(Stage.Key.VERIFY)
    if at >= stage.closes_at:
        found.append("The time to verify is over. Say what is known, so that a decision can be proposed.")
    if kind is None or found:
        return found
    if kind not in VerificationKind:
        found.append("Choose a visit, a call, a peer challenge or a presentation.")
    if held_at is None or not stage.opens_at <= held_at < stage.closes_at:
        found.append(
            f"Choose a time within the stage “{stage}”: from {stage.opens_at:%-d %B} to noon on {stage.closes_at:%-d %B}."
        )
    free = {member.pk for member in candidates(case, by=by, at=at)}
    if lead not in free or not set(members) <= free:
        found.append(
            "Choose from the members who are offered: for a chair all who sit on the panel and have no interest in the"
            " application, for a reader those who marked it."
        )
    arranged = case.verifications.filter(kind=kind, status=VerificationStatus.ARRANGED)
    if held_at is not None and arranged.filter(held_at=held_at).exists():
        found.append("The same is arranged for that time already.")
    if any(is_blank(each) for each in words):
        found.append("Say where it is, and what the panel wants to see.")
    return found


# One verification


def reasons_not_to_call_off(
    verification: Verification, *, by: Any, at: datetime, why: str | None = None
) -> list[str]:
    found = reasons_it_is_over(verification) or VERIFICATION.reasons_not_to(verification, "call_off")
    found += reasons_not_to_lead(verification, by=by, at=at)
    if why is not None and is_blank(why):
        found.append("Say why it is called off: the applicant reads it.")
    return found


def reasons_not_to_mark(verification: Verification, *, by: Any, at: datetime) -> list[str]:
    """Of a member who took part, from the moment it is held until it is settled."""
    if found := reasons_it_is_over(verification):
        return found
    if at < verification.held_at:
        return ["It has not been held yet."]
    if seat_of(verification, by, at) is None:
        return ["Those who take part mark what they saw."]
    return []


def reasons_against_marks(criteria: Iterable[Criterion], marks: Mapping[int, Seen]) -> list[str]:
    """Of marks by the keys of criteria: within the scale, and each with its reason."""
    names = {criterion.pk: criterion.name for criterion in criteria}
    if not set(marks) <= set(names):
        return ["A criterion is not one of this round."]
    found = []
    for pk, (score, reason) in marks.items():
        if score is not None and not 0 <= score <= TOP_MARK:
            found.append(f"{names[pk]}: a mark lies between 0 and {TOP_MARK}.")
        if score is not None and is_blank(reason):
            found.append(f"{names[pk]}: say what you saw that gives it this mark.")
        if score is None and not is_blank(reason):
            found.append(f"{names[pk]}: choose a mark for what you wrote.")
    return found


def reasons_not_to_report(
    verification: Verification, *, by: Any, at: datetime, found: str | None = None
) -> list[str]:
    reasons = reasons_it_is_over(verification) or VERIFICATION.reasons_not_to(verification, "report")
    if reasons:
        return reasons
    reasons = reasons_not_to_lead(verification, by=by, at=at)
    if at < verification.held_at:
        reasons.append("It has not been held yet.")
    if found is not None and is_blank(found):
        reasons.append("Write the facts as they were found.")
    return reasons


def reasons_not_to_answer(
    verification: Verification, *, by: Any, at: datetime, right: bool | None = None, corrections: str = ""
) -> list[str]:
    """Of the applicant's word on the facts; once, and in time. Without `right`, of the moment and the person alone."""
    if found := reasons_it_is_over(verification):
        return found
    if verification.status != VerificationStatus.REPORTED:
        return ["The panel has not written down yet what it found."]
    if verification.answered_at is not None:
        return [f"{verification.answered_by} has answered for you."]
    if not verification.waits_for_applicant(at):
        return ["The time to correct the facts is over."]
    if not permissions.may_answer_for(by, verification):
        return ["Those who write the application, and who certifies it, say whether the facts are right."]
    if right is False and is_blank(corrections):
        return ["Say which facts are wrong, and how they are."]
    return []


def reasons_not_to_settle(
    verification: Verification,
    *,
    by: Any,
    at: datetime,
    found: str | None = None,
    settlement: str | None = None,
) -> list[str]:
    """Of the last word on the facts, after the applicant's, or when its time is over."""
    reasons = reasons_it_is_over(verification) or VERIFICATION.reasons_not_to(verification, "settle")
    if reasons:
        return reasons
    reasons = reasons_not_to_lead(verification, by=by, at=at)
    if verification.waits_for_applicant(at):
        reasons.append("The applicant may still say that a fact is wrong.")
    if found is not None and is_blank(found):
        reasons.append("Write the facts as they were found.")
    if settlement is not None and verification.corrections and is_blank(settlement):
        reasons.append("Say what you changed for the applicant’s corrections, and what not: it reads this.")
    return reasons


# Shared


def seat_of(verification: Verification, user: Any, at: datetime) -> Appointment | None:
    """The seat in which this person takes part, unless an interest has come to light since."""
    if has_interest(user, verification.case.application_id):
        return None
    return Appointment.objects.of(user, at).declared().filter(verifications=verification).first()


def reasons_not_to_lead(verification: Verification, *, by: Any, at: datetime) -> list[str]:
    if permissions.leads_verification(by, verification, at):
        return []
    return ["Whoever leads on it does this, or the chair."]


def reasons_it_is_over(verification: Verification) -> list[str]:
    """The case went on, the application was withdrawn, or this verification has ended."""
    case = verification.case
    if case.status != CaseStatus.SHORTLISTED:
        return ["The verification of this application has ended."]
    if found := reasons_it_stands_still(case, "verify"):
        return found
    if verification.status in (VerificationStatus.SETTLED, VerificationStatus.CALLED_OFF):
        return [f"It is {verification.get_status_display().lower()}."]
    return []
