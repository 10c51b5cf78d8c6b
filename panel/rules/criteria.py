"""What stands in the way of the chairs settling the criteria."""

from collections.abc import Iterable
from datetime import datetime

from beacons.rounds import rules as round_rules
from beacons.rounds.models import Round
from outcomes.models import Issue

# So many councils make an issue one that the criteria should answer.
MANY_VOICES = 3


def reasons_not_to_set_criteria(round: Round, *, at: datetime) -> list[str]:
    """From the round's approval until applications open; before that the office prepares them."""
    if not round_rules.is_standing(round, at):
        return [
            "The round is not approved yet. The scheme manager prepares its criteria in the office;"
            " the chairs change them here from the approval on."
        ]
    return round_rules.reasons_not_to_edit(round, at=at)


def unanswered(issues: Iterable[Issue], rested_on: set[int]) -> list[Issue]:
    """Issues that many councils say and on which no criterion rests."""
    return [
        issue
        for issue in issues
        if issue.voices >= MANY_VOICES and issue.pk not in rested_on  # type: ignore[attr-defined]
    ]
