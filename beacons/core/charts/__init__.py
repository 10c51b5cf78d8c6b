"""Pictures drawn on the server: SVG with a title and a description, and the table that says the same. Plain Python.

    drawn = charts.spread(
        "Working-age people on out-of-work benefits, 2009",
        unit="%", better="lower",
        groups=[("Councils signed up", [("Wigan", 14.2), ...]), ("All councils of England", [...])],
        own=("Wigan", 14.2), reference=("England", 12.1),
    )
    drawn = charts.bars("Ranking", [Bar("B-0001 Wigan", 4.1, low=3.8, high=4.4, marked=True), ...], cut=5)
    drawn = charts.intervals("Ranks", [Interval("B-0001 Wigan", 2.4, low=1, high=4, side="Above the line"), ...], line=5.2)
    drawn = charts.lines("Recycling", [("Wigan", [("2019", 41.0), ...]), ("England", [...])], unit="%")
    drawn = charts.trend("Recycling", ("Wigan", [Step(2019, "2019/20", 41.0), ...]), ("The middle of others", [...]), unit="%")
    drawn = charts.timeline("The year", [Span("Scoring", date, date), ...], today=date, current="Scoring")

and in the page `{% chart drawn %}`. Nothing is told by colour alone: what is marked also has another shape or words.
"""

from beacons.core.charts.bar_charts import Bar, bars
from beacons.core.charts.drawing import (
    BRAND,
    FLAME,
    HAZE,
    INK,
    Chart,
    Scale,
    apart,
    figure,
    identifier,
    round_step,
    shortened,
)
from beacons.core.charts.intervals import Interval, intervals
from beacons.core.charts.line_charts import lines
from beacons.core.charts.spreads import spread, stacked
from beacons.core.charts.timelines import Span, timeline
from beacons.core.charts.trends import Step, trend

__all__ = [
    "BRAND",
    "FLAME",
    "HAZE",
    "INK",
    "Bar",
    "Chart",
    "Interval",
    "Scale",
    "Span",
    "Step",
    "apart",
    "bars",
    "figure",
    "identifier",
    "intervals",
    "lines",
    "round_step",
    "shortened",
    "spread",
    "stacked",
    "timeline",
    "trend",
]
