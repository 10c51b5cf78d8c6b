"""An authority says that it will not apply this time, so that nobody reminds it; and takes that back."""

from collections.abc import Collection
from datetime import datetime

from beacons.applications import abstentions, rules
from beacons.applications.models import Abstention
from beacons.core import steps, text
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, User
from beacons.rounds.models import Round
from outcomes.models import Outcome


@verb
def abstain(
    a_round: Round,
    authority: Authority,
    outcomes: Collection[Outcome],
    *,
    why: str = "",
    by: User,
    at: datetime,
) -> list[Abstention]:
    """For one or several outcomes at once. Said once more, the first saying stands."""
    # Whoever begins an application locks the authority as well: so both never stand together.
    authority = Authority.objects.lock(authority.pk)
    refuse_if(
        rules.reasons_not_to_abstain(
            a_round, authority, outcomes, possible=abstentions.possible(a_round, authority), at=at
        )
    )
    there = {each.outcome_id for each in abstentions.said(a_round, authority)}
    why = text.clean(why).strip()
    made = Abstention.objects.bulk_create(
        Abstention(round=a_round, outcome=outcome, authority=authority, why=why, said_by=by, said_at=at)
        for outcome in outcomes
        if outcome.pk not in there
    )
    for each in made:
        steps.note(each, "abstain", by=by, at=at, why=why)
    return made


@verb
def take_abstention_back(abstention: Abstention, *, by: User, at: datetime) -> Abstention:
    """The authority may apply after all, and is reminded again."""
    abstention = Abstention.objects.lock(abstention.pk)
    refuse_if(rules.reasons_not_to_take_abstention_back(abstention, at=at))
    return taken_back(abstention, by=by, at=at)


def apply_after_all(
    a_round: Round, outcome: Outcome, authority: Authority, *, by: User, at: datetime
) -> None:
    """For a verb that begins an application, or takes one up again, and holds the authority's lock."""
    standing = Abstention.objects.standing().filter(round=a_round, outcome=outcome, authority=authority)
    for abstention in standing:
        taken_back(abstention, by=by, at=at)


def taken_back(abstention: Abstention, *, by: User, at: datetime) -> Abstention:
    abstention.taken_back_by, abstention.taken_back_at = by, at
    abstention.save(update_fields=["taken_back_by", "taken_back_at"])
    steps.note(abstention, "take_abstention_back", by=by, at=at)
    return abstention
