"""Periods as people write them beside a figure of their own: a year, a financial year, a quarter, a month. Plain Python."""

import re
from dataclasses import dataclass
from datetime import date

EARLIEST, LATEST = 1900, 2999
MONTHS = "January February March April May June July August September October November December".split()

YEAR = re.compile(r"([0-9]{4})")
YEARS = re.compile(r"([0-9]{4})\s*[/–-]\s*([0-9]{2}|[0-9]{4})")
QUARTER = re.compile(r"(?:Q|quarter )([1-4]),?\s+([0-9/–-]+)|([0-9/–-]+),?\s+(?:Q|quarter )([1-4])", re.I)
MONTH = re.compile(r"([A-Za-z]{3,9})\.?,?\s+([0-9]{4})")


@dataclass(frozen=True)
class Period:
    """When a figure was measured: of which kind, from which day, and how it is written."""

    kind: str
    begins: date
    words: str

    @property
    def place(self) -> float:
        """How far along the years it stands."""
        return self.begins.year + (self.begins.month - 1) / 12


def read(words: str) -> Period | None:
    """2024, 2023/24, Q1 2024, Q1 2024/25 or March 2024, in the house's writing; None for anything else."""
    words = " ".join(words.split())
    if found := YEAR.fullmatch(words):
        return _checked("year", int(found[1]), 1, found[1])
    if found := YEARS.fullmatch(words):
        return _years(found[1], found[2])
    if found := QUARTER.fullmatch(words):
        return _quarter(int(found[1] or found[4]), read(found[2] or found[3]))
    if found := MONTH.fullmatch(words):
        number = _month(found[1])
        return (
            _checked("month", int(found[2]), number, f"{MONTHS[number - 1]} {found[2]}") if number else None
        )
    return None


def _years(first: str, second: str) -> Period | None:
    """A financial or school year: from one year into the next."""
    if int(second) % 100 != (int(first) + 1) % 100 or (len(second) == 4 and int(second) != int(first) + 1):
        return None
    return _checked("financial year", int(first), 4, f"{first}/{second[-2:]}")


def _quarter(number: int, year: Period | None) -> Period | None:
    """Of a year, or of a financial one, which begins in April."""
    if year is None or year.kind not in ("year", "financial year"):
        return None
    month = year.begins.month + 3 * (number - 1)
    begins = year.begins.replace(year=year.begins.year + (month - 1) // 12, month=(month - 1) % 12 + 1)
    return Period("quarter", begins, f"Q{number} {year.words}")


def _month(name: str) -> int:
    name = name.capitalize()
    return next((number for number, month in enumerate(MONTHS, 1) if month.startswith(name)), 0)


def _checked(kind: str, year: int, month: int, words: str) -> Period | None:
    return Period(kind, date(year, month, 1), words) if EARLIEST <= year <= LATEST else None
