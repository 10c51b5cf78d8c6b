"""The closing of an application, in words: plain Python."""

from datetime import datetime

from beacons.core.workdays import LONDON, day_in_london, time_left


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


def count(number: int, noun: str) -> str:
    """'1 word', '2 words'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
