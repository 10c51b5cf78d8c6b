"""The closing of an application, in words: plain Python."""

from datetime import datetime

from beacons.core.workdays import LONDON, day_in_london


def day_in_words(closes_at: datetime, at: datetime | None = None) -> str:
    """'noon on Friday 5 March 2027'; without the year while that is not in doubt at `at`."""
    local = closes_at.astimezone(LONDON)
    clock = "noon" if (local.hour, local.minute) == (12, 0) else f"{local:%H:%M}"
    year = "" if at and day_in_london(at).year == local.year else f" {local.year}"
    return f"{clock} on {local:%A} {local.day} {local:%B}{year}"


def in_words(closes_at: datetime, at: datetime) -> str:
    """'closes at noon on Friday 5 March, in 3 days', or that it closed. At the closing instant it has closed."""
    if at >= closes_at:
        return f"closed at {day_in_words(closes_at)}"
    return f"closes at {day_in_words(closes_at, at)}, {time_left(closes_at, at)}"


def sentence(closes_at: datetime, at: datetime) -> str:
    """The same as a sentence: 'Applications close at noon on Friday 5 March, in 3 days.'"""
    return f"Applications {in_words(closes_at, at).replace('closes', 'close', 1)}."


def time_left(closes_at: datetime, at: datetime) -> str:
    """'in 3 days', 'tomorrow', 'in 2 hours and 5 minutes': in London's calendar days while they tell enough."""
    days = (day_in_london(closes_at) - day_in_london(at)).days
    if days > 1:
        return f"in {days} days"
    if days == 1:
        return "tomorrow"
    minutes = int((closes_at - at).total_seconds() // 60)
    if minutes < 1:
        return "in less than a minute"
    hours, minutes = divmod(minutes, 60)
    parts = [count(hours, "hour")] if hours else []
    parts += [count(minutes, "minute")] if minutes else []
    return f"in {' and '.join(parts)}"


def count(number: int, noun: str) -> str:
    """'1 word', '2 words'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
