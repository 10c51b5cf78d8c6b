"""What stands in the way of choosing a round's outcomes, and of approving a choice that is no longer what was read."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from beacons.core.workdays import noon
from beacons.directory.models import User
from beacons.rounds import rules as round_rules
from beacons.rounds.models import Round
from beacons.rounds.wording import full_day
from panel.models import Approval


def state_of(round: Round) -> str:
    """The choice as it stands, in a few letters: a page that was read before it changed brings others."""
    slugs = sorted(outcome.slug for outcome in round.outcomes.all())
    return hashlib.sha256("\x1f".join([round.outcomes_reason, *slugs]).encode()).hexdigest()[:16]


def reasons_not_to_choose(round: Round, *, at: datetime) -> list[str]:
    """The choice is made before day 0, and stands once all four have approved it."""
    if reasons := round_rules.reasons_not_to_change(round):
        return reasons
    if at >= noon(round.starts_on):
        return [
            f"Day 0 was {full_day(round.starts_on)}. The scheme manager gives the round a later day 0 before its"
            " outcomes are chosen."
        ]
    return []


def reasons_if_stale(round: Round, seen: str) -> list[str]:
    if seen == state_of(round):
        return []
    return ["The choice was changed since you opened this page. Read it as it is now, and then do it again."]


def reasons_not_to_approve_choice(
    round: Round, part: str, by: User, given: Collection[Approval], *, at: datetime
) -> list[str]:
    """What can be said beside the button without reading the whole round; the verb asks everything."""
    most = round.preset.most_outcomes if round.preset else None
    reasons = list(round_rules.faults_in_outcomes(len(round.outcomes.all()), most, round.outcomes_reason))
    if by.pk in {approval.by_id for approval in given if approval.part != part}:
        reasons.append("You have approved this round in another part. Four different people approve it.")
    return reasons
