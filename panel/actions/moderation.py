"""What the panel does between the opening of a seal and the proposal of a decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from beacons.core.lifecycle import refuse_if
from beacons.core.steps import note as note_step
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel.models import Case
from panel.rules import moderation as rules
from panel.statuses import CASE

AS_THEY_STAND = "The marks were taken as they stand."


@verb
def moderate(case: Case, *, note: str, by: Any, at: datetime) -> Case:
    """Record what the meeting said about a case. Marks do not change any more."""
    case = Case.objects.lock(case.pk)
    refuse_if(rules.reasons_not_to_moderate(case, by=by, at=at, note=note))
    CASE.advance(case, "moderate", by=by, at=at, why=note, set_fields={"moderation_note": note})
    return case


@verb
def accept_marks(a_round: Round, *, by: Any, at: datetime) -> list[Case]:
    """Moderate, in one act, every case about which there is nothing to discuss."""
    Case.objects.of_round(a_round).lock_all()
    refuse_if(rules.reasons_not_to_accept_marks(a_round, by=by, at=at))
    cases = rules.accepted_as_they_stand(a_round, by=by, at=at)
    for case in cases:
        CASE.advance(
            case, "moderate", by=by, at=at, why=AS_THEY_STAND, set_fields={"moderation_note": AS_THEY_STAND}
        )
    return cases


@verb
def part_equals(cases: Sequence[Case], *, why: str, by: Any, at: datetime) -> list[Case]:
    """Set cases that marks cannot part into the chair's order, the first first, with the written reason."""
    Round.objects.lock(cases[0].application.round_id)
    locked = {case.pk: case for case in Case.objects.filter(pk__in=[case.pk for case in cases]).lock_all()}
    cases = [locked[case.pk] for case in cases]
    refuse_if(rules.reasons_not_to_part(cases, by=by, at=at, why=why))
    for place, case in enumerate(cases, start=1):
        case.tie_place, case.tie_reason = place, why
        case.save(update_fields=["tie_place", "tie_reason"])
        note_step(case, "part_equals", by=by, at=at, why=why, place=place)
    return cases


@verb
def shortlist(case: Case, *, by: Any, at: datetime, why: str = "") -> Case:
    """Put a moderated case on the shortlist; below the threshold with a written reason."""
    case = Case.objects.lock(case.pk)
    refuse_if(rules.reasons_not_to_shortlist(case, by=by, at=at, why=why))
    CASE.advance(
        case,
        "shortlist",
        by=by,
        at=at,
        why=why,
        set_fields={"shortlisted_at": at, "shortlist_reason": why},
    )
    return case


@verb
def leave_out(case: Case, *, why: str, by: Any, at: datetime) -> Case:
    """Leave a moderated case off the shortlist. The reason is for the applicant."""
    case = Case.objects.lock(case.pk)
    refuse_if(rules.reasons_not_to_leave_out(case, by=by, at=at, why=why))
    CASE.advance(
        case, "leave_out", by=by, at=at, why=why, set_fields={"left_out_at": at, "shortlist_reason": why}
    )
    return case
