"""What must hold of every round, however it was written."""

from collections.abc import Iterator

from django.db.models import F

from beacons.core.invariants import invariant
from beacons.rounds import plans, rules
from beacons.rounds.models import Invitation, Round


@invariant
def no_stage_lies_beyond_the_limit() -> Iterator[str]:
    for round in Round.objects.with_plan():
        for reason in rules.over_the_limit(round.plan, round.starts_on, round.limit_months):
            yield f"{round}: {reason}"
        ends_on = max((stage.closes_on for stage in round.plan), default=None)
        if round.ends_on != ends_on:
            yield f"{round}: its end is kept as {round.ends_on}, its stages end on {ends_on}."


@invariant
def stages_follow_each_other() -> Iterator[str]:
    for round in Round.objects.with_plan():
        for one, other in plans.gaps(round.plan):
            yield f"{round}: “{other}” does not open when “{one}” closes."


@invariant
def weights_of_an_approved_round_add_up() -> Iterator[str]:
    for round in Round.objects.approved().prefetch_related("criteria"):
        together = sum(criterion.weight for criterion in round.criteria.all())
        if together != rules.WEIGHTS:
            yield f"{round}: its weights add up to {together}."


@invariant
def only_outcomes_of_a_round_are_invited_on() -> Iterator[str]:
    strange = Invitation.objects.exclude(round__outcomes=F("outcome")).select_related("round", "outcome")
    for invitation in strange.select_related("authority"):
        yield f"{invitation}: the round is not about that outcome."
