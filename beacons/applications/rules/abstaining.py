"""Why an authority cannot say that it will not apply."""

from collections.abc import Collection
from datetime import datetime

from beacons.applications.closings import Deadline
from beacons.applications.deadline import day_in_words
from beacons.applications.models import Abstention
from beacons.directory.models import Authority
from beacons.rounds import rules as planning
from beacons.rounds.models import Round
from outcomes.models import Outcome


def reasons_not_to_abstain_at_all(a_round: Round, authority: Authority, *, at: datetime) -> list[str]:
    """Whatever the outcome. It can be said as soon as the round is approved, until the closing."""
    if a_round.is_for_councillors:
        return ["In this round councillors apply for themselves, so no council is expected to."]
    if not planning.is_standing(a_round, at):
        return ["This round has not been approved yet, so nobody is expected to apply."]
    closes_at = Deadline(a_round, authority).closes_at
    if at >= closes_at:
        return [f"Applications closed at {day_in_words(closes_at)}. Nobody is reminded any more."]
    return []


def reasons_not_to_abstain(
    a_round: Round,
    authority: Authority,
    outcomes: Collection[Outcome],
    *,
    possible: Collection[Outcome],
    at: datetime,
) -> list[str]:
    """`possible` are the outcomes on which it has nothing that stands."""
    reasons = reasons_not_to_abstain_at_all(a_round, authority, at=at)
    if not outcomes:
        reasons.append("Choose an outcome for which your council will not apply.")
    return reasons + [
        f"{authority} has an application for “{outcome}” that stands. Withdraw it, if you will not apply."
        for outcome in outcomes
        if outcome not in possible
    ]


def reasons_not_to_take_abstention_back(abstention: Abstention, *, at: datetime) -> list[str]:
    if abstention.taken_back_at is not None:
        return ["It has been taken back already."]
    return reasons_not_to_abstain_at_all(abstention.round, abstention.authority, at=at)
