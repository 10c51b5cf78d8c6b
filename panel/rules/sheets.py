"""What stands in the way of sharing papers out, of marking them, and of opening a seal."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from beacons.applications.statuses import Status
from beacons.core.templatetags.govuk import moment
from beacons.core.text import is_blank, words
from beacons.directory.models import Body, User
from beacons.rounds.models import Criterion, Round
from panel.models import Appointment, Assessment, Case, Said, Seat, SharingOut
from panel.readers import Plan
from panel.rules.interests import free_of_interest, has_interest
from panel.statuses import CaseStatus, SheetStatus

TOP = 5
LEAST_SHEETS = 2
# A draft may be longer; it is kept, and cannot be lodged.
REASON_WORDS = 200
REASON_CHARACTERS = NOTE_CHARACTERS = 20_000
CHANGED = "Something has changed since you looked. Look at the assignment again before you carry it out."


# Sharing out


def reasons_not_to_assign_yet(round: Round, *, by: User, at: datetime) -> list[str]:
    """What stands in the way whatever the plan says."""
    reasons = []
    if round.approved_at is None:
        reasons.append("The round has not been approved.")
    if not round.has_opened("scoring", at):
        reasons.append(
            f"Papers are shared out when scoring opens, at {moment(round.stage_of('scoring').opens_at)}."
        )
    if round.has_closed("scoring", at):
        reasons.append(
            "Scoring has closed. Name a reader on an application's own page, with the time they have."
        )
    own = Appointment.objects.active(at).filter(seat__round=round, user=by)
    if any(held.declared_at is None for held in own):
        reasons.append("Declare your own interests first.")
    return reasons


def reasons_not_to_assign(
    plan: Plan, *, by: User, at: datetime, seen: str = "", hidden: Iterable[int] = ()
) -> list[str]:
    reasons = reasons_not_to_assign_yet(plan.round, by=by, at=at)
    if not plan.is_worked_out:
        return [*reasons, "This panel is large: have it worked out first who reads what."]
    if not plan.applications:
        reasons.append("No application has been found eligible yet.")
    elif plan.shortfalls:
        reasons += plan.reasons(hidden)
    elif not plan.new:
        reasons.append("Every eligible application has its readers.")
    if seen and seen != plan.digest:
        reasons.append(CHANGED)
    return reasons


def reasons_not_to_ask_for_a_plan(round: Round, *, least_fit: int, by: User, at: datetime) -> list[str]:
    reasons = reasons_not_to_assign_yet(round, by=by, at=at)
    newest = SharingOut.objects.newest(round, least_fit)
    if newest is not None and newest.done_at is None:
        reasons.append("It is being worked out already.")
    return reasons


def reasons_not_to_add(
    case: Case, appointment: Appointment, *, until: datetime | None, why: str, at: datetime
) -> list[str]:
    """A further reader for one application: for a member who is ill, has left or turns out to have an interest."""
    round = case.application.round
    reasons = reasons_not_to_touch(case)
    if not round.has_opened("scoring", at):
        reasons.append("Papers are shared out when scoring opens.")
    if appointment.seat.round_id != round.pk or appointment.seat.kind != Seat.Kind.MEMBER:
        reasons.append(f"{appointment.user} is not a member of this panel.")
    if not appointment.is_active(at) or appointment.declared_at is None:
        reasons.append(f"{appointment.user} cannot open papers now.")
    elif not free_of_interest([appointment], case.application):
        reasons.append(f"{appointment.user} has an interest in this application.")
    if case.assessments.filter(appointment=appointment).exists():
        reasons.append(f"{appointment.user} has, or had, this application already.")
    if is_blank(why):
        reasons.append("Say why this reader is added.")
    if until is None and round.has_closed("scoring", at):
        reasons.append("Scoring has closed: say until when this reader may mark.")
    return reasons + reasons_against_time(round, until, at=at)


# Marking


def reasons_not_to_mark(
    assessment: Assessment, *, by: User | None, at: datetime, is_free: bool = False
) -> list[str]:
    """May this person write on this sheet at this instant?

    `is_free` says that it was found among the papers in which this person has no interest, so that no page asks twice.
    """
    case, member = assessment.case, assessment.appointment
    application = case.application
    reasons = []
    if by is None or member.user_id != by.pk:
        return ["Only the member to whom it was given may mark this sheet."]
    if not member.is_active(at):
        reasons.append("You do not hold a seat on this panel now.")
    elif member.declared_at is None:
        reasons.append("Declare your interests first; no paper opens before.")
    if application.status == Status.WITHDRAWN or case.status == CaseStatus.WITHDRAWN:
        reasons.append("This application was withdrawn.")
    elif not is_free and has_interest(by, application):
        reasons.append("You have an interest in this application.")
    if assessment.status == SheetStatus.LODGED:
        reasons.append("You have lodged this sheet. Only the chair can reopen it.")
    elif assessment.status == SheetStatus.DISCHARGED:
        reasons.append("You were discharged from this sheet.")
    elif case.status not in (CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN):
        reasons.append("The marks of this application are open; they are no longer changed here.")
    if not application.round.has_opened("scoring", at):
        reasons.append("Scoring has not opened.")
    elif at >= assessment.due_at:
        reasons.append(
            f"The time for this sheet ended at {moment(assessment.due_at)}. Ask the chair for more."
        )
    return reasons


def reasons_against_marks(criteria: Iterable[Criterion], marks: Mapping[int, Said]) -> list[str]:
    """Is what was typed on the scale, and on this round's criteria?"""
    names = {criterion.pk: criterion.name for criterion in criteria}
    reasons = []
    if set(marks) - set(names):
        reasons.append("One of these criteria is not this round's.")
    for pk, (score, cannot_judge, reason) in marks.items():
        if score is not None and not (type(score) is int and 0 <= score <= TOP):
            reasons.append(f"{names.get(pk, 'A criterion')}: a mark is a whole number from 0 to {TOP}.")
        if score is not None and cannot_judge:
            reasons.append(f"{names.get(pk, 'A criterion')}: either a mark or “cannot judge”, not both.")
        if len(reason) > REASON_CHARACTERS:
            reasons.append(
                f"{names.get(pk, 'A criterion')}: a reason holds {REASON_CHARACTERS:,} characters at most."
            )
    return reasons


