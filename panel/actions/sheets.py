"""Score sheets: shared out, marked blind, lodged, and opened together."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beacons.applications.overtaking import NOWHERE, Page, Verdict, judge
from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel import readers
from panel.actions import interests, papers
from panel.actions.verifications import tell_members_it_is_off
from panel.models import Appointment, Assessment, Case, Mark, Note, Said
from panel.rules import sheets as rules
from panel.statuses import CASE, SHEET, VerificationStatus

Marks = Mapping[int, Said]


@verb
def assign(round: Round, *, by: Any, at: datetime, seen: str = "", least_fit: int = 0) -> Round:
    """Share the eligible applications out; what is in hand stays. `seen` names the plan that was looked at.

    Nobody is given an application that they fit less than `least_fit`.
    """
    round = Round.objects.lock(round.pk)
    interests.note_found(round, by=by, at=at)
    plan = readers.draw_up(round, at=at, least_fit=least_fit)
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


class Overtaken(Refused):
    """These marks were saved in another window meanwhile, and nothing was written: `marks` are what stands, by criterion."""

    def __init__(self, marks: Mapping[int, Mark]):
        super().__init__(
            *(
                f"{mark.criterion}: you saved something else in another window since you opened this page."
                " Both are shown below, and nothing was overwritten. Save again to keep what is in the form."
                for mark in marks.values()
            )
        )
        self.marks = dict(marks)


@verb
def save_marks(
    assessment: Assessment,
    marks: Marks,
    *,
    by: Any,
    at: datetime,
    seen: Mapping[int, str] | None = None,
    page: Page = NOWHERE,
) -> Assessment:
    """Keep a draft: marks={criterion's id: (score or None, cannot judge, reason)}.

    `seen` names by criterion what the page showed (`fingerprint`); what was saved in another window since is not written
    over unread: `Overtaken` carries it, and nothing is saved.
    """
    assessment, changed, overtaken = _sort(assessment, marks, by=by, at=at, seen=seen, page=page)
    if overtaken:
        raise Overtaken(overtaken)
    for mark in changed:
        mark.save()
    return assessment


@verb
def save_each_mark(
    assessment: Assessment, marks: Marks, *, by: Any, at: datetime, seen: Mapping[int, str], page: Page
) -> tuple[dict[int, Mark], dict[int, str]]:
    """Save them as `save_marks` does, but each for itself.

    Handed back are those that another window overtook, and how what stands is named now, by criterion.
    """
    assessment, changed, overtaken = _sort(assessment, marks, by=by, at=at, seen=seen, page=page)
    for mark in changed:
        mark.save()
    standing = Mark.objects.filter(assessment=assessment)
    return overtaken, {mark.criterion_id: fingerprint(*mark.said) for mark in standing}


def _sort(
    assessment: Assessment,
    marks: Marks,
    *,
    by: Any,
    at: datetime,
    seen: Mapping[int, str] | None,
    page: Page,
) -> tuple[Assessment, list[Mark], dict[int, Mark]]:
    """Lock the sheet and ask the rules; then which marks are to be written, and which were overtaken."""
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_mark(assessment, by=by, at=at))
    criteria = {criterion.pk: criterion for criterion in assessment.case.application.round.criteria.all()}
    refuse_if(rules.reasons_against_marks(criteria.values(), marks))
    held = {mark.criterion_id: mark for mark in assessment.marks.all()}
    changed, overtaken = [], {}
    for pk, said in marks.items():
        mark = held.get(pk) or Mark(assessment=assessment, criterion=criteria[pk])
        now = fingerprint(*mark.said)
        known = now if seen is None else seen.get(pk, "")
        verdict = judge(
            fingerprint(*said),
            now=now,
            seen=known,
            later=[Saved(mark.page, mark.turn, by.pk)],
            page=page,
            by=by,
            # Over nothing anybody may write.
            is_newest=now in (known, NOTHING),
        )
        if verdict is Verdict.WRITE:
            mark.score, mark.cannot_judge, mark.reason = said
            mark.page, mark.turn = page.mark, page.turn
            changed.append(mark)
        elif verdict is Verdict.OVERTAKEN:
            mark.criterion = criteria[pk]
            overtaken[pk] = mark
    return assessment, changed, overtaken


@dataclass(frozen=True)
class Saved:
    """Where something was saved last, as `judge` asks it."""

    page: str
    turn: int
    saved_by_id: int


NOTHING = ""


def fingerprint(score: int | None, cannot_judge: bool, reason: str) -> str:
    """Names what a mark says, so that a page can tell whether it still shows it; nothing is NOTHING."""
    if score is None and not cannot_judge and not reason:
        return NOTHING
    return hashlib.sha256(repr((score, cannot_judge, reason)).encode()).hexdigest()[:16]


class NoteOvertaken(Refused):
    """Another note was saved in another window meanwhile, and nothing was written: `note` is the one that stands."""

    def __init__(self, note: Note):
        super().__init__(
            "You saved another note in another window since you opened this page. It is shown below, and nothing was"
            " overwritten. Save again to keep what is in the box."
        )
        self.note = note


@verb
def note(
    assessment: Assessment, text: str, *, by: Any, at: datetime, seen: int | None = None, page: Page = NOWHERE
) -> Note | None:
    """Keep a member's own note. `seen` is the number of the one that was shown; handed back is the one that stands.

    Nothing of it goes into the history, nor anywhere else: that there is a note is its writer's own business too.
    """
    assessment = papers.lock(assessment)
    refuse_if(rules.reasons_not_to_note(assessment, text, by=by, at=at))
    kept = list(assessment.notes.order_by("number"))
    last = kept[-1] if kept else None
    known = (last.number if last else 0) if seen is None else seen
    shown = next((one.text for one in kept if one.number == known), "" if known == 0 else None)
    verdict = judge(
        text,
        now=last.text if last else "",
        seen=shown,
        later=[Saved(one.page, one.turn, by.pk) for one in kept if one.number > known],
        page=page,
        by=by,
        is_newest=last is None or last.number == known,
    )
    if verdict is Verdict.OVERTAKEN and last:
        raise NoteOvertaken(last)
    if verdict is Verdict.WRITE:
        number = last.number + 1 if last else 1
        last = Note.objects.create(
            assessment=assessment, number=number, text=text, saved_at=at, page=page.mark, turn=page.turn
        )
    return last


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
    for verification in case.verifications.filter(status=VerificationStatus.ARRANGED).for_list():
        tell_members_it_is_off(verification, why="The application was withdrawn.", by=by, at=at)
    return case


def _tell_member(sheet: Assessment, kind: str, *, at: datetime, why: str) -> None:
    letters.write(
        kind,
        to=sheet.appointment.user,
        at=at,
        key=f"{sheet.pk}:{at.isoformat()}",
        context={"sheet": sheet, "application": sheet.case.application, "why": why, "due_at": sheet.due_at},
    )
