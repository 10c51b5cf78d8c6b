"""What pages of other rooms say about rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.template.context import Context

from beacons.rounds import resting, rules, wording
from beacons.rounds.models import Criterion, Round
from beacons.rounds.presets import Preset
from outcomes.models import Outcome
from outcomes.voices import Heard

register = template.Library()


@dataclass(frozen=True)
class RoundStanding:
    """A round, and where it stands, in sentences."""

    round: Round
    now: str
    next: str


@register.simple_tag(takes_context=True)
def rounds_of(context: Context, outcome: Outcome) -> list[RoundStanding]:
    """Approved rounds on this outcome that have not ended, as they stand at the instant of the request."""
    return [stands(round, context["request"].at) for round in rules.rounds_of(outcome, context["request"].at)]


@register.simple_tag(takes_context=True)
def criteria_of(context: Context, outcome: Outcome) -> list[tuple[Round, list[Criterion]]]:
    """The approved rounds on this outcome that have not ended, each with what its applications are marked on."""
    return resting.criteria_of(outcome, context["request"].at)


@register.simple_tag(takes_context=True)
def standing(context: Context, round: Round) -> wording.Standing:
    return wording.standing(round, context["request"].at)


def stands(round: Round, at: Any) -> RoundStanding:
    said = wording.standing(round, at)
    return RoundStanding(round, said.now, said.next)


@register.filter
def full_day(day: date) -> str:
    """Friday 5 March 2027."""
    return wording.full_day(day)


@register.filter
def how_paid(round: Round) -> str:
    """40 per cent is paid on signature and the rest after the closing return."""
    return wording.how_paid(round)


@register.filter
def who_may_apply(kind: Preset | Round) -> str:
    """For a kind of round, or for a round, which may differ from its kind."""
    return str(Round.OpenTo(kind.open_to).label)


@register.simple_tag(takes_context=True)
def with_criteria(
    context: Context, outcome: Outcome, heard: Sequence[Heard]
) -> list[tuple[Heard, list[Criterion]]]:
    """Each issue with the criteria of rounds under way that rest on it."""
    found = resting.criteria_of(outcome, context["request"].at)
    criteria = [criterion for _, held in found for criterion in held]
    return [(each, resting.resting_on(each, criteria)) for each in heard]


@register.simple_tag(takes_context=True)
def criteria_on(context: Context, each: Heard) -> list[Criterion]:
    """The criteria of all rounds that rest on an issue."""
    return resting.criteria_on(each, context["request"].user, context["request"].at)


@register.simple_tag
def with_issues(criteria: Sequence[Criterion]) -> list[tuple[Criterion, list[resting.Behind]]]:
    """Each criterion with the issues it rests on."""
    rests = resting.issues_of(criteria)
    return [(criterion, rests.get(criterion.pk, [])) for criterion in criteria]


@register.simple_tag
def asked_for(items: Sequence[Any], outcome: Outcome) -> list[tuple[Criterion, list[resting.Behind]]]:
    """The criteria that some questions count for and that rest on issues of this outcome, with those issues.

    The questions come with their criteria: `Application.objects.for_section()`.
    """
    counted = {item.question.criterion for item in items if item.question.criterion_id}
    criteria = sorted(counted, key=lambda criterion: (criterion.position, criterion.pk))
    rests = resting.issues_of(criteria, outcome=outcome)
    return [(criterion, rests[criterion.pk]) for criterion in criteria if rests.get(criterion.pk)]
