"""When a grant's offer ends, its money is due, its returns are due and are chased. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from beacons.core.workdays import (
    LONDON,
    add_working_days,
    day_in_london,
    is_working_day,
    noon,
    working_day_on_or_before,
)

# A closing return can be handed in from so many days before it is due.
CLOSING_OPENS_BEFORE = 28
# Working days from the day a return is due to each reminder.
REMINDERS = (-5, 0, 5)
MORNING = time(9)


@dataclass(frozen=True)
class Timetable:
    """The days on which a grant's money and returns are due."""

    on_signature: date
    middle: date
    closing: date


def part_way(start: date, end: date, per_cent: int) -> date:
    """The working day on or before the day so far between two days, but never before the first of them."""
    return max(start, working_day_on_or_before(start + timedelta(days=(end - start).days * per_cent // 100)))


def timetable(
    *,
    agreed_by: date,
    spread: tuple[date, date],
    close: tuple[date, date],
    begun_on: date,
    middle_at: int = 50,
    closing_at: int = 50,
) -> Timetable:
    """The days of a grant that was drafted on a day, in a round whose stages lie like this.

    What is due on signature the agreement stage awaits. The mid-point return is due so far, in per cent, through what
    is left of spreading, and the closing return through the close; with each, what is paid after it.
    """
    return Timetable(
        on_signature=max(agreed_by, begun_on),
        middle=part_way(max(spread[0], begun_on), spread[1], middle_at),
        closing=part_way(*close, closing_at),
    )


def offer_ends(at: datetime, days: int) -> datetime:
    """Noon of the first working day that leaves so many whole days to accept."""
    day = day_in_london(at) + timedelta(days=days)
    if noon(day) < at + timedelta(days=days):
        day += timedelta(days=1)
    return noon(day if is_working_day(day) else add_working_days(day, 1))


def days_left_to_spread(at: datetime, *, spread_opens_on: date, ends_on: date) -> int:
    """How many days of spreading and closing are left to somebody who is offered a grant now."""
    return max(0, (ends_on - max(day_in_london(at), spread_opens_on)).days)


def part(whole: int, left: int, of: int) -> int:
    """A count cut in proportion to the days that are left; at least one, and never more than the whole."""
    return whole if left >= of else max(1, -(-whole * left // of))


def moved_into(day: date, begins: date, *, opens_on: date, closes_on: date) -> date:
    """A day of a time from opening to closing, as it lies in what is left of that time for who begins later.

    What was to come half-way comes half-way through what is left; the last day stays the last.
    """
    if begins <= opens_on or day >= closes_on:
        return day
    left = max(0, (closes_on - begins).days)
    return closes_on - timedelta(days=(closes_on - day).days * left // (closes_on - opens_on).days)


def reminders_due(due_on: date, at: datetime) -> int:
    """How many of the three reminders of a return have come by now: before it is due, on the day, after it."""
    return sum(at >= morning(add_working_days(due_on, days) if days else due_on) for days in REMINDERS)


def morning(day: date) -> datetime:
    """Nine o'clock in London, when reminders are written, in UTC."""
    return datetime.combine(day, MORNING, tzinfo=LONDON).astimezone(UTC)
