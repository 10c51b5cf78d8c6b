"""Nearest neighbours of an authority among those of its tier: on which facts, how near, and what drives each pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast

from beacons.directory.models import Authority
from outcomes import neighbours
from outcomes.headlines.words import small_first, spoken
from outcomes.models import Indicator, IndicatorValue

POPULATION = "population"
# What describes a place rather than its council's work. Measures that a report shows are never among them unasked.
HOUSE_FACTS = (
    POPULATION,
    "pay",
    "productivity",
    "level-3-adults",
    "no-qualifications",
    "claimants",
    "affordability",
    "life-satisfaction",
    "child-poverty",
)
HOUSE_WEIGHT = 5
# A fact may be two years old where the newest figure is missing.
YEARS_BACK = 2


@dataclass(frozen=True)
class Fact:
    """Something on which two places can be alike, and how much it counts."""

    code: str
    title: str
    unit: str
    weight: int
    indicator: Any = None

    def said(self, value: float) -> str:
        return f"{value:,.0f}" if self.code == POPULATION else spoken(value, self.unit)


@dataclass(frozen=True)
class Alike:
    """A neighbour, how far off it is, and why."""

    authority: Authority
    distance: float
    # Each with both figures: middle weekly pay, before tax (£620 and £618).
    alike: tuple[str, ...]
    apart: str
    missing: tuple[str, ...]

    @property
    def shown(self) -> str:
        return f"{self.distance:.2f}"

    @property
    def percent(self) -> int:
        return round(100 * self.distance)


@dataclass(frozen=True)
class Neighbourhood:
    """The nearest, the facts they were found by, and the facts nobody here has figures of."""

    nearest: tuple[Alike, ...]
    facts: tuple[Fact, ...]
    unknown: tuple[Fact, ...]
    # Facts of which others have figures and the authority itself has none.
    lacking: tuple[Fact, ...]
    pool: int

    @property
    def names_unknown(self) -> list[str]:
        return [small_first(fact.title) for fact in self.unknown]

    @property
    def names_lacking(self) -> list[str]:
        return [small_first(fact.title) for fact in self.lacking]


def house_weights(shown: Iterable[str]) -> dict[str, int]:
    """The house's own facts, all of the same weight, without the measures that a report shows."""
    kept = set(shown)
    return {code: HOUSE_WEIGHT for code in HOUSE_FACTS if code not in kept}


def facts_of(weights: Mapping[str, int], known: Mapping[str, Indicator]) -> list[Fact]:
    """Facts with a weight, the house's own first; codes of which nothing is known are left out."""
    order = {code: place for place, code in enumerate(HOUSE_FACTS)}
    chosen = sorted(
        (code for code, weight in weights.items() if weight > 0), key=lambda c: (order.get(c, 99), c)
    )
    found = []
    for code in chosen:
        if code == POPULATION:
            found.append(Fact(code, "Number of people", "", weights[code]))
        elif code in known:
            each = known[code]
            found.append(Fact(code, each.title, each.unit, weights[code], each))
    return found


def neighbourhood(
    authority: Authority, pool: Sequence[Authority], facts: Sequence[Fact], *, count: int = neighbours.COUNT
) -> Neighbourhood:
    """One query for the figures, however many facts and authorities. The pool is all but the authority itself."""
    everybody = [authority, *pool]
    figures = figures_of(everybody, facts)
    columns = [[figures.get((fact.code, each.pk)) for each in everybody] for fact in facts]
    held = [index for index, column in enumerate(columns) if any(cell is not None for cell in column)]
    facts, unknown = [facts[index] for index in held], [fact for i, fact in enumerate(facts) if i not in held]
    raw = list(zip(*(columns[index] for index in held), strict=True)) if held else []
    if not raw:
        return Neighbourhood((), tuple(facts), tuple(unknown), (), len(pool))
    lacking = {index for index, cell in enumerate(raw[0]) if cell is None}
    table = [[_scaled(fact, cell) for fact, cell in zip(facts, row, strict=True)] for row in raw]
    found = neighbours.nearest(table, 0, [fact.weight for fact in facts], count=count)
    nearest = tuple(
        Alike(
            everybody[each.row],
            each.rebased,
            tuple(_pair(facts[fact], raw[0][fact], raw[each.row][fact]) for fact in each.alike),
            next(
                (
                    _pair(facts[fact], raw[0][fact], raw[each.row][fact])
                    for fact in each.apart
                    if fact not in each.alike
                ),
                "",
            ),
            tuple(small_first(facts[fact].title) for fact in each.missing if fact not in lacking),
        )
        for each in found
    )
    return Neighbourhood(
        nearest, tuple(facts), tuple(unknown), tuple(facts[index] for index in sorted(lacking)), len(pool)
    )


def figures_of(authorities: Sequence[Authority], facts: Sequence[Fact]) -> dict[tuple[str, int], float]:
    """{(fact, authority): figure}: each authority's newest, of the newest years for which there are any."""
    found: dict[tuple[str, int], float] = {
        (POPULATION, each.pk): float(each.population) for each in authorities if each.population
    }
    wanted = Q()
    for fact in facts:
        if fact.indicator is not None and fact.indicator.newest is not None:
            wanted |= Q(indicator=fact.indicator, year__gte=fact.indicator.newest - YEARS_BACK)
    if not wanted:
        return found
    rows = (
        IndicatorValue.objects.filter(wanted, authority__in=[each.pk for each in authorities])
        .order_by("year")
        .values_list(F("indicator__code"), "authority", Cast("value", FloatField()))
    )
    # The newest comes last, and stays.
    found.update({(code, pk): value for code, pk, value in rows})
    return found


def _scaled(fact: Fact, value: float | None) -> float | None:
    """Numbers of people differ by factors, not by differences: their logarithm is compared."""
    return log(value) if fact.code == POPULATION and value else value


def _pair(fact: Fact, here: float | None, there: float | None) -> str:
    assert here is not None
    assert there is not None
    return f"{small_first(fact.title)} ({fact.said(here)} and {fact.said(there)})"
