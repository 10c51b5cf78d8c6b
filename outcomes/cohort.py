"""The cohort of an outcome as its page shows it: who signed up and when, from where to where, and how far they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beacons.core.charts import figure
from beacons.core.workdays import day_in_london
from outcomes.england import England
from outcomes.models import Outcome, SignUp
from outcomes.standing import Progress, progress_of


@dataclass(frozen=True)
class Member:
    """A line of the cohort's table; `own_measure` is named where it is not the outcome's."""

    sign_up: SignUp
    name: str
    region: str
    baseline: str
    target: str
    newest: str
    progress: Progress
    own_measure: str
    # The names of the bodies that joined the area.
    joined: Sequence[str]

    @property
    def signed_up(self) -> str:
        """9 January 2026; where no day is known, what the sign-up comes from."""
        at = self.sign_up.signed_up_at
        return spoken(at) if at else self.sign_up.get_source_display()

    @property
    def confirmed(self) -> str:
        at = self.sign_up.confirmed_at
        return f"Confirmed {spoken(at)}" if at else "Not confirmed yet"


def sign_ups_of(outcome: Outcome, user: Any, at: datetime) -> list[SignUp]:
    """The whole cohort in one query: the spread, the map and the reader's own box rest on it as well.

    Whose they are is read with England, not again for each.
    """
    held = list(SignUp.objects.visible_to(user, at).filter(outcome=outcome).select_related("measure"))
    for sign_up in held:
        sign_up.outcome = outcome
    return held


def members(sign_ups: Sequence[SignUp], england: England) -> list[Member]:
    """The areas by name, each with its newest figure and with the bodies that joined it."""
    joined: dict[int, list[str]] = defaultdict(list)
    for sign_up in sign_ups:
        if sign_up.joins_id is not None:
            joined[sign_up.joins_id].append(england.places[sign_up.authority_id].name)
    areas = [
        member(sign_up, england, sorted(joined[sign_up.pk]))
        for sign_up in sign_ups
        if sign_up.joins_id is None
    ]
    return sorted(areas, key=lambda area: (area.name, area.sign_up.pk))


def member(sign_up: SignUp, england: England, joined: Sequence[str]) -> Member:
    place = england.places[sign_up.authority_id]
    measure = sign_up.measured_by
    year, period, value = newest_of(sign_up, england)
    # The unit of the outcome's measure stands above the table; only another's is written in the line.
    unit = sign_up.measure.unit if sign_up.measure else ("%" if measure and measure.unit == "%" else "")
    return Member(
        sign_up,
        place.name,
        place.region or "",
        in_year(sign_up.baseline, unit, "in", sign_up.baseline_year),
        in_year(sign_up.target, unit, "by", sign_up.target_year),
        in_year(value, unit, "in", period),
        progress_of(
            sign_up.baseline,
            sign_up.baseline_year,
            sign_up.target,
            sign_up.target_year,
            None if year is None or value is None else (year, value),
            measure.polarity if measure else "",
        ),
        (sign_up.measure.title or sign_up.measure.code) if sign_up.measure else "",
        joined,
    )


def newest_of(sign_up: SignUp, england: England) -> tuple[int | None, str, float | None]:
    """Its newest figure, of its own measure where it set one."""
    if sign_up.measure_id is not None:
        return england.own.get(sign_up.authority_id, (None, "", None))
    series = england.series.get(sign_up.outcome.measure_id or 0)
    latest = series.latest(sign_up.authority_id) if series else None
    return (latest[0], series.periods[latest[0]], latest[1]) if series and latest else (None, "", None)


def in_year(value: Any, unit: str, joined: str, year: Any) -> str:
    """5.2% in 2024/25."""
    if value is None:
        return "–"
    return f"{figure(float(value), unit)} {joined} {year}" if year else figure(float(value), unit)


def spoken(at: datetime) -> str:
    day = day_in_london(at)
    return f"{day.day} {day:%b %Y}"
