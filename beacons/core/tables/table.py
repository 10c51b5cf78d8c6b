"""A file as rows of typed cells. Plain Python."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

from beacons.core.tables.cells import Number, Spoilt, in_one_way, without_sign
from beacons.core.tables.grids import LARGEST, MEGABYTE, Grid, headed, size
from beacons.core.tables.problems import Problems
from beacons.core.tables.texts import TextGrid
from beacons.core.tables.workbooks import WorkbookGrid, is_workbook
from beacons.core.unfit import Unfit

NEEDED = object()
# The unit of a column of numbers, or how the cells before it in the list of columns tell it.
Unit = str | Callable[[Mapping[str, Any]], str | None] | None


@dataclass(frozen=True)
class Column:
    """A column by its name, how its cells are read, and what an empty cell means (nothing: it must be filled).

    The file may lack the column altogether when `optional`; then every cell of it counts as empty. A number may
    carry the sign of its `unit` (12.5% where the unit is %) and no other.
    """

    name: str
    read: Callable[[str], Any]
    blank: Any = NEEDED
    optional: bool = False
    unit: Unit = None


@dataclass(frozen=True)
class Row:
    """The cells that could be read, by column, and the line on which the row begins (in a workbook, its row)."""

    line: int
    cells: dict[str, Any]
    fits: bool

    def __getitem__(self, name: str) -> Any:
        return self.cells[name]


@dataclass
class _Header:
    """Where each column stands, and the places that have no name."""

    places: list[int | None]
    nameless: list[int]
    width: int


@dataclass
class Table:
    """A file as rows of typed cells. Rows that do not fit are reported to `problems`, and come out marked.

    The file is a path, or anything open that can be read and sought (then `name` is what people call it). No two
    rows may agree in the `once` columns; leave them out for files too long to remember their keys.
    """

    source: Path | str | BinaryIO
    columns: Sequence[Column]
    problems: Problems
    once: Sequence[Sequence[str]] = field(default=(), kw_only=True)
    name: str = field(default="", kw_only=True)
    sheet: str | None = field(default=None, kw_only=True)
    largest: int = field(default=LARGEST, kw_only=True)

    def __post_init__(self) -> None:
        self.called = self.name or str(getattr(self.source, "name", None) or self.source)
        self.counts = "line"
        self.known = {headed(column.name): column.name for column in self.columns}

    def refuse(self, row: Row, column: str | None, reason: str) -> None:
        """Report what only the reader of the whole row, or of the whole house, can know."""
        self._report(row.line, column, reason)

    def __iter__(self) -> Generator[Row, None, None]:
        try:
            with opened(self.source) as file:
                if (length := size(file)) > self.largest:
                    megabytes = (
                        f"{length / MEGABYTE:.0f} MB, where {self.largest // MEGABYTE} MB are the most"
                    )
                    self._report(None, None, f"is too large: {megabytes}")
                    return
                yield from self._rows(self._grid(file))
        except OSError as error:
            self._report(None, None, f"cannot be read: {error.strerror or error}")

    def _report(self, line: int | None, column: str | None, reason: str) -> None:
        self.problems.add(self.called, line, column, reason, counts=self.counts)

    def _grid(self, file: BinaryIO) -> Grid:
        known = frozenset(self.known)
        start = file.read(8)
        file.seek(0)

        def report(line: int | None, reason: str) -> None:
            self._report(line, None, reason)

        def note(said: str) -> None:
            self.problems.note(self.called, said)

        if is_workbook(start):
            self.counts = WorkbookGrid.counts
            return WorkbookGrid(file, known, report, note, sheet=self.sheet)
        return TextGrid(file, known, report, note)

    def _rows(self, grid: Grid) -> Iterator[Row]:
        header: _Header | None = None
        seen: list[dict[tuple, int]] = [{} for _ in self.once]
        before = self.problems.count
        for line, cells in grid.rows():
            if header is None:
                if (header := self._header(cells, line)) is None:
                    return
                continue
            if grid.ragged and len(cells) < header.width:
                cells = [*cells, *[""] * (header.width - len(cells))]
            if len(cells) != header.width:
                self._report(line, None, f"has {len(cells)} cells where the header has {header.width}")
                continue
            if stray := [place for place in header.nameless if cells[place].strip()]:
                self._report(line, None, f"holds {cells[stray[0]]!r} in a column that has no name")
                continue
            yield self._row(cells, header.places, line, seen, ambiguous=grid.ambiguous)
        if header is None and self.problems.count == before:
            self._report(None, None, "is empty: it has no header")

    def _header(self, cells: Sequence[str], line: int) -> _Header | None:
        """Where each column stands; none, with the reasons reported, when the header does not fit."""
        names = [headed(cell) for cell in cells]
        wrong = [
            (cell.strip(), f"is not a column of this table{self._nearest(name, names)}")
            for cell, name in zip(cells, names, strict=True)
            if name and name not in self.known
        ]
        wrong += [
            (name, "stands twice in the header")
            for key, name in sorted(self.known.items())
            if names.count(key) > 1
        ]
        wrong += [
            (column.name, "is missing from the header")
            for column in self.columns
            if headed(column.name) not in names and not column.optional
        ]
        for name, reason in wrong:
            self._report(line, name, reason)
        if wrong:
            return None
        places = [
            names.index(headed(column.name)) if headed(column.name) in names else None
            for column in self.columns
        ]
        return _Header(places, [place for place, name in enumerate(names) if not name], len(names))

    def _nearest(self, name: str, names: Sequence[str]) -> str:
        """A column that is not there and that this may have been meant for."""
        missing = [key for key in self.known if key not in names]
        near = get_close_matches(name, missing, n=1, cutoff=0.7)
        return f"; did you mean {self.known[near[0]]}?" if near else ""

    def _row(
        self,
        texts: Sequence[str],
        places: Sequence[int | None],
        line: int,
        seen: list[dict[tuple, int]],
        *,
        ambiguous: bool,
    ) -> Row:
        cells: dict[str, Any] = {}
        fits = True
        for column, place in zip(self.columns, places, strict=True):
            try:
                cells[column.name] = _read(column, "" if place is None else texts[place], cells, ambiguous)
            except Unfit as unfit:
                fits = False
                self._report(line, column.name, str(unfit))
        for names, lines in zip(self.once, seen, strict=True):
            if all(name in cells for name in names):
                key = tuple(cells[name] for name in names)
                if (first := lines.setdefault(key, line)) != line and any(key):
                    fits = False
                    typed = [
                        texts[place].strip()
                        for column, place in zip(self.columns, places, strict=True)
                        if column.name in names and place is not None
                    ]
                    self._report(line, names[0], f"{' '.join(typed)} stands on {self.counts} {first} already")
        return Row(line, cells, fits)


def _read(column: Column, cell: str, before: Mapping[str, Any], ambiguous: bool) -> Any:
    """One cell, knowing those before it."""
    if isinstance(cell, Spoilt):
        raise Unfit(cell.reason)
    if not (typed := cell.strip()):
        if column.blank is NEEDED:
            raise Unfit("is blank")
        return column.blank
    if isinstance(column.read, Number):
        if "%" in typed or not typed.isascii() or "$" in typed:
            typed = _without_sign(column.unit, typed, before)
        if ambiguous:
            typed = in_one_way(typed)
    return column.read(typed)


def _without_sign(unit: Unit, typed: str, before: Mapping[str, Any]) -> str:
    if not callable(unit):
        return without_sign(typed, unit)
    try:
        return without_sign(typed, unit(before))
    except KeyError:
        # What tells the unit could not be read itself, and that is reported already.
        return without_sign(typed, None, known=False)


@contextmanager
def opened(source: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    """A path's file; or what is open already, from its beginning, and left open."""
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as file:
            yield file
        return
    # An upload wraps the file that holds it.
    inner: BinaryIO = getattr(source, "file", source)
    inner.seek(0)
    yield inner


def fingerprint(source: Path | str | BinaryIO) -> str:
    """The SHA-256 of a file, by which it can be known again."""
    with opened(source) as file:
        digest = hashlib.sha256()
        while chunk := file.read(MEGABYTE):
            digest.update(chunk)
        return digest.hexdigest()
