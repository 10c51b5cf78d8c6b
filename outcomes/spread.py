"""How a measure spreads over an outcome's cohort and over England: official figures, without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from beacons.core import charts
from beacons.core.charts import Chart
from beacons.directory.models import Authority
from outcomes.models import IndicatorValue, Outcome

# A dot stands for a council, and does not say for which: nobody is pointed at.
NAMELESS = "One council"
ENGLAND = "England"


@dataclass(frozen=True)
class Own:
    """The reader's own figure beside the middle of the others."""

    authority: Authority
    period: str
    value: str
    middle_of_cohort: str
    middle_of_england: str


@dataclass(frozen=True)
class Spread:
    """The picture, and the reader's own figures."""

    chart: Chart
    own: list[Own]


def spread(outcome: Outcome, readers: Sequence[Authority] = ()) -> Spread | None:
    """One query, however many councils; None where there are no figures.

    `readers` are the authorities of whoever looks: theirs are the only figures with a name.
    """
    measure = outcome.measure
    if measure is None:
        return None
    figures = list(
        IndicatorValue.objects.of_newest_year(measure).filter(authority__nation=ENGLAND).with_cohort(outcome)
    )
    if not figures:
        return None
    of = {figure.authority_id: float(figure.value) for figure in figures}
    cohort = [float(figure.value) for figure in figures if figure.in_cohort]
    period = figures[0].period
    middle = measure.written(median(cohort)) if cohort else "–"
    own = [
        Own(reader, period, measure.written(of[reader.pk]), middle, measure.written(median(of.values())))
        for reader in readers
        if reader.pk in of
    ]
    groups = [(f"All councils of {ENGLAND}", list(of.values()))]
    if cohort:
        groups.insert(0, ("Councils signed up", cohort))
    chart = charts.spread(
        f"{measure.title}, {period}",
        groups=[(name, [(NAMELESS, value) for value in values]) for name, values in groups],
        unit=measure.unit,
        better=measure.better,
        own=(own[0].authority.name, of[own[0].authority.pk]) if own else None,
    )
    return Spread(chart, own)
