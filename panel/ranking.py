"""The ranking that the panel sees first: weighted means, their spread, and ties named as ties. Plain Python.

Marks run from 0 to 5; a member who cannot judge a criterion leaves None, which is no mark and never a
nought. An application's mark on a criterion is the mean of those who could judge it, and its score the mean
of these by weight, from 0 to 100. Everything is reckoned in whole fractions, so that two equal scores are
equal and no tie is broken by the last digit of a float.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from math import sqrt
from typing import Any

TOP_MARK = 5

Id = Any  # a primary key or a reference: whatever has an order
Marks = Mapping[str, int | None]


@dataclass(frozen=True)
class Ranked:
    """Where an application stands, how far its readers are apart, and what set it above its equals."""

    application: Id
    rank: int | None
    score: Fraction | None
    criteria: Mapping[str, Fraction | None]
    sheets: tuple[Fraction, ...]
    parted_by: str = ""
    needs_reason: bool = False

    @property
    def shown(self) -> Decimal | None:
        """The score as people read it, to one place."""
        return None if self.score is None else rounded(self.score)

    @property
    def spread(self) -> Fraction | None:
        """From the lowest of the readers' own scores to the highest."""
        return max(self.sheets) - min(self.sheets) if self.sheets else None

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation between the readers' own scores; none with fewer than two."""
        if len(self.sheets) < 2:
            return None
        mean = sum(self.sheets) / len(self.sheets)
        return sqrt(sum((sheet - mean) ** 2 for sheet in self.sheets) / (len(self.sheets) - 1))

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The criteria that no reader could judge."""
        return tuple(key for key, mean in self.criteria.items() if mean is None)


def rounded(number: Fraction, places: int = 1) -> Decimal:
    """A fraction as a decimal, halves rounded up as people do."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )


def weighted(marks: Mapping[str, Fraction | int | None], weights: Mapping[str, Any]) -> Fraction | None:
    """The weighted mean of marks as 0 to 100, over the criteria that were judged; none when none was."""
    judged = [(Fraction(mark), Fraction(weights[key])) for key, mark in marks.items() if mark is not None]
    total = sum(weight for _, weight in judged)
    if not total:
        return None
    return sum((mark * weight for mark, weight in judged), Fraction(0)) / total * 100 / TOP_MARK


def criterion_means(sheets: Iterable[Marks], weights: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """The mean mark on each criterion among those who could judge it."""
    sheets = list(sheets)
    means: dict[str, Fraction | None] = {}
    for key in weights:
        marks = [mark for sheet in sheets if (mark := sheet.get(key)) is not None]
        means[key] = Fraction(sum(marks), len(marks)) if marks else None
    return means


def rank(
    sheets: Mapping[Id, Sequence[Marks]],
    weights: Mapping[str, Any],
    *,
    ties: Sequence[str] = ("outcomes", "transfer"),
    chairs_order: Sequence[Id] = (),
) -> list[Ranked]:
    """Every application with its sheets' marks, best first.

    Equal scores go to the higher mean on the first of the `ties` criteria, then on the next; those still
    equal share a rank and need the chair's written reason, unless the chair's order already names all of
    them. An application that nobody could judge has no rank and comes last.
    """
    unranked = [_standing(application, sheets[application], weights) for application in sorted(sheets)]
    scored = [standing for standing in unranked if standing.score is not None]
    ranked: list[Ranked] = []
    for _, equals in groupby(sorted(scored, key=_by_score), key=_by_score):
        ranked += _parted(list(equals), ties, list(chairs_order), first=len(ranked) + 1)
    return ranked + [standing for standing in unranked if standing.score is None]


def _standing(application: Id, sheets: Sequence[Marks], weights: Mapping[str, Any]) -> Ranked:
    means = criterion_means(sheets, weights)
    own = [weighted({key: sheet.get(key) for key in weights}, weights) for sheet in sheets]
    return Ranked(
        application=application,
        rank=None,
        score=weighted(means, weights),
        criteria=means,
        sheets=tuple(score for score in own if score is not None),
    )


def _by_score(standing: Ranked) -> Fraction:
    return -(standing.score or Fraction(0))


def _parted(equals: list[Ranked], ties: Sequence[str], chairs: list[Id], first: int) -> list[Ranked]:
    """Set equals apart by the first criterion that tells them apart, and failing all by the chair's order."""
    if len(equals) == 1:
        return [replace(equals[0], rank=first)]
    if not ties:
        if all(standing.application in chairs for standing in equals):
            equals = sorted(equals, key=lambda standing: chairs.index(standing.application))
            return [replace(standing, rank=first + n, parted_by="chair") for n, standing in enumerate(equals)]
        return [replace(standing, rank=first, needs_reason=True) for standing in equals]
    key, *rest = ties

    def worse(standing: Ranked) -> Fraction:
        mean = standing.criteria.get(key)
        return Fraction(1) if mean is None else -mean

    groups = [list(group) for _, group in groupby(sorted(equals, key=worse), key=worse)]
    ranked: list[Ranked] = []
    for group in groups:
        if len(group) == 1 and len(groups) > 1:
            ranked.append(replace(group[0], rank=first + len(ranked), parted_by=key))
        else:
            ranked += _parted(group, rest, chairs, first + len(ranked))
    return ranked
