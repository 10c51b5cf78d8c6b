"""What moves when one stage of a round moves: the dates before anybody writes them down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from beacons.core.workdays import working_day_on_or_before
from beacons.rounds import timeline
from beacons.rounds.models import Round, Stage
from beacons.rounds.timeline import Leg, Planned


@dataclass(frozen=True)
class Move:
    """A stage with the dates that it would get, and the planned length that belongs to them."""

    stage: Stage
    opens_on: date
    closes_on: date
    days: int

    @property
    def later_by(self) -> int:
        """By how many days the closing comes later; negative if it comes earlier."""
        return (self.closes_on - self.stage.closes_on).days


def legs(round: Round) -> list[Leg]:
    """The stages as lengths."""
    return [Leg(stage.key, str(stage), stage.length) for stage in round.plan]


def after_moving(stage: Stage, closes_on: date) -> list[Move]:
    """What moves when a stage closes on another day: the stage, and those after it, which keep their lengths.

    Raises `timeline.PlanError` where a stage would have no day left.
    """
    round = stage.round
    lengths = legs(round)
    place = [each.pk for each in round.plan].index(stage.pk)
    unmoved = round.starts_on + timedelta(days=sum(leg.days for leg in lengths[:place]))
    lengths[place] = Leg(stage.key, str(stage), (closes_on - unmoved).days)
    planned = timeline.plan(round.starts_on, lengths)
    moves = [
        Move(kept, leg.opens_on, leg.closes_on, length.days)
        for kept, leg, length in zip(round.plan, planned, lengths, strict=True)
    ]
    return [move for move in moves[place:] if changes(move)]


def after_laying_out(round: Round, closings: Mapping[int, date]) -> list[Move]:
    """What moves when closings are set by hand (by id of the stage); each stage opens when the one before closes.

    Dates that make no sense come back as they are: the rules say what is wrong with them.
    """
    moves = []
    opens_on = unmoved = round.starts_on
    for stage in round.plan:
        closes_on = closings.get(stage.pk, stage.closes_on)
        days = stage.length
        if working_day_on_or_before(unmoved + timedelta(days=days)) != closes_on:
            days = (closes_on - unmoved).days
        moves.append(Move(stage, opens_on, closes_on, days))
        opens_on, unmoved = closes_on, unmoved + timedelta(days=days)
    return [move for move in moves if changes(move) or move.days != move.stage.length]


def changes(move: Move) -> bool:
    """Does the stage get other dates?"""
    return (move.opens_on, move.closes_on) != (move.stage.opens_on, move.stage.closes_on)


def with_moves(round: Round, moves: list[Move]) -> list[Planned]:
    """The whole plan as it would be."""
    moved = {move.stage.pk: move for move in moves}
    return [
        Planned(
            stage.key,
            str(stage),
            moved[stage.pk].opens_on if stage.pk in moved else stage.opens_on,
            moved[stage.pk].closes_on if stage.pk in moved else stage.closes_on,
        )
        for stage in round.plan
    ]


def gaps(stages: list[Stage]) -> list[tuple[Stage, Stage]]:
    """Neighbours of which the second does not open when the first closes."""
    return [(one, other) for one, other in pairwise(stages) if one.closes_on != other.opens_on]
