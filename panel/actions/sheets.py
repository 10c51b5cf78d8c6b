"""Score sheets: shared out, marked blind, lodged, and opened together."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel import readers
from panel.actions import interests, papers
from panel.models import Appointment, Assessment, Case, Mark
from panel.rules import sheets as rules
from panel.statuses import CASE, SHEET

Marks = Mapping[int, tuple[int | None, bool, str]]


@verb
def assign(round: Round, *, by: Any, at: datetime, seen: str = "") -> Round:
    """Share the eligible applications out; what is in hand stays. `seen` names the plan that was looked at."""
    round = Round.objects.lock(round.pk)
    interests.note_found(round, by=by, at=at)
    plan = readers.draw_up(round, at=at)
    refuse_if(rules.reasons_not_to_assign(plan, by=by, at=at, seen=seen))
    cases = {case.application_id: case for case in Case.objects.filter(application__in=plan.applications)}
    for application in plan.applications:
        if application.pk not in cases:
            case = cases[application.pk] = Case.objects.create(application=application, opened_at=at)
            CASE.begin(case, by=by, at=at)
    given = Assessment.objects.bulk_create(
        Assessment(case=cases[reading.application.pk], appointment=reading.member, assigned_at=at)
        for reading in plan.new
    )
    for sheet in given:
        SHEET.begin(sheet, by=by, at=at)
    numbers = Counter(sheet.appointment for sheet in given)
    for member, number in numbers.items():
        letters.write(
            "panel_assigned",
            to=member.user,
            at=at,
            key=f"{member.pk}:{at.isoformat()}",
            context={"round": round, "number": number, "closes_at": round.stage_of("scoring").closes_at},
        )
    return round


@verb
def add(
    case: Case, appointment: Appointment, *, why: str, by: Any, at: datetime, until: datetime | None = None
) -> Assessment:
    """Give one application to a further reader; after scoring has closed with a time of their own."""
    # The round first, as whoever declares an interest locks it: nobody is given a paper while declaring one in it.
    Round.objects.lock(case.application.round_id)
    case = papers.lock_case(case.pk)
    appointment = Appointment.objects.for_list().lock(appointment.pk)
    refuse_if(rules.reasons_not_to_add(case, appointment, until=until, why=why, at=at))
    sheet = Assessment.objects.create(case=case, appointment=appointment, assigned_at=at, extended_to=until)
    SHEET.begin(sheet, by=by, at=at, why=why)
    _tell_member(sheet, "panel_added", at=at, why=why)
    return sheet


@verb
def save_marks(assessment: Assessment, marks: Marks, *, by: Any, at: datetime, seen: str = "") -> Assessment:
    """Keep a draft: marks={criterion's id: (score or None, cannot judge, reason)}.

    `seen` names what the page showed; a sheet that was saved in another window since is not overwritten unread.
    """
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_mark(assessment, by=by, at=at))
    refuse_if(rules.reasons_against_marks(assessment.case.application.round.criteria.all(), marks))
    if seen and seen != fingerprint(assessment.marks.all()):
        raise Refused(
            "This sheet was saved in another window since you opened this page. What you typed is below."
        )
    held = {mark.criterion_id: mark for mark in assessment.marks.all()}
    for criterion, (score, cannot_judge, reason) in marks.items():
        mark = held.get(criterion) or Mark(assessment=assessment, criterion_id=criterion)
        if (mark.score, mark.cannot_judge, mark.reason) != (score, cannot_judge, reason) or mark.pk is None:
            mark.score, mark.cannot_judge, mark.reason = score, cannot_judge, reason
            mark.save()
    return assessment


def fingerprint(marks: Iterable[Mark]) -> str:
    """Names what a sheet says, so that a page can tell whether it still shows it."""
    said = sorted((mark.criterion_id, mark.score, mark.cannot_judge, mark.reason) for mark in marks)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@verb
def lodge(assessment: Assessment, *, by: Any, at: datetime) -> Assessment:
    """The member's last word on an application. Sealed from everybody until its seal opens."""
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_lodge(assessment, by=by, at=at))
    SHEET.advance(assessment, "lodge", by=by, at=at, set_fields={"lodged_at": at})
    return assessment


@verb
def reopen(assessment: Assessment, *, why: str, by: Any, at: datetime) -> Assessment:
    """Give a lodged sheet back to its member, before the seal opens."""
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_reopen(assessment, why=why))
    SHEET.advance(assessment, "reopen", by=by, at=at, why=why, set_fields={"lodged_at": None})
    _tell_member(assessment, "panel_reopened", at=at, why=why)
    return assessment


@verb
def extend(assessment: Assessment, *, until: datetime, why: str, by: Any, at: datetime) -> Assessment:
    """More time for one sheet."""
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_extend(assessment, until=until, why=why, at=at))
    assessment.extended_to = until
    assessment.save(update_fields=["extended_to"])
    steps.note(assessment, "extend", by=by, at=at, why=why, until=until)
    _tell_member(assessment, "panel_extended", at=at, why=why)
    return assessment


@verb
def discharge(assessment: Assessment, *, why: str, by: Any, at: datetime) -> Assessment:
    """Go on without this sheet."""
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_discharge(assessment, why=why))
    SHEET.advance(assessment, "discharge", by=by, at=at, why=why)
    _tell_member(assessment, "panel_discharged", at=at, why=why)
    return assessment


@verb
def open_seal(case: Case, *, by: Any, at: datetime) -> Case:
    """From here on the panel without an interest sees every mark of this application."""
    case = papers.lock_case(case.pk)
    refuse_if(rules.reasons_not_to_open_seal(case, at=at))
    CASE.advance(case, "open_seal", by=by, at=at)
    return case


@verb
def withdraw(case: Case, *, by: Any, at: datetime) -> Case:
    """The authority withdrew its application: the panel stops work on it."""
    case = papers.lock_case(case.pk)
    refuse_if(rules.reasons_not_to_withdraw(case))
    CASE.advance(case, "withdraw", by=by, at=at)
    return case


def _tell_member(sheet: Assessment, kind: str, *, at: datetime, why: str) -> None:
    letters.write(
        kind,
        to=sheet.appointment.user,
        at=at,
        key=f"{sheet.pk}:{at.isoformat()}",
        context={"sheet": sheet, "application": sheet.case.application, "why": why, "due_at": sheet.due_at},
    )
