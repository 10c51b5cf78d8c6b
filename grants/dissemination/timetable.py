"""When places open to everybody, when bookers are reminded, and when adopters are asked. Plain Python."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from beacons.core.workdays import LONDON, add_working_days, day_in_london, last_noon

# Until then, places are for the cohort; what is left is for anybody.
COHORT_FIRST = timedelta(days=14)
# Bookers are reminded at noon of the fifth working day before the activity.
REMIND_DAYS = 5
# An adopter is asked how far it has come so many months after it recorded the adoption.
ASK_MONTHS = (6, 12)


def opens_to_all(starts_at: datetime) -> datetime:
    """The instant from which a council outside the cohort may book."""
    return starts_at - COHORT_FIRST


def reminded_up_to(at: datetime) -> datetime:
    """Activities that start before this instant are those whose bookers are to be reminded by now."""
    return day_begins(add_working_days(last_noon(at), REMIND_DAYS) + timedelta(days=1))


def is_near(starts_at: datetime, at: datetime) -> bool:
    """Is it so near that a booking made now needs no reminder beside its receipt?"""
    return starts_at < reminded_up_to(at)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def asked_up_to(at: datetime, months: int) -> datetime:
    """What was recorded before this instant is so many months old by now, to the noon of its day."""
    today = last_noon(at)
    day = months_later(today, -months)
    # From 28 February, the last three days of August are six months past too.
    while months_later(day + timedelta(days=1), months) <= today:
        day += timedelta(days=1)
    return day_begins(day + timedelta(days=1))


def months_since(recorded_at: datetime, at: datetime) -> int:
    """Which question is due: the most months of `ASK_MONTHS` that have gone by, 0 if none."""
    return max((months for months in ASK_MONTHS if recorded_at < asked_up_to(at, months)), default=0)


def in_london(day: date, clock: time) -> datetime:
    """The instant of a time on London's clocks, in UTC."""
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)


def day_begins(day: date) -> datetime:
    return in_london(day, time())


def same_day(starts_at: datetime, ends_at: datetime) -> bool:
    return day_in_london(starts_at) == day_in_london(ends_at)
