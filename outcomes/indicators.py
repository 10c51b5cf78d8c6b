"""What a figure says: rank and quartile, direction of travel, the way left to a target. Plain Python.

Every function knows the indicator's polarity: whether a high figure is good (recycling) or a low one (young
people out of work). A missing figure gives no answer, never a nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median as middle
from statistics import quantiles
from typing import Generic, NamedTuple, TypeVar

HIGH, LOW = "high", "low"
BETTER, WORSE, SAME = "better", "worse", "same"


# Figures are floats or decimals, and never mixed: what comes from the database stays decimal.
Number = TypeVar("Number", float, Decimal)


class Spread(NamedTuple, Generic[Number]):
    """Five figures that draw a box: lowest, lower quartile, median, upper quartile, highest."""

    lowest: Number
    lower: Number
    median: Number
    upper: Number
    highest: Number


def is_better(one: Number, other: Number, polarity: str) -> bool:
    """Whether the first of two figures is the better one."""
    return one > other if polarity == HIGH else one < other


def rank(value: Number, values: Iterable[Number], polarity: str) -> int:
    """The place among all figures, 1 the best; equals share a place."""
    return 1 + sum(is_better(other, value, polarity) for other in values)


def quartile(value: Number, values: Sequence[Number], polarity: str) -> int | None:
    """The quarter in which a figure's place falls, 1 the best; none where fewer than four are to part."""
    if len(values) < 4:
        return None
    return -(-4 * rank(value, values, polarity) // len(values))


def median(values: Iterable[Number]) -> Number | None:
    """The middle figure; none where there are none."""
    values = list(values)
    return middle(values) if values else None


def spread(values: Iterable[Number]) -> Spread[Number] | None:
    """The five figures of a box; quartiles lie between the neighbouring figures as a spreadsheet has them."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return None
    lower, half, upper = quantiles(ordered, n=4, method="inclusive")
    return Spread(ordered[0], lower, half, upper, ordered[-1])


def direction(
    before: Number | None, after: Number | None, polarity: str, *, within: float | Decimal = 0
) -> str | None:
    """Whether things became better or worse; the same where the change is no larger than `within`."""
    if before is None or after is None:
        return None
    if abs(after - before) <= within:
        return SAME
    return BETTER if is_better(after, before, polarity) else WORSE


def direction_of_travel(
    figures: Iterable[tuple[int, Number]], polarity: str, *, years: int = 1, within: float | Decimal = 0
) -> str | None:
    """The direction from the last figure at least so many years back to the newest; none without both."""
    ordered = sorted(figures)
    if not ordered:
        return None
    newest, latest = ordered[-1]
    earlier = [value for year, value in ordered if year <= newest - years]
    return direction(earlier[-1] if earlier else None, latest, polarity, within=within)


def has_met(value: Number | None, target: Number | None, polarity: str) -> bool | None:
    """Whether a figure is as good as its target."""
    if value is None or target is None:
        return None
    return not is_better(target, value, polarity)


def distance_to_target(value: Number | None, target: Number | None, polarity: str) -> Number | int | None:
    """How far a figure still has to go, in its own unit; nought once the target is met."""
    if value is None or target is None:
        return None
    return abs(target - value) if is_better(target, value, polarity) else 0


def progress(baseline: Number | None, target: Number | None, value: Number | None) -> Number | None:
    """The share of the way from baseline to target: 1 when met, above 1 beyond it, below 0 on the way back.

    There is no way to speak of where the target is the baseline.
    """
    if baseline is None or target is None or value is None or baseline == target:
        return None
    return (value - baseline) / (target - baseline)
