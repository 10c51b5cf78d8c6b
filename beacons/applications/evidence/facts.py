"""What a figure of a bid says: its values, whom they are compared with, where it is going. Plain Python.

The same facts are shown while a bid is drafted, frozen when it is certified, and hashed with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from beacons.applications.evidence.periods import MONTHS
from beacons.core import charts
from beacons.core.charts import Chart, Step
from beacons.rounds.asking import plain
from outcomes import indicators
from outcomes.headlines.lines import FEW, QUARTERS, Line, Point
from outcomes.headlines.words import ordinal, parted, places

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Value:
    """One period's figure; for an official one also when it was published, and the middle of the others.

    `place` counts months, so that periods lie apart as they do in time. `others` is how many the middle is of.
    """

    place: int
    period: str
    value: Decimal
    published_on: date | None = None
    middle: Decimal | None = None
    others: int = 0

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"place": self.place, "period": self.period, "value": plain(self.value)}
        if self.published_on:
            said["published on"] = self.published_on.isoformat()
        if self.middle is not None:
            said |= {"middle of others": plain(self.middle), "others": self.others}
        return said

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Value:
        published, middle = said.get("published on"), said.get("middle of others")
        return cls(
            said["place"],
            said["period"],
            Decimal(said["value"]),
            date.fromisoformat(published) if published else None,
            None if middle is None else Decimal(middle),
            said.get("others", 0),
        )


@dataclass(frozen=True)
class Compared:
    """Those an official figure is compared with, and its place among them in the newest period, 1 the best."""

    key: str
    # "unitary authorities", the council's own with them; "the other unitary authorities", without it.
    company: str
    others: str
    rank: int | None = None
    joint: bool = False
    count: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "with": self.key,
            "company": self.company,
            "others": self.others,
            "rank": self.rank,
            "joint": self.joint,
            "of": self.count,
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Compared:
        return cls(said["with"], said["company"], said["others"], said["rank"], said["joint"], said["of"])

    @property
    def quartile(self) -> int | None:
        """As `indicators.quartile` has it, from the place alone."""
        return -(-4 * self.rank // self.count) if self.rank and self.count >= 4 else None

    @property
    def place(self) -> str:
        """12th of 58 unitary authorities, in the second quarter."""
        if self.rank is None:
            return ""
        quarter = f", in the {QUARTERS[self.quartile]}" if self.quartile else ""
        return f"{'joint ' if self.joint else ''}{ordinal(self.rank)} of {self.count} {self.company}{quarter}"


@dataclass(frozen=True)
class Facts:
    """A figure as it stands, or as it stood when its bid was certified. `values` come oldest first, one at least."""

    title: str
    unit: str
    polarity: str
    source: str
    values: tuple[Value, ...]
    # Of an official figure: the indicator, and whose figure it is.
    code: str = ""
    of: str = ""
    name: str = ""
    is_own_measure: bool = False
    compared: Compared | None = None

    def as_json(self) -> dict[str, Any]:
        """What is frozen and hashed."""
        said: dict[str, Any] = {
            "title": self.title,
            "unit": self.unit,
            "better": self.polarity,
            "source": self.source,
            "values": [value.as_json() for value in self.values],
            "direction": self.line.direction or "",
        }
        if self.code:
            said |= {"indicator": self.code, "of": self.of, "authority": self.name}
        if self.is_own_measure:
            said["own measure"] = True
        if self.compared:
            said["compared"] = self.compared.as_json()
        return said

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Facts:
        compared = said.get("compared")
        return cls(
            said["title"],
            said["unit"],
            said["better"],
            said["source"],
            tuple(Value.read(value) for value in said["values"]),
            said.get("indicator", ""),
            said.get("of", ""),
            said.get("authority", ""),
            said.get("own measure", False),
            Compared.read(compared) if compared else None,
        )

    @cached_property
    def line(self) -> Line:
        """The same as a line of a headline report, which knows how figures are said."""
        return Line(
            code=self.code or "own",
            title=self.title,
            unit=self.unit,
            polarity=self.polarity,
            source=self.source,
            name=self.name,
            is_county=False,
            series=tuple(Point(value.place, value.period, float(value.value)) for value in self.values),
        )

    @property
    def newest(self) -> Value:
        return self.values[-1]

    @property
    def said(self) -> str:
        """5.1%: the newest figure."""
        return self.line.value

    @property
    def large(self) -> tuple[str, str]:
        """The same as a number, and the unit that goes beside it in small letters."""
        return self.line.large

    @property
    def direction(self) -> str:
        """better, worse or same, since the figure before the newest; empty where neither high nor low is good."""
        return self.line.direction or ""

    @property
    def travel(self) -> str:
        """Better than in 2023 (6%), and better than in 2016 (8%): since the figure before, and since the first shown."""
        if len(self.values) < 2:
            return ""
        earlier = [self.values[-2], *self.values[:1]][: len(self.values) - 1]
        words = ", and ".join(self._than(value) for value in earlier)
        return f"{words[0].upper()}{words[1:]}"

    def _than(self, before: Value) -> str:
        newest = self.newest.value
        if newest == before.value:
            words = "the same as"
        elif not self.polarity:
            words = "higher than" if newest > before.value else "lower than"
        else:
            words = f"{indicators.direction(before.value, newest, self.polarity)} than"
        return f"{words} in {before.period} ({self._number(before.value)})"

    def _number(self, value: Decimal) -> str:
        """Without a unit of several words: it stands beside the newest figure, and need not be said again."""
        return parted(float(value), self.unit)[0]

    @property
    def sentences(self) -> list[str]:
        """What can be said of it: where it is going, its place, the middle of the others, and a warning if they are few."""
        said = [f"{self.travel}." if self.travel else ""]
        if self.compared:
            place = self.compared.place
            said += [f"{place[0].upper()}{place[1:]}." if place else "", *self._of_others(self.compared)]
        return [sentence for sentence in said if sentence]

    def _of_others(self, compared: Compared) -> list[str]:
        newest = self.newest
        if newest.middle is None:
            return [f"None of {compared.others} has a figure for {newest.period}."]
        said = [f"The middle of {compared.others} is {self._number(newest.middle)}."]
        if newest.others < FEW:
            have = "one has" if newest.others == 1 else f"{newest.others} have"
            said.append(f"Only {have} a figure: the middle of so few says little.")
        return said

    @property
    def published(self) -> str:
        """published on 4 March 2026: the newest figure, where that is known."""
        on = self.newest.published_on
        return f"published on {on.day} {MONTHS[on.month - 1]} {on.year}" if on else ""

    @property
    def better(self) -> str:
        return {indicators.HIGH: "higher", indicators.LOW: "lower"}.get(self.polarity, "")

    def _rounded(self, middle: Decimal) -> float:
        """As it is said beside the picture."""
        return round(float(middle), places(float(middle), self.unit))

    def chart(self, title: str, name: str) -> Chart:
        """How it moved, and the middle of the others meanwhile. `name` is whose line it is."""
        own = [Step(value.place, value.period, float(value.value)) for value in self.values]
        others = [
            Step(value.place, value.period, self._rounded(value.middle))
            for value in self.values
            if value.middle is not None
        ]
        beside = (f"The middle of {self.compared.others}", others) if self.compared and others else None
        return charts.trend(title, (name, own), beside, unit=self.unit, better=self.better)


@dataclass(frozen=True)
class Evidence:
    """One figure of a bid, as its pages show it. `facts` are None where there is no official figure any more."""

    number: int
    figure: Any
    facts: Facts | None
    # The lead authority, whose an own figure is.
    lead: str

    @property
    def is_official(self) -> bool:
        return self.figure.indicator_id is not None

    @property
    def is_frozen(self) -> bool:
        return self.figure.frozen is not None

    @property
    def title(self) -> str:
        return self.facts.title if self.facts else self.figure.name

    @property
    def kind(self) -> str:
        """What an assessor is told of where it comes from."""
        if not self.is_official:
            return "The council’s own figure"
        return "A council’s own measure" if self.facts and self.facts.is_own_measure else "Official figure"

    @property
    def whose(self) -> str:
        return (self.facts.name if self.facts else "") or self.lead

    @cached_property
    def chart(self) -> Chart | None:
        if self.facts is None:
            return None
        return self.facts.chart(f"Figure {self.number}: {self.title}, {self.whose}", self.whose)

    @property
    def comment(self) -> str:
        return self.figure.comment

    @property
    def rows_in_words(self) -> str:
        """2023: 12; 2024: 18."""
        values = self.facts.values if self.facts else ()
        return "; ".join(f"{value.period}: {plain(value.value)}" for value in values)

    @property
    def changed(self) -> str:
        """What the figure was when it was picked, where an official one has changed since."""
        picked = self.figure.picked
        if not picked or self.is_frozen or self.facts is None:
            return ""
        newest = self.facts.newest
        if picked == newest_words(self.facts):
            return ""
        was = self.facts.line.said(float(Decimal(picked["value"])))
        if picked["period"] == newest.period:
            return f"Revised meanwhile: it was {was} before."
        return f"Newer than before: it was {was} in {picked['period']}."

    def as_json(self) -> dict[str, Any]:
        """What of it is hashed: what was frozen, to the letter, or what would be."""
        facts = self.figure.frozen
        if facts is None:
            facts = self.facts.as_json() if self.facts else None
        return {"facts": facts, "comment": self.figure.comment}


def newest_words(facts: Facts) -> dict[str, str]:
    """What is kept of an official figure when it is picked, to tell later whether it changed."""
    return {"period": facts.newest.period, "value": plain(facts.newest.value)}


def own_facts(
    title: str, unit: str, polarity: str, source: str, rows: Sequence[tuple[int, str, str]]
) -> Facts:
    """Of a figure that the council typed; `rows` are (place, period, value)."""
    values = tuple(Value(place, period, Decimal(value)) for place, period, value in rows)
    return Facts(title, unit, polarity, source, values)
