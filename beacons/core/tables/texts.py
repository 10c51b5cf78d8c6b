"""Text files of rows: CSV, and what spreadsheets write under that name. Plain Python, in constant memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from beacons.core.tables.grids import Cells, Grid, headed
from beacons.core.unfit import Unfit

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TextGrid(Grid):
    """UTF-8 with or without a byte-order mark, UTF-16 with one, else Windows-1252; parted as its header is."""

    def rows(self) -> Iterator[Cells]:
        try:
            encoding = self._encoding()
        except Unfit as unfit:
            self.report(None, str(unfit))
            return
        lines = io.TextIOWrapper(self.file, encoding=encoding, newline="")
        try:
            yield from self._rows(lines)
        except UnicodeError:
            self.report(None, "is cut off in the middle of a letter")
        finally:
            lines.detach()

    def _rows(self, lines: io.TextIOWrapper) -> Iterator[Cells]:
        before, first = _first_line(lines)
        if first.strip().lower() in {f"sep={delimiter}" for delimiter in DELIMITERS}:
            more, first = _first_line(lines)
            before += more + 1
        delimiter = self._delimiter(first)
        reader = csv.reader(_again(first, lines), strict=True, delimiter=delimiter)
        while True:
            line = before + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.report(line, f"is not a row of a CSV file: {error}")
                continue
            if cells and any(cell.strip() for cell in cells):
                yield line, cells

    def _delimiter(self, header: str) -> str:
        """What parts the header into most of the names that are known; a comma where nothing does better."""

        def fit(delimiter: str) -> int:
            try:
                names = next(csv.reader([header], delimiter=delimiter), [])
            except csv.Error:
                return 0
            return sum(headed(name) in self.known for name in names)

        best = max(DELIMITERS, key=fit)
        if best != ",":
            self.note(f"was read with {DELIMITERS[best]} between its columns.")
        self.ambiguous = best == ";"
        return best

    def _encoding(self) -> str:
        """From the whole file: one letter that is not UTF-8 says that none of it is."""
        self.file.seek(0)
        start = self.file.read(4)
        self.file.seek(0)
        if start.startswith(UTF_16):
            self.note("was read as UTF-16 text.")
            return "utf-16"
        if b"\x00" in start:
            raise Unfit("is neither a text file nor a workbook: save it as CSV or as .xlsx")
        told, wrong = self._letters()
        self.file.seek(0)
        if wrong is None:
            return "utf-8-sig"
        if told or start.startswith(codecs.BOM_UTF8):
            raise Unfit(
                f"is UTF-8, but line {wrong} holds letters that are not: save it again as “CSV UTF-8”"
            )
        if (line := _not_windows(self.file)) is not None:
            raise Unfit(f"is neither UTF-8 nor Windows-1252 on line {line}: save it again as “CSV UTF-8”")
        self.file.seek(0)
        self.note(
            "is not UTF-8 and was read as Windows-1252. Look at letters such as é and £ in what was read."
        )
        return "cp1252"

    def _letters(self) -> tuple[bool, int | None]:
        """Whether a line holds letters beyond ASCII in UTF-8, and the first line that is not UTF-8."""
        told, wrong = False, None
        for number, raw in enumerate(self.file, start=1):
            if raw.isascii():
                continue
            try:
                raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
            except UnicodeDecodeError:
                wrong = wrong or number
            else:
                told = True
        return told, wrong


def _not_windows(file: BinaryIO) -> int | None:
    file.seek(0)
    for number, raw in enumerate(file, start=1):
        try:
            raw.decode("cp1252")
        except UnicodeDecodeError:
            return number
    return None


def _first_line(lines: io.TextIOWrapper) -> tuple[int, str]:
    """The first line with anything on it, and how many stand before it."""
    before = 0
    for line in lines:
        if line.strip():
            return before, line
        before += 1
    return before, ""


def _again(first: str, rest: io.TextIOWrapper) -> Iterator[str]:
    """Not a generator with `yield from`, which would close the file with itself: its owner may want it still."""
    return chain([first] if first else [], rest)
