"""The instant at which decisions open to everybody, and the letters that leave then."""

from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel.models import Announcement, Case
from panel.rules import announcement as rules
from panel.statuses import CASE, Verdict

LETTERS = {
    Verdict.AWARD: "panel_award",
    Verdict.RESERVE: "panel_reserve",
    Verdict.DECLINE: "panel_decline",
}


@verb
def set_announcement(a_round: Round, *, instant: datetime, by: Any, at: datetime) -> Announcement:
    """Set the announcement, or move one that has not come yet."""
    a_round = Round.objects.lock(a_round.pk)
    Announcement.objects.select_for_update().filter(round=a_round).first()
    refuse_if(rules.reasons_not_to_set_announcement(a_round, by=by, at=at, instant=instant))
    announcement, _ = Announcement.objects.update_or_create(
        round=a_round, defaults={"at": instant, "set_by": by, "set_at": at}
    )
    steps.note(announcement, "set", by=by, at=at, instant=instant)
    return announcement


@verb
def announce(case: Case, *, by: Any, at: datetime) -> Case:
    """Announce one case at or after the instant: its council's people are sent the result and the reasons.

    What the readers said by criterion follows in a letter of its own (`actions.feedback`).
    """
    case = Case.objects.lock(case.pk)
    # Nobody moves the instant while a case is announced at it.
    Announcement.objects.select_for_update().filter(round=case.application.round_id).first()
    refuse_if(rules.reasons_not_to_announce(case, at=at))
    decision, announcement = case.decision, case.application.round.announcement
    CASE.advance(case, "announce", by=by, at=at)
    context = {
        "application": case.application,
        "decision": decision,
        "round": case.application.round,
        "feedback_due_on": announcement.feedback_due_on,
        "second_phase": Round.objects.approved().filter(follows=case.application.round_id).first(),
    }
    for person in case.application.people():
        letters.write(
            LETTERS[Verdict(decision.verdict)],
            to=person,
            key=f"case-{case.pk}",
            at=at,
            not_before=announcement.at,
            context=context,
        )
    return case
