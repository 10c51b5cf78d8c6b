"""What stands in a cell, read as what its column says. Plain Python.

People write numbers in many ways. What can mean one thing only is read (1,234 and 1 234 and −5); what may mean two
things, such as 1.234,5 or (5), is refused with what to write instead.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from beacons.core.text import clean, unreadable
from beacons.core.unfit import Unfit

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SPACES = re.compile("[\u00a0\u2007\u2009\u202f ]+")
MINUS = "\u2212"
PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?")
DOTTED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
BRACKETED = re.compile(r"[£$€]?\(.*\)%?")
NOT_DIGITS = re.compile("[^0-9]")
CURRENCIES = "£$€"
NOTHING = frozenset([".", "..", "...", "-", "–", "—", "*", ":", "n/a", "na", "nil", "none", "null", "nan"])
PER_CENT = ("%", "per cent", "percent")
POUNDS = frozenset(["£", "pounds", "gbp"])
SUGGESTED = 100


class Spoilt(str):
    """A cell whose content is known to be no value; it says why."""

    reason: str

    def __new__(cls, shown: str, reason: str) -> Spoilt:
        cell = super().__new__(cls, shown)
        cell.reason = reason
        return cell


class Number(ABC):
    """How a number's cell is read. A column of numbers may have a unit, whose sign a cell may repeat."""

    noun = "number"

    def __call__(self, cell: str) -> Any:
        return self.read(plain(cell, self.noun), cell)

    @abstractmethod
    def read(self, digits: str, cell: str) -> Any:
        """The number from its plain digits; the cell as it was typed stands in the reason."""


def plain(cell: str, noun: str = "number") -> str:
    """A number's digits, with a full stop before decimals and nothing else; or why it cannot be read for certain."""
    written = SPACES.sub(" ", cell).strip().replace(MINUS, "-").replace("- ", "-")
    if PLAIN.fullmatch(written):
        return written
    if GROUPED.fullmatch(written):
        return written.replace(",", "").replace(" ", "")
    shown = repr(cell)
    if BRACKETED.fullmatch(written):
        raise Unfit(f"{shown} stands in brackets: write -5 for five below nought, or 5 without brackets")
    if SHORTENED.fullmatch(written):
        raise Unfit(f"{shown} is shortened by the spreadsheet: write all of its digits")
    if written.lower() in NOTHING:
        raise Unfit(f"{shown} is not a {noun}: leave the cell empty where there is none")
    if re.fullmatch(r"[+-]?[0-9., ]*[0-9][0-9., ]*", written):
        raise Unfit(
            f"{shown} is not a {noun} as written here: a full stop comes before decimals, and a comma or"
            " nothing between thousands, like 1234.5 or 1,234.5"
        )
    raise Unfit(f"{shown} is not a {noun}")


def without_sign(cell: str, unit: str | None, *, known: bool = True) -> str:
    """The cell without the sign of its column's unit; a sign of anything else is refused.

    Where the unit is not known, since what tells it could not be read, any sign is passed over.
    """
    unit = (unit or "").strip().lower()
    if cell.endswith("%") and cell != "%":
        if known and not unit.startswith(PER_CENT):
            counted = f"counted in “{unit}”, not in per cent" if unit else "not counted in per cent"
            raise Unfit(f"{cell!r} is a percentage, and this figure is {counted}: write the number alone")
        return cell.removesuffix("%").rstrip()
    if sign := next((letter for letter in cell[:2] if letter in CURRENCIES), ""):
        if known and (sign != "£" or unit not in POUNDS):
            counted = f"counted in “{unit}”" if unit else "not counted in money"
            raise Unfit(
                f"{cell!r} is an amount of money, and this figure is {counted}: write the number alone"
            )
        return cell.replace(sign, "", 1)
    return cell


def typed_number(typed: str, number: Number, unit: str | None = None) -> Any:
    """A number from a form's field, read as a cell of a table is, with the sign of its unit if it has one."""
    return number(without_sign(typed.strip(), unit))


def in_one_way(cell: str) -> str:
    """In a file parted by semicolons a comma may come before decimals, and a full stop between thousands."""
    if "," in cell:
        raise Unfit(f"{cell!r} may mean two things in a file parted by semicolons: write it without a comma")
    if DOTTED.fullmatch(cell.replace(MINUS, "-")):
        raise Unfit(
            f"{cell!r} may mean {cell.replace('.', '')} or {cell} in a file parted by semicolons:"
            " save the file with commas between its columns"
        )
    return cell


