"""A headline report put together: whose figures, which measures, compared with whom. Seven queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import FloatField, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from beacons.directory.models import Authority
from outcomes.headlines import groups
from outcomes.headlines.alike import POPULATION, Neighbourhood, facts_of, house_weights, neighbourhood
from outcomes.headlines.choices import BESIDE, HEADLINE, KIND, LOCAL, NEIGHBOURS, OWN, Choices
from outcomes.headlines.lines import Line, Other, Point, Target
from outcomes.headlines.words import small_first
from outcomes.models import HeadlineMeasure, Indicator, IndicatorValue, LocalPriority, SignUp

NUMBERS = dict(enumerate("No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()))
Values = Mapping[tuple[int, int], tuple[Point, ...]]


@dataclass(frozen=True)
class Report:
    """What a page, a print, a PDF and a CSV of it show alike."""

    authority: Authority
    choices: Choices
    lines: tuple[Line, ...]
    county_lines: tuple[Line, ...]
    others: tuple[Authority, ...]
    neighbourhood: Neighbourhood | None
    has_headlines: bool
    has_priorities: bool
    problems: tuple[str, ...] = ()

    @property
    def comparison(self) -> str:
        return self.choices.comparison

    @property
    def title(self) -> str:
        """What it shows, in a word or four."""
        number = NUMBERS.get(len(self.lines), str(len(self.lines)))
        local = sum(line.is_local for line in self.lines)
        if local == len(self.lines):
            return f"{number} local {'priority' if local == 1 else 'priorities'}"
        also = " and local priorities" if local else ""
        return f"{number} headline measures{also}"

    @cached_property
    def comparison_label(self) -> str:
        return groups.label(self.comparison, self.authority)

    @cached_property
    def compared_with(self) -> str:
        """In a sentence: "with the 163 other district councils"."""
        words = groups.others(self.comparison, self.authority)
        if self.comparison in {NEIGHBOURS, OWN}:
            return f"{words}: {', '.join(each.name for each in self.others)}" if self.others else words
        return f"{words}, {len(self.others)} in all"

    @cached_property
    def circular(self) -> list[str]:
        """Facts of the comparison that the report also shows: there, neighbours are alike because they were so chosen."""
        shown = {line.code for line in self.lines}
        return (
            [small_first(fact.title) for fact in self.neighbourhood.facts if fact.code in shown]
            if (self.neighbourhood)
            else []
        )

    @property
    def query(self) -> str:
        return self.choices.query()


def build(
    authority: Authority, choices: Choices, *, user: Any, at: datetime, problems: Iterable[str] = ()
) -> Report:
    """`authority` comes with its region and county."""
    told = list(problems)
    comparison = _comparison(choices, authority, told)
    known = indicators_for(authority, choices.weights, user=user, at=at)
    headlines = _placed(known, "headline")
    priorities = _placed(known, "priority")
    measures = _measures(choices, headlines, priorities, told)
    shown = {
        HEADLINE: headlines,
        BESIDE: headlines + [each for each in priorities if each not in headlines],
        LOCAL: priorities,
    }[measures]
    county_shown = (
        [each for each in _placed(known, "county") if each not in shown] if authority.county else []
    )

    targets = _targets(authority, user=user, at=at)
    series = _series(authority, [*shown, *county_shown])
    others = groups.members(comparison, authority, user=user, at=at, own_list=choices.own_list)
    _tell_strangers(choices, comparison, authority, others, told)
    found = None
    if comparison == NEIGHBOURS:
        by_code = {each.code: each for each in known}
        weights = choices.weights or house_weights(each.code for each in [*headlines, *priorities])
        told += [
            f"No fact is known as “{code}”, so it is left out."
            for code in choices.weights
            if code not in by_code and code != POPULATION
        ]
        found = neighbourhood(authority, others, facts_of(weights, by_code))
        others = [each.authority for each in found.nearest]

    beside = _beside(shown, series, authority, others)
    company, others_words = groups.company(comparison, authority), groups.others(comparison, authority)
    local = {each.pk for each in priorities}
    lines = tuple(
        _line(
            each,
            authority,
            series=series,
            beside=beside.get(each.pk, {}),
            names={other.pk: other.name for other in others},
            targets=targets,
            company=company,
            others_words=others_words,
            is_local=each.pk in local,
        )
        for each in shown
    )
    return Report(
        authority=authority,
        choices=Choices(measures, comparison, choices.own_list, choices.weights),
        lines=lines,
        county_lines=tuple(_county_line(each, authority, series, targets) for each in county_shown),
        others=tuple(others),
        neighbourhood=found,
        has_headlines=bool(headlines),
        has_priorities=bool(priorities),
        problems=tuple(told),
    )


def indicators_for(
    authority: Authority, weights: Iterable[str] = (), *, user: Any, at: datetime, every: bool = False
) -> list[Indicator]:
    """What a report may show or neighbours may be sought by, with its place in each and its newest year."""

    def place(rows: Any, **which: Any) -> Subquery:
        return Subquery(rows.filter(indicator=OuterRef("pk"), **which).values("position")[:1])

    newest = IndicatorValue.objects.filter(indicator=OuterRef("pk")).order_by("-year").values("year")[:1]
    county = Authority.Kind.COUNTY if authority.county_id else ""
    found = (
        Indicator.objects.visible_to(user, at)
        .measured()
        .annotate(
            headline=place(HeadlineMeasure.objects.all(), kind=authority.kind),
            county=place(HeadlineMeasure.objects.all(), kind=county),
            priority=place(LocalPriority.objects.all(), authority=authority),
            newest=Subquery(newest),
        )
        .order_by("code")
    )
    if not every:
        codes = list(weights) or list(house_weights([]))
        used = Q(headline__isnull=False) | Q(county__isnull=False) | Q(priority__isnull=False)
        found = found.filter(used | Q(code__in=codes))
    return list(found)


def _placed(known: Sequence[Any], where: str) -> list[Any]:
    placed = [each for each in known if getattr(each, where) is not None]
    return sorted(placed, key=lambda each: (getattr(each, where), each.pk))


def _comparison(choices: Choices, authority: Authority, told: list[str]) -> str:
    offered = groups.offered(authority)
    if choices.comparison in offered:
        return choices.comparison
    if choices.comparison:
        told.append(
            f"{authority} cannot be compared in that way; it is compared with {offered_words(offered[0], authority)}."
        )
    return offered[0]


def offered_words(name: str, authority: Authority) -> str:
    return groups.others(name, authority)


def _measures(choices: Choices, headlines: list[Any], priorities: list[Any], told: list[str]) -> str:
    """What was asked for, as far as it is there; unasked, local priorities stand beside the six."""
    if choices.measures in {LOCAL, BESIDE} and not priorities:
        told.append("No local priorities have been chosen yet, so the headline measures are shown.")
        return HEADLINE
    if not headlines:
        return LOCAL if priorities else HEADLINE
    return choices.measures or (BESIDE if priorities else HEADLINE)


def _tell_strangers(
    choices: Choices, comparison: str, authority: Authority, others: Sequence[Authority], told: list[str]
) -> None:
    if comparison != OWN:
        return
    strangers = set(choices.own_list) - {each.code for each in others} - {authority.code}
    told += [f"No council is known as “{code[:20]}”, so it is left out." for code in sorted(strangers)]
    if not others:
        told.append("Choose the councils to compare with: the list is empty.")


def _targets(authority: Authority, *, user: Any, at: datetime) -> dict[tuple[int, int], list[Target]]:
    """{(authority, indicator): targets} of the authority and of its county."""
    found: dict[tuple[int, int], list[Target]] = defaultdict(list)
    signed = (
        SignUp.objects.visible_to(user, at)
        .of_areas([authority.pk, authority.area_id])
        .filter(target__isnull=False)
        .select_related("outcome__measure", "measure")
        .order_by("outcome__title")
    )
    for each in signed:
        measure = each.measured_by
        if measure is not None and each.target is not None:
            found[each.authority_id, measure.pk].append(
                Target(
                    each.outcome.title, each.outcome.get_absolute_url(), float(each.target), each.target_year
                )
            )
    return found


def _series(authority: Authority, shown: Sequence[Any]) -> Values:
    """All years of the authority and of its county, oldest first."""
    found: dict[tuple[int, int], list[Point]] = defaultdict(list)
    rows = (
        IndicatorValue.objects.filter(
            indicator__in=[each.pk for each in shown], authority__in={authority.pk, authority.area_id}
        )
        .order_by("year")
        .values_list("authority", "indicator", "year", "period", Cast("value", FloatField()))
    )
    for holder, indicator, year, period, value in rows:
        found[holder, indicator].append(Point(year, period, value))
    return {key: tuple(points) for key, points in found.items()}


def _beside(
    shown: Sequence[Any], series: Values, authority: Authority, others: Sequence[Authority]
) -> dict[int, dict[int, list[tuple[int, str, float]]]]:
    """{indicator: {year: [(authority, period, value)]}} of the others, from the year of the own newest figure on."""
    wanted = Q()
    for each in shown:
        own = series.get((authority.pk, each.pk))
        year = own[-1].year if own else each.newest
        if year is not None:
            # Years between the own newest and the newest of all are of no use.
            wanted |= Q(indicator=each.pk, year__in={year, each.newest})
    found: dict[int, dict[int, list[tuple[int, str, float]]]] = defaultdict(lambda: defaultdict(list))
    if not wanted or not others:
        return found
    rows = IndicatorValue.objects.filter(wanted, authority__in=[each.pk for each in others])
    for holder, indicator, year, period, value in rows.values_list(
        "authority", "indicator", "year", "period", Cast("value", FloatField())
    ):
        found[indicator][year].append((holder, period, value))
    return found


def _line(
    indicator: Any,
    authority: Authority,
    *,
    series: Values,
    beside: Mapping[int, list[tuple[int, str, float]]],
    names: Mapping[int, str],
    targets: Mapping[tuple[int, int], list[Target]],
    company: str,
    others_words: str,
    is_local: bool,
) -> Line:
    own = series.get((authority.pk, indicator.pk), ())
    if not own and authority.county_id and series.get((authority.county_id, indicator.pk)):
        return _county_line(indicator, authority, series, targets, is_local=is_local)
    newest_beside = max(beside, default=None)
    year = own[-1].year if own else newest_beside
    there = beside.get(year, []) if year is not None else []
    newer = ""
    if own and newest_beside is not None and newest_beside > own[-1].year:
        newer = beside[newest_beside][0][1]
    return Line(
        **_about(indicator),
        name=authority.name,
        is_county=False,
        series=own,
        others=tuple(Other(names[holder], value) for holder, _, value in there),
        others_period=there[0][1] if there else (own[-1].period if own else ""),
        newer=newer,
        company=company,
        others_words=others_words,
        looked_at=len(names),
        targets=tuple(targets.get((authority.pk, indicator.pk), ())),
        is_local=is_local,
    )


def _county_line(
    indicator: Any,
    authority: Authority,
    series: Values,
    targets: Mapping[tuple[int, int], list[Target]],
    *,
    is_local: bool = False,
) -> Line:
    """The county's own figure, which says nothing of the district alone: no place among districts."""
    county = authority.county
    assert county is not None
    return Line(
        **_about(indicator),
        name=county.name,
        is_county=True,
        series=series.get((county.pk, indicator.pk), ()),
        targets=tuple(targets.get((county.pk, indicator.pk), ())),
        is_local=is_local,
    )


def _about(indicator: Any) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "title": indicator.title or indicator.code,
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "source": indicator.source_sentence,
        "is_own_measure": indicator.kind == Indicator.Kind.OWN,
    }


def saved_choices(saved: Any, codes: Sequence[str]) -> Choices:
    """What a saved report shows; `codes` are those of its own list."""
    return Choices(saved.measures, saved.comparison, tuple(codes), dict(saved.weights))


__all__ = ["KIND", "Report", "build", "indicators_for", "saved_choices"]
