"""Official figures as they stand now: filled in for a bid that is being drafted, and for the choice of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Cast, RowNumber

from beacons.applications.evidence.facts import MONTHS_A_YEAR, Compared, Facts, Value
from beacons.directory.models import Authority
from outcomes.headlines import groups
from outcomes.headlines.alike import facts_of, house_weights, neighbourhood
from outcomes.headlines.choices import NEIGHBOURS, OWN
from outcomes.models import Indicator, IndicatorValue

# So many years are shown at most: the newest.
MOST_YEARS = 10

Key = tuple[int, int]


def comparisons(authority: Authority) -> list[tuple[str, str]]:
    """What an authority's figures can be compared with, the best fit for its kind first, each with its name."""
    return [(name, groups.label(name, authority)) for name in groups.offered(authority) if name != OWN]


def usual_comparison(authority: Authority) -> str:
    """Authorities of the same kind, wherever there are others."""
    return next((name for name, _ in comparisons(authority)), "")


def live(figures: Iterable[Any], at: datetime) -> dict[int, Facts]:
    """{figure: what it says now} of official figures; one without any value is left out.

    Figures come with `indicator`, and `authority` with its region. They are compared with the authorities there were at
    that instant. One query for all values, and two for each group compared with.
    """
    asked = list(figures)
    held = values_of((figure.indicator_id, figure.authority_id) for figure in asked)
    asked = [figure for figure in asked if (figure.indicator_id, figure.authority_id) in held]
    found: dict[int, Facts] = {}
    for _, group in groupby(sorted(asked, key=_compared_alike), key=_compared_alike):
        found |= _of_group(list(group), held, at)
    return found


def _compared_alike(figure: Any) -> tuple[int, str]:
    return figure.authority_id, figure.comparison


def _of_group(figures: Sequence[Any], held: Mapping[Key, list[Any]], at: datetime) -> dict[int, Facts]:
    """Figures of one authority that are compared with the same others."""
    authority, comparison = figures[0].authority, figures[0].comparison
    rows = {figure.indicator_id: held[figure.indicator_id, authority.pk] for figure in figures}
    middles, places = {}, {}
    if comparison:
        others = _others(comparison, authority, [figure.indicator for figure in figures], at)
        middles, places = middles_of(others, rows), places_of(others, rows)
    return {
        figure.pk: facts(
            figure.indicator,
            authority,
            as_values(rows[figure.indicator_id], middles),
            _compared(comparison, authority, figure.indicator, places.get(figure.indicator_id)),
        )
        for figure in figures
    }


def facts(
    indicator: Indicator, authority: Authority, values: Sequence[Value], compared: Compared | None = None
) -> Facts:
    return Facts(
        title=indicator.title or indicator.code,
        unit=indicator.unit,
        polarity=indicator.polarity,
        source=indicator.source_sentence,
        values=tuple(values),
        code=indicator.code,
        of=authority.code,
        name=authority.name,
        is_own_measure=indicator.kind == Indicator.Kind.OWN,
        compared=compared,
    )