def reasons_not_to_lodge(assessment: Assessment, *, by: User | None, at: datetime) -> list[str]:
    """A mark, or “cannot judge”, and a reason for every criterion."""
    reasons = reasons_not_to_mark(assessment, by=by, at=at)
    marks = {mark.criterion_id: mark for mark in assessment.marks.all()}
    for criterion in assessment.case.application.round.criteria.all():
        mark = marks.get(criterion.pk)
        if mark is None or (mark.score is None and not mark.cannot_judge):
            reasons.append(f"{criterion.name}: give a mark, or say that you cannot judge it.")
        elif is_blank(mark.reason):
            reasons.append(f"{criterion.name}: write your reason.")
        elif (over := words(mark.reason) - REASON_WORDS) > 0:
            reasons.append(
                f"{criterion.name}: your reason is {over} word{'s' if over > 1 else ''} too long,"
                f" the limit is {REASON_WORDS}."
            )
    return reasons


def reasons_not_to_note(assessment: Assessment, text: str, *, by: User | None, at: datetime) -> list[str]:
    """Notes are a member's own, while the paper is theirs to read: marks may be lodged, and seals open."""
    if by is None or not Assessment.objects.of(by, at).filter(pk=assessment.pk).exists():
        return ["This paper is not, or no longer, yours to read."]
    if len(text) > NOTE_CHARACTERS:
        return [f"A note holds {NOTE_CHARACTERS:,} characters at most; this one has {len(text):,}."]
    return []


# What the chair may do with a sheet


