"""Working days in England, bank holidays, how far off a deadline is, and noon in London: the hour at which every stage closes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")
FRIDAY = 4


def noon(day: date) -> datetime:
    """The instant of twelve o'clock in London on a day, in UTC (11:00 in summer)."""
    return datetime.combine(day, time(12), tzinfo=LONDON).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in London, in UTC."""
    return datetime.combine(day, time(0), tzinfo=LONDON).astimezone(UTC)


def day_in_london(at: datetime) -> date:
    """The date on a London wall calendar at an instant."""
    return at.astimezone(LONDON).date()


def time_left(closes_at: datetime, at: datetime) -> str:
    """'in 3 days', 'tomorrow', 'in 2 hours and 5 minutes': in London's calendar days while they tell enough.

    Every page that says how far off a deadline is says it so.
    """
    days = (day_in_london(closes_at) - day_in_london(at)).days
    if days > 1:
        return f"in {days:,} days"
    if days == 1:
        return "tomorrow"
    minutes = int((closes_at - at).total_seconds() // 60)
    if minutes < 1:
        return "in less than a minute" if closes_at > at else "which has passed"
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "hour"), (minutes, "minute")]
    return "in " + " and ".join(
        f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in parts if number
    )


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year, with the days given in lieu of those that fall on a weekend."""
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() <= FRIDAY and day not in bank_holidays(day.year)


def working_day_on_or_before(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The working day that many working days after a day (before it, when the count is negative).

    The day itself is not counted, and need not be a working day.
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days come after the start, up to and with the end; negative if the end is earlier."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


def last_noon(at: datetime) -> date:
    """The last day whose noon in London has come; a stage that closes on it, or before, is over.

    Deadlines are kept as dates, so this is what a query compares them with, exact to the second.
    """
    day = day_in_london(at)
    return day if at >= noon(day) else day - timedelta(days=1)
