"""One measure of a report: the figure, its place among others, where it is going, and a sentence that says so.

Plain Python: what it is about is handed in. Nothing here knows of flags, nor calls anybody strong or struggling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from outcomes import indicators
from outcomes.headlines.sparkline import sparkline
from outcomes.headlines.words import agreed, gap, ordinal, parted, small_first, spoken

FEW = 5
PAPER_YEARS = 6
QUARTERS = {1: "top quarter", 2: "second quarter", 3: "third quarter", 4: "bottom quarter"}
ARROWS = {1: "▲", -1: "▼", 0: "▶"}


class Point(NamedTuple):
    year: int
    period: str
    value: float


class Other(NamedTuple):
    """The figure of another authority for the same year."""

    name: str
    value: float


class Target(NamedTuple):
    """What an authority signed up to reach."""

    outcome: str
    url: str
    value: float
    year: int | None


@dataclass(frozen=True)
class Line:
    """One measure of one authority."""

    code: str
    title: str
    unit: str
    polarity: str
    source: str
    # Whose figures they are, and whether that is the county of the authority that is reported on.
    name: str
    is_county: bool
    series: tuple[Point, ...]
    # Figures of the others for the year of the own newest figure (for their newest, where there is no own figure).
    others: tuple[Other, ...] = ()
    others_period: str = ""
    # The newest period for which any of the others has a figure, where that is newer than the own one.
    newer: str = ""
    # "32 district councils with a figure" is written from this: the others together with the authority itself.
    company: str = ""
    others_words: str = "the others"
    # How many others were looked at, with a figure or without.
    looked_at: int = 0
    targets: tuple[Target, ...] = ()
    is_local: bool = False
    is_own_measure: bool = False

    def said(self, value: float | None) -> str:
        return spoken(value, self.unit)

    @property
    def anchor(self) -> str:
        """A name that an address and a picture can hold, whatever the code is."""
        return "measure-" + "-".join(re.findall("[a-z0-9]+", self.code.lower()))

    @property
    def has_facts(self) -> bool:
        return bool(self.place or self.travel or self.aims or self.middle is not None)

    @property
    def newest(self) -> Point | None:
        return self.series[-1] if self.series else None

    @property
    def value(self) -> str:
        return self.said(self.newest.value) if self.newest else ""

    @property
    def large(self) -> tuple[str, str]:
        """The number, and the unit that goes beside it."""
        return parted(self.newest.value, self.unit) if self.newest else ("", "")

    @property
    def period(self) -> str:
        return self.newest.period if self.newest else ""

    @property
    def missing(self) -> str:
        """What there is no figure for, in words; empty where the figure is as new as anybody's."""
        if not self.series:
            period = f" for {self.others_period}" if self.others_period else ""
            return f"No figure{period} for {self.name}, nor for any year before."
        return f"No figure for {self.newer}; newest is of {self.period}." if self.newer else ""

    # Its place

    @cached_property
    def values(self) -> list[float]:
        """All figures of that year, its own among them."""
        return [other.value for other in self.others] + ([self.newest.value] if self.newest else [])

    @cached_property
    def is_ranked(self) -> bool:
        return bool(self.newest and self.others and self.polarity and not self.is_county)

    @cached_property
    def rank(self) -> int | None:
        return (
            indicators.rank(self.newest.value, self.values, self.polarity)
            if self.newest and self.is_ranked
            else None
        )

    @property
    def is_joint(self) -> bool:
        return self.newest is not None and self.values.count(self.newest.value) > 1

    @property
    def place(self) -> str:
        """12th of 32; joint 3rd of 32."""
        if self.rank is None:
            return ""
        return f"{'joint ' if self.is_joint else ''}{ordinal(self.rank)} of {len(self.values)}"

    @cached_property
    def quartile(self) -> int | None:
        if not (self.newest and self.is_ranked):
            return None
        return indicators.quartile(self.newest.value, self.values, self.polarity)

    @property
    def quarter(self) -> str:
        return QUARTERS[self.quartile] if self.quartile else ""

    @cached_property
    def middle(self) -> float | None:
        """The middle figure of the others."""
        return indicators.median(other.value for other in self.others) if not self.is_county else None

    @cached_property
    def best(self) -> Other | None:
        if not self.others or not self.polarity or self.is_county:
            return None
        find = max if self.polarity == indicators.HIGH else min
        value = find(other.value for other in self.others)
        names = sorted(other.name for other in self.others if other.value == value)
        return Other(names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more", value)

    @property
    def middle_said(self) -> str:
        return self.said(self.middle)

    @property
    def best_said(self) -> str:
        return self.said(self.best.value) if self.best else ""

    @property
    def years(self) -> list[tuple[str, str]]:
        """All figures, the newest first."""
        return [(point.period, self.said(point.value)) for point in reversed(self.series)]

    @property
    def recent(self) -> list[tuple[str, str]]:
        """As many years as fit on paper."""
        return self.years[:PAPER_YEARS]

    @property
    def few(self) -> str:
        """A warning where the others are too few to speak of a middle."""
        count = len(self.others)
        if self.is_county or not count or count >= FEW:
            return ""
        have = "one other has" if count == 1 else f"{count} others have"
        return f"Only {have} a figure for {self.others_period}: the middle of so few says little."

    @property
    def none(self) -> str:
        if self.others or self.is_county or not self.newest or not self.looked_at:
            return ""
        return f"None of {self.others_words} has a figure for {self.period}."

    # Where it is going

    @cached_property
    def before(self) -> Point | None:
        """The figure of the year before, or the last one before that."""
        return self.series[-2] if len(self.series) > 1 else None

    @cached_property
    def direction(self) -> str | None:
        if not self.polarity:
            return None
        return indicators.direction_of_travel(
            [(point.year, point.value) for point in self.series], self.polarity
        )

    @property
    def arrow(self) -> str:
        """Which way the figure moved; whether that is good, the words say."""
        if not (self.newest and self.before):
            return ""
        change = self.newest.value - self.before.value
        return ARROWS[(change > 0) - (change < 0)]

    @property
    def travel(self) -> str:
        """Better than in 2022/23 (40.1%)."""
        if not (self.newest and self.before):
            return ""
        then = f"in {self.before.period} ({self.said(self.before.value)})"
        if self.newest.value == self.before.value:
            return f"The same as {then}"
        if self.direction is None:
            return f"{'Higher' if self.newest.value > self.before.value else 'Lower'} than {then}"
        return f"{self.direction.capitalize()} than {then}"

    @property
    def good(self) -> str:
        return {"high": "Higher is better", "low": "Lower is better"}.get(
            self.polarity, "Neither high nor low is good"
        )

    # Where it is to go

    @cached_property
    def aims(self) -> list[str]:
        """4% by 2026: 0.8 percentage points to go."""
        return [self._aim(target) for target in self.targets]

    def _aim(self, target: Target) -> str:
        by = f" by {target.year}" if target.year else ""
        aim = f"{agreed(target.value, self.unit)}{by}"
        if self.newest is None or not self.polarity:
            return aim
        if indicators.has_met(self.newest.value, target.value, self.polarity):
            return f"{aim}: met"
        left = indicators.distance_to_target(self.newest.value, target.value, self.polarity)
        return f"{aim}: {gap(left or 0, self.unit)} to go"

    # As a picture, and in words

    @cached_property
    def picture(self) -> str:
        first, last = (self.series[0], self.series[-1]) if self.series else (None, None)
        if first is None or last is None or first is last:
            return ""
        words = (
            f"{self.title}, {self.name}: {self.said(first.value)} in {first.period},"
            f" {self.said(last.value)} in {last.period}."
        )
        return sparkline(f"{self.anchor}-line", [(point.year, point.value) for point in self.series], words)

    @cached_property
    def sentence(self) -> str:
        """What a councillor can read aloud."""
        about = small_first(self.title)
        if self.newest is None:
            said = f"There is no figure for {self.name} on {about}."
            return f"{said} {self._middle_sentence()}".strip()
        parts = [f"On {about}, {self.name} stood at {self.value} in {self.period}."]
        if self.newer:
            parts.append(f"Others have a figure for {self.newer} already.")
        if self.place:
            quarter = f", in the {self.quarter}" if self.quarter else ""
            parts.append(f"That is {self.place} {self.company}{quarter}.")
        parts.append(self._travel_sentence())
        parts.append(self._middle_sentence())
        parts += [f"The target is {aim}." for aim in self.aims]
        return " ".join(part for part in parts if part)

    def _travel_sentence(self) -> str:
        if not (self.newest and self.before):
            return ""
        then = f"{self.before.period}, when it was {self.said(self.before.value)}"
        if self.newest.value == self.before.value:
            return f"It is the same as in {self.before.period}."
        if self.direction is None:
            return f"It has {'risen' if self.newest.value > self.before.value else 'fallen'} since {then}."
        return f"It has got {self.direction} since {then}."

    def _middle_sentence(self) -> str:
        if self.middle is None:
            return ""
        said = f"The middle of {self.others_words} is {self.said(self.middle)}"
        return (
            f"{said}, and the best is {self.best.name} at {self.said(self.best.value)}."
            if self.best
            else f"{said}."
        )
