"""Sign-ups for the demonstration. How many areas chose an outcome, and their figures, are real; who they were is not.

Who signed up to what in 2008 is known only in samples. So the demonstration lets as many areas sign up as truly
chose the outcome's National Indicator: first those whose choice is known, then those with most to gain, which are
the furthest behind on the measure. The baseline is the area's earliest figure that we hold. The target goes half
of the way to where the best quarter of all areas began or, for an area that is there already, five per cent
further; it is to be reached three years, the term of an agreement, after the newest figure. All of it follows
from the tables, so it comes out the same each time, and all of it is marked as demonstration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from beacons.core.loading import BATCH, Tally
from beacons.core.tables import Column, Problems, Table, text, yes_no
from beacons.directory.models import Authority
from outcomes.indicators import HIGH, LOW, is_better, spread
from outcomes.models import IndicatorValue, Outcome, SignUp

SAMPLES = Path(__file__).parent / "data" / "laa_samples.csv"
TERM = 3
FURTHER = Decimal("0.05")
CENT = Decimal("0.01")


class Figure(NamedTuple):
    year: int
    value: Decimal


def sign_up(day: date) -> Tally:
    """Sign the areas of a day up to the outcomes; an area that has signed up already keeps what it signed."""
    tally = Tally("demonstration sign-ups")
    with transaction.atomic():
        there = set(SignUp.objects.values_list("outcome", "authority"))
        made = [made for made in sign_ups(day) if (made.outcome_id, made.authority_id) not in there]
        SignUp.objects.bulk_create(made, batch_size=BATCH)
    tally.added, tally.unchanged = len(made), len(there)
    return tally


def sign_ups(day: date) -> list[SignUp]:
    """The demonstration's sign-ups for the areas of a day, not saved."""
    areas = Authority.objects.existing_on(day).filter(
        nation="England", tier__in=[Authority.Tier.UPPER, Authority.Tier.SINGLE]
    )
    codes = dict(areas.values_list("pk", "code"))
    chosen = known_choices()
    outcomes = Outcome.objects.filter(national_indicator__laa_choices__gt=0, measure__isnull=False)
    return [
        made
        for outcome in outcomes.select_related("national_indicator", "measure").order_by("slug")
        for made in _cohort(outcome, codes, chosen)
    ]


def known_choices() -> set[tuple[str, str]]:
    """Areas, by their code, and the National Indicators that they are known to have had in view."""
    problems = Problems()
    columns = [
        Column("authority", text()),
        Column("indicator", text()),
        Column("stage", text()),
        Column("dated", text()),
        Column("area_inferred", yes_no),
        Column("source", text()),
    ]
    chosen = {(row["authority"], row["indicator"]) for row in Table(SAMPLES, columns, problems) if row.fits}
    if problems:
        raise ValueError(str(problems))
    return chosen


def _cohort(outcome: Outcome, codes: Mapping[int, str], chosen: set[tuple[str, str]]) -> list[SignUp]:
    measure, national = outcome.measure, outcome.national_indicator
    assert measure
    assert national
    history = _history(measure.pk, codes)
    if len(history) < 2:
        return []
    worse_first = -1 if measure.polarity == LOW else 1

    def keenness(area: int) -> tuple:
        known = (codes[area], national.code) in chosen
        return not known, worse_first * history[area][0].value, codes[area]

    firsts = spread(figures[0].value for figures in history.values())
    assert firsts
    best_quarter = firsts.upper if measure.polarity == HIGH else firsts.lower
    newest = max(figures[-1].year for figures in history.values())
    return [
        SignUp(
            outcome=outcome,
            authority_id=area,
            baseline=history[area][0].value,
            baseline_year=history[area][0].year,
            target=target(history[area][0].value, best_quarter, measure.polarity, measure.unit),
            target_year=newest + TERM,
            source=SignUp.Source.DEMONSTRATION,
        )
        for area in sorted(history, key=keenness)[: national.laa_choices]
    ]


def target(baseline: Decimal, best_quarter: Decimal, polarity: str, unit: str) -> Decimal:
    """Half of the way to where the best quarter begins; for those who are there, five per cent further."""
    if is_better(best_quarter, baseline, polarity):
        aim = (baseline + best_quarter) / 2
    else:
        aim = baseline * (1 + FURTHER if polarity == HIGH else 1 - FURTHER)
    if unit == "%":
        aim = min(aim, Decimal(100))
    return aim.quantize(CENT)


def _history(measure: int, codes: Mapping[int, str]) -> dict[int, list[Figure]]:
    """Each area's figures, the earliest first."""
    history: dict[int, list[Figure]] = defaultdict(list)
    figures = IndicatorValue.objects.filter(indicator=measure, authority__in=list(codes)).order_by("year")
    for area, year, value in figures.values_list("authority", "year", "value"):
        history[area].append(Figure(year, value))
    return history
