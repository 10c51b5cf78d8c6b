"""The money of a bid: the grant under its four heads, and a pooled budget, body by body; in whole pounds. Plain Python.

The totals under the heads are what is asked for, what the round's limits are about, and what a grant is made of.
Partners hold parts of them; what is left is the lead authority's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from beacons.core import charts

HEADS = ("develop", "innovate", "disseminate", "support")
NAMES = {
    "develop": "Developing the practice",
    "innovate": "Innovation",
    "disseminate": "Dissemination",
    "support": "Performance support",
}
WHAT_FOR = {
    "develop": "making what you do ready for others",
    "innovate": "trying what nobody has tried",
    "disseminate": "open days, visits, workshops, materials",
    "support": "days your people give to councils that need help",
}
# The heads of which a round asks a least share.
SHARED = ("disseminate", "support")

Sums = tuple[int, int, int, int]


@dataclass(frozen=True)
class Line:
    """What one body has of the grant, head by head, and what it puts into the pooled budget."""

    body: str
    sums: Sums
    pooled: int = 0
    is_lead: bool = False
    pooled_percent: str = ""

    @property
    def together(self) -> int:
        return sum(self.sums)


@dataclass(frozen=True)
class Budget:
    """Body by body, the lead authority first."""

    lines: tuple[Line, ...]
    is_whole_area: bool = False

    @cached_property
    def totals(self) -> Sums:
        develop, innovate, disseminate, support = (
            sum(column) for column in zip(*(line.sums for line in self.lines), strict=True)
        )
        return develop, innovate, disseminate, support

    @property
    def together(self) -> int:
        return sum(self.totals)

    @property
    def is_shared(self) -> bool:
        """Has a partner a part of the grant?"""
        return any(line.together for line in self.lines if not line.is_lead)

    @property
    def heads(self) -> list[tuple[str, int]]:
        """Each head's name with its total."""
        return [(NAMES[head], total) for head, total in zip(HEADS, self.totals, strict=True)]

    @property
    def pooled(self) -> int:
        return sum(line.pooled for line in self.lines)

    @property
    def pooling(self) -> list[Line]:
        """Those who put something into the pooled budget, the largest first."""
        return sorted((line for line in self.lines if line.pooled), key=lambda line: -line.pooled)

    @property
    def chart(self) -> charts.Chart:
        """The pooled budget as a picture, the lead authority marked."""
        bars = [charts.Bar(line.body, line.pooled, marked=line.is_lead) for line in self.pooling]
        return charts.bars("The pooled budget", bars, unit="£", value_name="Pounds", label_name="Body")


def sums_of(holder: Any) -> Sums:
    """What is written under the four heads of an application or a partner."""
    return holder.develop, holder.innovate, holder.disseminate, holder.support


def of(application: Any) -> Budget:
    """The money of an application whose partners are loaded."""
    partners = list(application.partners.all())
    parts = [sums_of(partner) for partner in partners]
    left = (total - sum(column) for total, *column in zip(sums_of(application), *parts, strict=True))
    develop, innovate, disseminate, support = left
    pool = application.pooled + sum(partner.pooled for partner in partners)
    return Budget(
        (
            Line(
                str(application.authority),
                (develop, innovate, disseminate, support),
                application.pooled,
                is_lead=True,
                pooled_percent=percent(application.pooled, pool),
            ),
            *(
                Line(str(partner), sums, partner.pooled, pooled_percent=percent(partner.pooled, pool))
                for partner, sums in zip(partners, parts, strict=True)
            ),
        ),
        application.is_whole_area,
    )


def percent(part: int, whole: int) -> str:
    """'33.3%' of the whole; '100%' and '25%' without the nought."""
    return f"{part * 100 / whole:.1f}".removesuffix(".0") + "%" if whole else ""


def added_up(parts: Iterable[Sums]) -> Sums:
    """Head by head."""
    develop, innovate, disseminate, support = (
        sum(column) for column in zip((0, 0, 0, 0), *parts, strict=True)
    )
    return develop, innovate, disseminate, support
