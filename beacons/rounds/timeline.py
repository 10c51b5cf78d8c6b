"""Dates from stage lengths, the stage at a moment, and the limit of a round: plain Python.

A stage closes at noon in London on its closing date, and the next one opens at that very instant. A closing
that would fall on a weekend or bank holiday moves to the working day *before* it; lengths are counted from
the dates before that move, so the moves never add up and a plan that fits its limit on paper always fits it
in the calendar.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from beacons.core.workdays import add_working_days, noon, working_day_on_or_before

# Working days before sign-up and before applications close on which those who have something left to do are written to,
# at noon, unless a round has other days.
REMINDERS = (5, 1)
APPLICATION_REMINDERS = (10, 5, 2, 1)
EARLIEST_REMINDER, MOST_REMINDERS = 20, 5


class Dated(Protocol):
    """What has an opening and a closing date: a planned stage here, a stored one in the models."""

    @property
    def opens_on(self) -> date: ...

    @property
    def closes_on(self) -> date: ...


Stage = TypeVar("Stage", bound=Dated)


@dataclass(frozen=True)
class Leg:
    """A stage before it has dates."""

    key: str
    name: str
    days: int


@dataclass(frozen=True)
class Planned:
    """A stage with its dates."""

    key: str
    name: str
    opens_on: date
    closes_on: date

    @property
    def opens_at(self) -> datetime:
        return noon(self.opens_on)

    @property
    def closes_at(self) -> datetime:
        return noon(self.closes_on)


class PlanError(ValueError):
    """These lengths cannot be laid out from this day."""


class DaysError(ValueError):
    """These are no days on which anybody could be reminded."""


def plan(starts_on: date, legs: Iterable[Leg]) -> list[Planned]:
    """Lay the legs out one after another from a first day."""
    planned = []
    opens_on = unmoved = starts_on
    for leg in legs:
        unmoved += timedelta(days=leg.days)
        closes_on = working_day_on_or_before(unmoved)
        if closes_on <= opens_on:
            raise PlanError(
                f"{leg.name} would close on {closes_on:%-d %B %Y}, which is not after it opens on"
                f" {opens_on:%-d %B %Y}: give it more days."
            )
        planned.append(Planned(leg.key, leg.name, opens_on, closes_on))
        opens_on = closes_on
    return planned


def closes_next(stages: Iterable[Stage], at: datetime) -> Stage | None:
    """The stage whose closing is the next to come; none when all have closed."""
    ahead = (stage for stage in stages if at < noon(stage.closes_on))
    return min(ahead, key=lambda stage: stage.closes_on, default=None)


def reminder_due(closes_on: date, at: datetime, days: Iterable[int] = REMINDERS) -> datetime | None:
    """The last instant, up to now, at which those who have not finished are reminded of this closing."""
    instants = map(noon, reminders(closes_on, days))
    return max((instant for instant in instants if instant <= at), default=None)


def reminders(closes_on: date, days: Iterable[int] = REMINDERS) -> list[date]:
    """The days on whose noon people are reminded of this closing, the first first."""
    return [add_working_days(closes_on, -count) for count in sorted(days, reverse=True)]


def read_days(words: str) -> tuple[int, ...]:
    """'5, 2, 1' as working days before a closing, the most first.

    Raises DaysError, with a sentence a person can act upon, for what is none.
    """
    days = [part.strip() for part in words.replace(" ", ",").split(",") if part.strip()]
    if not days or not all(day.isascii() and day.isdigit() and len(day) < 3 for day in days):
        raise DaysError("Write working days before the closing as numbers with commas between them: 5, 2, 1.")
    counts = sorted({int(day) for day in days}, reverse=True)
    if counts[0] > EARLIEST_REMINDER or counts[-1] < 1:
        raise DaysError(f"A reminder goes between 1 and {EARLIEST_REMINDER} working days before the closing.")
    if len(counts) > MOST_REMINDERS:
        raise DaysError(f"{MOST_REMINDERS} reminders are the most.")
    return tuple(counts)


def in_days(days: Iterable[int]) -> str:
    """(5, 1) as '5, 1'."""
    return ", ".join(str(day) for day in days)


def limit(starts_on: date, months: int) -> date:
    """The last day on which what began on a day may end: the same day of the month, that many months later.

    Where that month is too short, its last day: from 29 February, twelve months later is 28 February.
    """
    years, month = divmod(starts_on.month - 1 + months, 12)
    year, month = starts_on.year + years, month + 1
    return date(year, month, min(starts_on.day, monthrange(year, month)[1]))


def days_over(stages: Sequence[Dated], starts_on: date, months: int) -> int:
    """By how many days the last closing oversteps the limit; nought when it does not."""
    if not stages:
        return 0
    ends_on = max(stage.closes_on for stage in stages)
    return max(0, (ends_on - limit(starts_on, months)).days)
