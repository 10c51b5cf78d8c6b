"""Excel's workbooks as rows of cells. Plain Python.

What a workbook shows is read: a formula's result, a percentage as a percentage. What cannot be read for certain (a
formula without its result, cells merged into one, an error of Excel's) is reported by row. Nothing is unpacked
before its size is known, and hidden sheets are not read unless they are named.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any

from beacons.core.files.archives import (
    BROKEN,
    EMPTY_ZIP,
    ENCRYPTED,
    OLE,
    ZIP,
    holds,
    readable,
    refuse_declarations,
    refuse_locked,
)
from beacons.core.tables.cells import Spoilt
from beacons.core.tables.grids import MEGABYTE, Cells, Grid
from beacons.core.unfit import Unfit

PDF = b"%PDF"

# Unpacked: all of it; what is not a sheet and is held in memory whole; and how many parts it may have.
WHOLE = 400 * MEGABYTE
PART = 50 * MEGABYTE
PARTS = 2_000
LAST_ROW = 1_048_576
CHUNK = 256 * 1024
OVERLAP = 200

FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)[\"']")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?hidden=[\"'](?:1|true)[\"']")
PERCENT = re.compile(r"%(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
MIDNIGHT = time(0)
DAMAGED = "is damaged and cannot be read ({error}): open it in Excel and save it again"


def is_workbook(start: bytes) -> bool:
    """Is it, by its first bytes, a workbook of any kind, or what people take for one?"""
    return start.startswith((ZIP, EMPTY_ZIP, OLE, PDF))


@dataclass
class _Looked:
    """What the sheet holds that its cells alone do not tell."""

    formulas: bool = False
    hidden_rows: int = 0
    merged: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class WorkbookGrid(Grid):
    """The rows of one sheet: the named one, else the first that is not hidden."""

    sheet: str | None = None
    counts = "row"
    ragged = True

    def rows(self) -> Iterator[Cells]:
        try:
            self._refuse_what_is_none()
            yield from self._rows()
        except Unfit as reason:
            self.report(None, str(reason))

    def _refuse_what_is_none(self) -> None:
        """Before anything is unpacked."""
        self.file.seek(0)
        start = self.file.read(8)
        self.file.seek(0)
        if start.startswith(PDF):
            raise Unfit("is a PDF, not a table: save the table itself as .xlsx or CSV")
        if start.startswith(OLE):
            if holds(self.file, ENCRYPTED):
                raise Unfit("is locked with a password: save a copy without one")
            raise Unfit("is an old Excel file (.xls): open it in Excel and save it as .xlsx or CSV")
        with readable(DAMAGED), zipfile.ZipFile(self.file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "mimetype" in names or "content.xml" in names:
                raise Unfit("is an OpenDocument file: save it as .xlsx or CSV")
            if "xl/workbook.bin" in names:
                raise Unfit("is a binary workbook (.xlsb): save it as .xlsx or CSV")
            if not any(name.lower().endswith("xl/workbook.xml") for name in names):
                raise Unfit("is not an Excel workbook: save it as .xlsx or CSV")
            _refuse_bombs(parts)
            refuse_declarations(archive, "holds XML that no spreadsheet writes, so it is not read")

    def _rows(self) -> Iterator[Cells]:
        import openpyxl

        with readable(DAMAGED):
            self.file.seek(0)
            values = openpyxl.load_workbook(self.file, read_only=True, data_only=True, keep_links=False)
            name = self._chosen(values)
            looked = _look(values, name)
        if looked.hidden_rows:
            hidden = "row; it was" if looked.hidden_rows == 1 else "rows; they were"
            self.note(f"has {looked.hidden_rows} hidden {hidden} read like the others.")
        for top, merged in looked.merged:
            self.report(top, f"has merged cells ({merged}): take the merge apart and fill in each cell")
        if looked.formulas:
            with readable(DAMAGED):
                self.file.seek(0)
                formulas = openpyxl.load_workbook(self.file, read_only=True, keep_links=False)
            typed: Any = _each(formulas[name])
        else:
            typed = repeat(())
        for number, (row, asked) in enumerate(zip(_each(values[name]), typed, strict=False), start=1):
            shown = [
                _shown(cell, asked[place] if place < len(asked) else None) for place, cell in enumerate(row)
            ]
            while shown and not shown[-1]:
                shown.pop()
            if any(text.strip() for text in shown):
                yield number, shown

    def _chosen(self, workbook: Any) -> str:
        sheets = {sheet.title: sheet.sheet_state for sheet in workbook.worksheets}
        if self.sheet is not None:
            if self.sheet not in sheets:
                raise Unfit(f"has no sheet named {self.sheet!r}; it has {', '.join(sheets) or 'none'}")
            return self.sheet
        seen = [name for name, state in sheets.items() if state == "visible"]
        if not seen:
            raise Unfit("has no sheet that can be seen")
        if len(sheets) > 1:
            self.note(f"has {len(sheets)} sheets; only the first, “{seen[0]}”, was read.")
        return seen[0]


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """A part is never unpacked beyond the size it declares, so that these sums hold."""
    if len(parts) > PARTS or sum(part.file_size for part in parts) > WHOLE:
        raise Unfit("would be too large when it is unpacked: save only the sheet that matters, as CSV")
    refuse_locked(parts)
    for part in parts:
        if "worksheets/" not in part.filename and part.file_size > PART and part.filename.endswith(".xml"):
            raise Unfit("would be too large when it is unpacked: save only the sheet that matters, as CSV")


def _look(workbook: Any, name: str) -> _Looked:
    """Run once through the sheet's XML for what openpyxl's reading of values passes over."""
    found = _Looked()
    with workbook[name]._get_source() as source:
        before = b""
        while chunk := source.read(CHUNK):
            text = before + chunk
            # The last tag may go on in the next chunk; it is looked at then.
            whole = text.rfind(b"<")
            whole = len(text) if whole < 0 or len(text) - whole > OVERLAP * 10 else whole
            text, before = text[:whole], text[whole:]
            found.formulas = found.formulas or bool(FORMULA.search(text))
            found.hidden_rows += len(HIDDEN_ROW.findall(text))
            for left, top, right, bottom in MERGED.findall(text):
                cells = f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"
                found.merged.append((int(top[:7]), cells))
    return found


def _each(sheet: Any) -> Iterator[tuple]:
    """The rows as they come, whatever the sheet says of its own size."""
    sheet.reset_dimensions()
    try:
        yield from sheet.iter_rows(max_row=LAST_ROW)
    except BROKEN as error:
        raise Unfit(DAMAGED.format(error=type(error).__name__)) from error


def _shown(cell: Any, typed: Any) -> str:
    """A cell as a person reads it: 12.5% where the sheet shows a percentage, 2009-04-01 for a day."""
    value = cell.value
    if typed is not None and typed.data_type == "f" and value is None:
        return Spoilt("=", "holds a formula without its result: copy the column and paste it as values")
    if value is None:
        return ""
    if cell.data_type == "e":
        return Spoilt(str(value), f"holds Excel’s error {value}: mend the formula, or leave the cell empty")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format or "")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if not isinstance(value, timedelta) else f"{value}"


def _number(value: float, shown_as: str) -> str:
    """With the fifteen digits that Excel keeps, and as the percentage that its reader sees."""
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
    if not number.is_finite():
        return str(value)
    if PERCENT.search(shown_as):
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