def values_of(wanted: Iterable[tuple[int | None, int | None]]) -> dict[Key, list[Any]]:
    """{(indicator, authority): its newest years, oldest first}; what has none is left out."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for value in IndicatorValue.objects.filter(_any_of(wanted)).order_by("year"):
        found[value.indicator_id, value.authority_id].append(value)
    return {key: values[-MOST_YEARS:] for key, values in found.items()}


def with_values(wanted: Iterable[tuple[int | None, int | None]]) -> set[Key]:
    """Those pairs of indicator and authority that have any figure."""
    found = IndicatorValue.objects.filter(_any_of(wanted))
    return set(found.values_list("indicator", "authority").distinct())


def _any_of(pairs: Iterable[tuple[int | None, int | None]]) -> Q:
    of_authority: dict[int | None, list[int | None]] = defaultdict(list)
    for indicator, authority in pairs:
        of_authority[authority].append(indicator)
    asked = Q(pk__in=[])
    for authority, indicators in of_authority.items():
        asked |= Q(authority=authority, indicator__in=indicators)
    return asked


def as_values(rows: Iterable[Any], middles: Mapping[Key, tuple[Decimal, int]] | None = None) -> list[Value]:
    """Rows of the database as values of a figure, each with the middle of the others where that is known."""
    said = []
    for row in rows:
        middle, others = (middles or {}).get((row.indicator_id, row.year), (None, 0))
        place = row.year * MONTHS_A_YEAR
        said.append(Value(place, row.period, row.value, row.published_on, middle, others))
    return said


# The others


def _others(comparison: str, authority: Authority, indicators: Sequence[Indicator], at: datetime) -> Any:
    """Their ids, or a query for them."""
    found = groups.among(Authority.objects.all(), comparison, authority, at)
    if comparison != NEIGHBOURS:
        return found.order_by().values("pk")
    # What is compared is never among the facts by which neighbours are found.
    weights = house_weights(indicator.code for indicator in indicators)
    newest = IndicatorValue.objects.filter(indicator=OuterRef("pk")).order_by("-year").values("year")[:1]
    known = Indicator.objects.filter(code__in=weights).annotate(newest=Subquery(newest))
    pool = list(found.order_by("name", "pk").only("pk", "code", "name", "kind", "population"))
    alike = neighbourhood(
        authority, pool, facts_of(weights, {indicator.code: indicator for indicator in known})
    )
    return [each.authority.pk for each in alike.nearest]


def _of_years(others: Any, held: Mapping[int, Sequence[Any]]) -> QuerySet[IndicatorValue]:
    asked = Q(pk__in=[])
    for indicator, values in held.items():
        asked |= Q(indicator=indicator, year__in=[value.year for value in values])
    return IndicatorValue.objects.filter(asked, authority__in=others)


def middles_of(others: Any, held: Mapping[int, Sequence[Any]]) -> dict[Key, tuple[Decimal, int]]:
    """{(indicator, year): (the middle figure of the others, how many have one)}, found by the database."""
    one = [F("indicator"), F("year")]
    rows = (
        _of_years(others, held)
        .annotate(
            row=Window(RowNumber(), partition_by=one, order_by=F("value").asc()),
            count=Window(Count("pk"), partition_by=one),
            number=Cast("value", FloatField()),
        )
        # Of five the third, of six the third and the fourth.
        .annotate(twice=2 * F("row"))
        .filter(twice__gte=F("count"), twice__lte=F("count") + 2)
        .values_list("indicator", "year", "number", "count")
    )
    found: dict[Key, list[float]] = defaultdict(list)
    counts: dict[Key, int] = {}
    for indicator, year, number, count in rows:
        found[indicator, year].append(number)
        counts[indicator, year] = count
    return {key: (_rounded(sum(numbers) / len(numbers)), counts[key]) for key, numbers in found.items()}


def places_of(others: Any, held: Mapping[int, Sequence[Any]]) -> dict[int, tuple[int, int, int, int]]:
    """{indicator: how many of the others have a higher, a lower, the same figure as the newest, and any at all}."""
    newest = {indicator: values[-1] for indicator, values in held.items()}

    def those(how: str) -> Count:
        asked = Q(pk__in=[])
        for indicator, value in newest.items():
            asked |= Q(indicator=indicator, **{how: value.value})
        return Count("pk", filter=asked)

    rows = (
        _of_years(others, {indicator: [value] for indicator, value in newest.items()})
        .order_by()
        .values("indicator")
        .annotate(higher=those("value__gt"), lower=those("value__lt"), same=those("value"), count=Count("pk"))
    )
    return {row["indicator"]: (row["higher"], row["lower"], row["same"], row["count"]) for row in rows}


def _compared(
    comparison: str, authority: Authority, indicator: Indicator, place: tuple[int, int, int, int] | None
) -> Compared | None:
    if not comparison:
        return None
    company, others = groups.company(comparison, authority), groups.others(comparison, authority)
    if place is None or not indicator.polarity:
        return Compared(comparison, company, others)
    higher, lower, same, count = place
    rank = 1 + (higher if indicator.polarity == Indicator.Polarity.HIGH else lower)
    return Compared(comparison, company, others, rank, joint=same > 0, count=count + 1)


def _rounded(number: float) -> Decimal:
    return Decimal(f"{number:.4f}")