@dataclass(frozen=True)
class Whole(Number):
    lowest: int
    highest: int
    noun = "whole number"

    def read(self, digits: str, cell: str) -> int:
        if "." in digits:
            raise Unfit(f"{cell!r} is not a whole number")
        number = int(digits) if len(digits) < 20 else self.highest + 1
        if not self.lowest <= number <= self.highest:
            raise Unfit(f"{cell} does not lie between {self.lowest} and {self.highest}")
        return number


@dataclass(frozen=True)
class Fixed(Number):
    digits: int
    places: int

    def read(self, digits: str, cell: str) -> Decimal:
        number = Decimal(digits)
        if abs(number) >= Decimal(10) ** (self.digits - self.places):
            raise Unfit(f"{cell} is too large")
        if -number.as_tuple().exponent > self.places:  # type: ignore[operator]
            tidy = number.normalize()
            if -tidy.as_tuple().exponent > self.places:  # type: ignore[operator]
                raise Unfit(f"{cell} has more than {self.places} decimal places")
            number = tidy
        return number


@dataclass(frozen=True)
class Real(Number):
    lowest: float
    highest: float

    def read(self, digits: str, cell: str) -> float:
        number = float(digits)
        if not self.lowest <= number <= self.highest:
            raise Unfit(f"{cell} does not lie between {self.lowest:g} and {self.highest:g}")
        return number


def whole(lowest: int, highest: int) -> Whole:
    return Whole(lowest, highest)


def decimal(digits: int, places: int) -> Fixed:
    return Fixed(digits, places)


def real(lowest: float, highest: float) -> Real:
    return Real(lowest, highest)


def text(longest: int | None = None) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if unreadable(cell):
            raise Unfit("holds a character that cannot be kept")
        cell = clean(cell)
        if longest is not None and len(cell) > longest:
            raise Unfit(f"has {len(cell)} characters where {longest} are the most")
        return cell

    return read


def day(cell: str) -> date:
    try:
        if not ISO_DATE.fullmatch(cell):
            raise ValueError
        return date.fromisoformat(cell)
    except ValueError:
        raise Unfit(f"{cell!r} is not a date like 2009-04-01") from None


def yes_no(cell: str) -> bool:
    try:
        return {"true": True, "false": False}[cell.lower()]
    except KeyError:
        raise Unfit(f"{cell!r} is neither true nor false") from None


def one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in words:
            raise Unfit(f"{cell!r} is not one of {', '.join(words)}")
        return cell

    return read


class _Unknown:
    """What to say of a key that nobody knows: with the nearest that is known, worked out for the first of them."""

    def __init__(self, what: str, keys: Iterable[str], names: Mapping[str, str] | None):
        self.what = what
        self.keys = keys
        self.names = names or {}
        self.said: dict[str, str] = {}

    def __call__(self, cell: str) -> Unfit:
        if cell not in self.said and len(self.said) < SUGGESTED:
            self.said[cell] = self._nearest(cell)
        meant = self.said.get(cell)
        return Unfit(f"no {self.what} is known as {cell!r}" + (f"; did you mean {meant!r}?" if meant else ""))

    def _nearest(self, cell: str) -> str:
        """By the code itself, whatever its capitals; by its name, where names are given; else by likeness."""
        if len(cell) > SUGGESTED:
            return ""
        codes = {str(key).casefold(): str(key) for key in self.keys}
        names = {name.casefold(): code for name, code in self.names.items()}
        typed = cell.casefold()
        if found := codes.get(typed) or names.get(typed):
            return found
        near = get_close_matches(typed, [*names, *codes], n=5, cutoff=0.7)
        # Another number is another thing: NI 19 is not meant where NI 192 is written.
        same = [key for key in near if NOT_DIGITS.sub("", key) == NOT_DIGITS.sub("", typed)]
        return (codes.get(same[0]) or names[same[0]]) if same else ""


def known(
    what: str, keys: Collection[str], *, names: Mapping[str, str] | None = None
) -> Callable[[str], str]:
    """A key that must be among those known; `keys` may still grow while the table is read.

    `names` leads from a name to its key, for those who write the name where the key belongs.
    """
    unknown = _Unknown(what, keys, names)

    def read(cell: str) -> str:
        if cell not in keys:
            raise unknown(cell)
        return cell

    return read


def looked_up(
    what: str, found: Mapping[str, Any], *, names: Mapping[str, str] | None = None
) -> Callable[[str], Any]:
    """What a key stands for."""
    unknown = _Unknown(what, found, names)

    def read(cell: str) -> Any:
        try:
            return found[cell]
        except KeyError:
            raise unknown(cell) from None

    return read
