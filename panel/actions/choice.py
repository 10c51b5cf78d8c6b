"""Choosing a round's outcomes from the ranked list, with the reason, and approving what was chosen."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.rounds import actions as round_actions
from beacons.rounds.models import Round
from outcomes.models import Outcome
from panel.actions import seats
from panel.rules import choice as rules


@verb
def choose_outcomes(
    round: Round, outcomes: Collection[Outcome], *, reason: str, seen: str, by: Any, at: datetime
) -> Round:
    """Save the choice, which lets approvals of another one lapse. The same choice again changes nothing.

    `seen` is the state of the choice that was on the page: nobody writes over what somebody else chose meanwhile.
    """
    # The verb called below takes the same lock; here it makes sure that the choice read is the one replaced.
    round = Round.objects.select_for_update().get(pk=round.pk)
    refuse_if(rules.reasons_not_to_choose(round, at=at) or rules.reasons_if_stale(round, seen))
    reason = clean(reason)
    if set(outcomes) == set(round.outcomes.all()) and reason == round.outcomes_reason:
        return round
    return round_actions.change(round, outcomes=outcomes, outcomes_reason=reason, by=by, at=at)


@verb
def approve_choice(round: Round, *, part: str, seen: str, by: Any, at: datetime) -> Round:
    """Approve the round as it was read."""
    round = Round.objects.select_for_update().get(pk=round.pk)
    refuse_if(rules.reasons_if_stale(round, seen))
    return seats.approve_round(round, part=part, by=by, at=at)