def reasons_not_to_touch(case: Case) -> list[str]:
    if case.status == CaseStatus.WITHDRAWN or case.application.status == Status.WITHDRAWN:
        return ["This application was withdrawn."]
    return [] if case.status == CaseStatus.ASSIGNED else ["The seal of this application's marks is open."]


def reasons_against_time(round: Round, until: datetime | None, *, at: datetime) -> list[str]:
    """More time reaches past the closing of scoring, and no further than the shortlist's."""
    if until is None:
        return []
    if until <= at:
        return ["The new time must lie ahead."]
    if until <= round.stage_of("scoring").closes_at:
        return [f"Scoring is open until {moment(round.stage_of('scoring').closes_at)} in any case."]
    ends = [stage.closes_at for stage in round.plan if stage.key == "shortlist"]
    if ends and until > ends[0]:
        return [f"The shortlist closes at {moment(ends[0])}: the marks are needed by then."]
    return []


def reasons_not_to_extend(assessment: Assessment, *, until: datetime, why: str, at: datetime) -> list[str]:
    reasons = reasons_not_to_touch(assessment.case)
    if assessment.status != SheetStatus.OPEN:
        reasons.append("Only a sheet that is not lodged can be given more time.")
    if is_blank(why):
        reasons.append("Say why this sheet gets more time.")
    return reasons + reasons_against_time(assessment.case.application.round, until, at=at)


def reasons_not_to_discharge(assessment: Assessment, *, why: str) -> list[str]:
    """Enough readers must remain: two, one of each body."""
    reasons = reasons_not_to_touch(assessment.case)
    if assessment.status != SheetStatus.OPEN:
        return [*reasons, "Only a sheet that is not lodged can be discharged."]
    if is_blank(why):
        reasons.append("Say why this sheet is discharged.")
    rest = [sheet for sheet in counting(assessment.case) if sheet.pk != assessment.pk]
    if lacking := what_is_lacking(rest):
        reasons.append(f"Without this sheet the application would have {lacking}. Name another reader first.")
    return reasons


def reasons_not_to_reopen(assessment: Assessment, *, why: str) -> list[str]:
    reasons = reasons_not_to_touch(assessment.case)
    if assessment.status != SheetStatus.LODGED:
        reasons.append("Only a lodged sheet can be reopened.")
    if is_blank(why):
        reasons.append("Say why this sheet is reopened.")
    return reasons


# The seal


def counting(case: Case) -> list[Assessment]:
    """The sheets that were not discharged."""
    return list(case.assessments.counting().select_related("appointment__seat"))


def what_is_lacking(sheets: Iterable[Assessment]) -> str:
    """What these sheets lack of two, one of each body; nothing if they have it."""
    sheets = list(sheets)
    bodies = {sheet.body for sheet in sheets}
    lacking = [f"none of {body.label}" for body in Body if body not in bodies]
    if len(sheets) < LEAST_SHEETS and not lacking:
        lacking.append("one sheet only")
    return " and ".join(lacking)


def reasons_not_to_open_seal(case: Case, *, at: datetime) -> list[str]:
    """Scoring closed, every remaining sheet lodged, two at least and one of each body."""
    reasons = reasons_not_to_touch(case)
    round = case.application.round
    if not round.has_closed("scoring", at):
        reasons.append(
            f"Scoring closes at {moment(round.stage_of('scoring').closes_at)}; no seal opens before."
        )
    sheets = counting(case)
    unlodged = sum(sheet.status == SheetStatus.OPEN for sheet in sheets)
    if unlodged:
        reasons.append(
            f"{unlodged} of {len(sheets)} sheets not lodged: the chair extends or discharges them."
        )
    if lacking := what_is_lacking(sheet for sheet in sheets if sheet.status == SheetStatus.LODGED):
        reasons.append(f"Of lodged sheets there is {lacking}: two are needed, one of each body.")
    return reasons


def reasons_not_to_withdraw(case: Case) -> list[str]:
    return [] if case.application.status == Status.WITHDRAWN else ["The application was not withdrawn."]
