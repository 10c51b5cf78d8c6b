"""Tables of facts in CSV files, read strictly: every cell is what its column says, or somebody is told. Plain Python.

A row that breaks a rule is reported with file, line, column and reason, and reading goes on, so that one run names
all that is wrong. Files are UTF-8, with or without a byte-order mark, and are never held in memory whole.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

from beacons.core.text import clean, unreadable

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
WHOLE = re.compile(r"[+-]?\d+")


class Unfit(ValueError):
    """A cell, row or file does not fit; the message is the reason, as a person reads it."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where."""

    file: str
    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.reason}"


@dataclass
class Problems:
    """All that is wrong is counted; the first of it is kept to be shown."""

    shown: int = 50
    count: int = 0
    kept: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int | None, column: str | None, reason: str) -> None:
        self.count += 1
        if len(self.kept) < self.shown:
            self.kept.append(Problem(file, line, column, reason))

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.kept]
        if self.count > len(self.kept):
            lines.append(f"... and {self.count - len(self.kept)} more")
        return "\n".join(lines)


NEEDED = object()


@dataclass(frozen=True)
class Column:
    """A column by its name, how its cells are read, and what an empty cell means (nothing: it must be filled).

    The file may lack the column altogether when `optional`; then every cell of it counts as empty.
    """

    name: str
    read: Callable[[str], Any]
    blank: Any = NEEDED
    optional: bool = False


@dataclass(frozen=True)
class Row:
    """The cells that could be read, by column, and the line on which the row begins."""

    line: int
    cells: dict[str, Any]
    fits: bool

    def __getitem__(self, name: str) -> Any:
        return self.cells[name]


class Table:
    """A file as rows of typed cells. Rows that do not fit are reported to `problems`, and come out marked.

    No two rows may agree in the `once` columns; leave them out for files too long to remember their keys.
    """

    def __init__(
        self,
        path: Path | str,
        columns: Sequence[Column],
        problems: Problems,
        *,
        once: Sequence[Sequence[str]] = (),
    ):
        self.path = Path(path)
        self.columns = columns
        self.problems = problems
        self.once = once

    def refuse(self, row: Row, column: str | None, reason: str) -> None:
        """Report what only the reader of the whole row, or of the whole house, can know."""
        self.problems.add(str(self.path), row.line, column, reason)

    def __iter__(self) -> Iterator[Row]:
        try:
            with self.path.open("rb") as file:
                yield from self._rows(file)
        except OSError as error:
            self.problems.add(str(self.path), None, None, f"cannot be read: {error.strerror}")

    def _rows(self, file: BinaryIO) -> Iterator[Row]:
        reader = csv.reader(self._lines(file), strict=True)
        places: list[int | None] | None = None
        width = 0
        seen: list[dict[tuple, int]] = [{} for _ in self.once]
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                self.problems.add(str(self.path), line, None, f"is not a row of a CSV file: {error}")
                continue
            if not cells:
                continue
            if places is None:
                if (places := self._header(cells, line)) is None:
                    return
                width = len(cells)
                continue
            if len(cells) != width:
                self.problems.add(
                    str(self.path), line, None, f"has {len(cells)} cells where the header has {width}"
                )
                continue
            yield self._row(cells, places, line, seen)
        if places is None:
            self.problems.add(str(self.path), None, None, "is empty: it has no header")

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        for number, raw in enumerate(file, start=1):
            if number == 1:
                raw = raw.removeprefix(BYTE_ORDER_MARK)
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                self.problems.add(str(self.path), number, None, "is not UTF-8")
                text = raw.decode("utf-8", errors="replace")
            yield text

    def _header(self, names: Sequence[str], line: int) -> list[int | None] | None:
        """Where each column stands; none, with the reasons reported, when the header does not fit."""
        names = [name.strip() for name in names]
        known = {column.name for column in self.columns}
        wrong = [(name, "is not a column of this table") for name in names if name not in known]
        wrong += [(name, "stands twice in the header") for name in sorted(known) if names.count(name) > 1]
        wrong += [
            (column.name, "is missing from the header")
            for column in self.columns
            if column.name not in names and not column.optional
        ]
        for name, reason in wrong:
            self.problems.add(str(self.path), line, name, reason)
        if wrong:
            return None
        return [names.index(column.name) if column.name in names else None for column in self.columns]

    def _row(
        self, texts: Sequence[str], places: Sequence[int | None], line: int, seen: list[dict[tuple, int]]
    ) -> Row:
        cells: dict[str, Any] = {}
        fits = True
        for column, place in zip(self.columns, places, strict=True):
            text = "" if place is None else texts[place].strip()
            try:
                if text:
                    cells[column.name] = column.read(text)
                elif column.blank is NEEDED:
                    raise Unfit("is blank")
                else:
                    cells[column.name] = column.blank
            except Unfit as unfit:
                fits = False
                self.problems.add(str(self.path), line, column.name, str(unfit))
        for names, lines in zip(self.once, seen, strict=True):
            if all(name in cells for name in names):
                key = tuple(cells[name] for name in names)
                if (first := lines.setdefault(key, line)) != line and any(key):
                    fits = False
                    typed = [
                        texts[place]
                        for column, place in zip(self.columns, places, strict=True)
                        if column.name in names and place is not None
                    ]
                    reason = f"{' '.join(typed)} stands on line {first} already"
                    self.problems.add(str(self.path), line, names[0], reason)
        return Row(line, cells, fits)


def text(longest: int | None = None) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if unreadable(cell):
            raise Unfit("holds a character that cannot be kept")
        cell = clean(cell)
        if longest is not None and len(cell) > longest:
            raise Unfit(f"has {len(cell)} characters where {longest} are the most")
        return cell

    return read


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not WHOLE.fullmatch(cell):
            raise Unfit(f"{cell!r} is not a whole number")
        number = int(cell) if len(cell) < 20 else highest + 1
        if not lowest <= number <= highest:
            raise Unfit(f"{cell} does not lie between {lowest} and {highest}")
        return number

    return read


def decimal(digits: int, places: int) -> Callable[[str], Decimal]:
    limit = Decimal(10) ** (digits - places)

    def read(cell: str) -> Decimal:
        try:
            number = Decimal(cell)
        except InvalidOperation:
            raise Unfit(f"{cell!r} is not a number") from None
        if not number.is_finite():
            raise Unfit(f"{cell!r} is not a number")
        if abs(number) >= limit:
            raise Unfit(f"{cell} is too large")
        if -number.as_tuple().exponent > places:  # type: ignore[operator]
            raise Unfit(f"{cell} has more than {places} decimal places")
        return number

    return read


def real(lowest: float, highest: float) -> Callable[[str], float]:
    def read(cell: str) -> float:
        try:
            number = float(cell)
        except ValueError:
            raise Unfit(f"{cell!r} is not a number") from None
        if not lowest <= number <= highest:
            raise Unfit(f"{cell} does not lie between {lowest:g} and {highest:g}")
        return number

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


def known(what: str, keys: Collection[str]) -> Callable[[str], str]:
    """A key that must be among those known; `keys` may still grow while the table is read."""

    def read(cell: str) -> str:
        if cell not in keys:
            raise Unfit(f"no {what} is known as {cell!r}")
        return cell

    return read


def looked_up(what: str, found: Mapping[str, Any]) -> Callable[[str], Any]:
    """What a key stands for."""

    def read(cell: str) -> Any:
        try:
            return found[cell]
        except KeyError:
            raise Unfit(f"no {what} is known as {cell!r}") from None

    return read
