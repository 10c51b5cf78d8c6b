"""What pages of other rooms say about rounds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.template.context import Context

from beacons.rounds import rules, wording
from beacons.rounds.models import Round
from outcomes.models import Outcome

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
def standing(context: Context, round: Round) -> wording.Standing:
    return wording.standing(round, context["request"].at)


def stands(round: Round, at: Any) -> RoundStanding:
    said = wording.standing(round, at)
    return RoundStanding(round, said.now, said.next)


@register.filter
def full_day(day: date) -> str:
    """Friday 5 March 2027."""
    return wording.full_day(day)
