"""How an indicator spreads over an outcome's cohort and over England: official figures, without names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from beacons.core import charts
from beacons.core.charts import Chart
from beacons.directory.models import Authority
from outcomes.england import ENGLAND, Series

# A dot stands for a council, and does not say for which: nobody is pointed at.
NAMELESS = "One council"


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
    """The picture of one indicator, and the reader's own figures."""

    chart: Chart
    own: list[Own]


def spread(series: Series, cohort: Collection[int], readers: Sequence[Authority] = ()) -> Spread:
    """The newest figures of the councils signed up beside those of all of England.

    `readers` are the authorities of whoever looks: theirs are the only figures with a name.
    """
    measure, of = series.indicator, series.newest
    signed_up = [value for authority, value in of.items() if authority in cohort]
    middle = measure.written(median(signed_up)) if signed_up else "–"
    own = [
        Own(
            reader,
            series.period,
            measure.written(of[reader.pk]),
            middle,
            measure.written(median(of.values())),
        )
        for reader in {reader.pk: reader for reader in readers}.values()
        if reader.pk in of
    ]
    groups = [(f"All councils of {ENGLAND}", list(of.values()))]
    if signed_up:
        groups.insert(0, ("Councils signed up", signed_up))
    chart = charts.spread(
        f"{measure.title or measure.code}, {series.period}",
        groups=[(name, [(NAMELESS, value) for value in values]) for name, values in groups],
        unit=measure.unit,
        better=measure.better,
        own=(own[0].authority.name, of[own[0].authority.pk]) if own else None,
    )
    return Spread(chart, own)
