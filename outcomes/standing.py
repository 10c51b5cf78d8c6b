"""Who can give and who needs help: what figures and flags say of a council among the others. Plain Python.

A council is *strong* where its newest figure is in the best quarter and better than its earliest that we hold; it is
*struggling* where the figure is in the weakest quarter, or where an inspectorate gave it a red flag. A red flag
weighs more than a good figure; a green flag says that a council may help, whatever its figure. These are signals for
those who may know them, never verdicts, and never published.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from outcomes.indicators import BETTER, HIGH, LOW, direction, has_met, progress

Key = TypeVar("Key", bound=Hashable)
Number = float | Decimal
BEST, WEAKEST = 1, 4
# Fewer councils than this say little of each other, and a count of them may point at one.
FEWEST, MOST = 5, 100


@dataclass(frozen=True)
class Standing:
    """The signals about one council: its quarter, 1 the best, its way over the years, and its flags."""

    quartile: int | None = None
    travel: str | None = None
    red: bool = False
    green: bool = False

    @property
    def is_struggling(self) -> bool:
        return self.red or self.quartile == WEAKEST

    @property
    def is_strong(self) -> bool:
        return not self.red and self.quartile == BEST and self.travel == BETTER

    @property
    def may_help(self) -> bool:
        return self.is_strong or (self.green and not self.is_struggling)

    @property
    def label(self) -> str:
        if self.is_struggling:
            return "Struggling"
        if self.is_strong:
            return "Strong"
        return "May help" if self.may_help else ""

    @property
    def why(self) -> str:
        """The signals in words: weakest quarter, red flag."""
        said = []
        if self.quartile in (BEST, WEAKEST):
            said.append("best quarter" if self.quartile == BEST else "weakest quarter")
        if self.travel is not None and self.quartile is not None:
            said.append({"better": "improving", "worse": "getting worse"}.get(self.travel, "no change"))
        said += [f"{colour} flag" for colour, given in (("red", self.red), ("green", self.green)) if given]
        return ", ".join(said)


def quartiles(values: Mapping[Key, Number], polarity: str) -> dict[Key, int]:
    """Each one's quarter, 1 the best, as `indicators.quartile` gives it, but for all in one sorting."""
    if len(values) < 4 or polarity not in (HIGH, LOW):
        return {}
    ordered = sorted(values.values())
    count = len(ordered)

    def rank(value: Number) -> int:
        better = count - bisect_right(ordered, value) if polarity == HIGH else bisect_left(ordered, value)
        return better + 1

    return {key: -(-4 * rank(value) // count) for key, value in values.items()}


def year_compared(histories: Mapping[Key, Sequence[tuple[int, Number]]]) -> int | None:
    """The year from which most councils' newest figures are; of equally many, the newer one.

    The first few figures of a new year do not take the place of the year before.
    """
    held = Counter(figures[-1][0] for figures in histories.values() if figures)
    return max(held, key=lambda year: (held[year], year), default=None)


def standings(
    histories: Mapping[Key, Sequence[tuple[int, Number]]],
    polarity: str,
    *,
    red: Collection[Key] = (),
    green: Collection[Key] = (),
) -> dict[Key, Standing]:
    """The signals about each council, from its (year, figure) pairs, the earliest first, and from its flags.

    Only figures of one year are compared with each other, see `year_compared`. Without a polarity no figure is good
    or bad, and flags alone speak.
    """
    year = year_compared(histories)
    compared = {key: figures for key, figures in histories.items() if figures and figures[-1][0] == year}
    quarter = quartiles({key: figures[-1][1] for key, figures in compared.items()}, polarity)
    found = {}
    for key in {*quarter, *red, *green}:
        figures = compared.get(key, ())
        held = len(figures) > 1 and polarity in (HIGH, LOW)
        travel = direction(float(figures[0][1]), float(figures[-1][1]), polarity) if held else None
        found[key] = Standing(quarter.get(key), travel, key in red, key in green)
    return found


@dataclass(frozen=True)
class Progress:
    """How far a council has come from its baseline to its target."""

    share: float | None
    met: bool | None
    is_over: bool = False

    @property
    def per_cent(self) -> str:
        return "" if self.share is None else f"{round(self.share * 100)}%"

    @property
    def words(self) -> str:
        if self.met is None:
            return "No newer figure yet"
        if self.met:
            return "Target met"
        if self.share is None:
            return "Target missed" if self.is_over else "Not met yet"
        if self.share < 0:
            way = "Further away than at the start"
        elif self.share == 0:
            way = "Where it started"
        else:
            # Rounded up it would say that the whole way is gone.
            way = f"{min(round(self.share * 100), 99)}% of the way"
        return f"{way}, target missed" if self.is_over else way


def progress_of(
    baseline: Number | None,
    baseline_year: int | None,
    target: Number | None,
    target_year: int | None,
    latest: tuple[int, Number] | None,
    polarity: str,
) -> Progress:
    """The way from baseline to target by the newest figure, which must be newer than the baseline.

    Where a measure has no polarity, the target says which way is good.
    """
    if target is None or latest is None or (baseline_year is not None and latest[0] <= baseline_year):
        return Progress(None, None)
    year, value = float(latest[0]), float(latest[1])
    aim, start = float(target), None if baseline is None else float(baseline)
    good = polarity if polarity in (HIGH, LOW) else (LOW if start is not None and aim < start else HIGH)
    return Progress(
        progress(start, aim, value),
        has_met(value, aim, good),
        target_year is not None and year >= target_year,
    )


def warnings(areas: int) -> list[str]:
    """What is to be thought of before figures of a cohort are read, or a round is built on it."""
    if areas < FEWEST:
        return [
            "Fewer than five councils are signed up. Figures of so small a cohort say little, and there may be too"
            " few for a round."
        ]
    if areas > MOST:
        return [
            "More than a hundred councils are signed up. That is most of England: a round on this outcome may bring"
            " more applications than one panel can read, and help has to be shared among many."
        ]
    return []
