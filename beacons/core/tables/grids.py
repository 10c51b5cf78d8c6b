"""Rows of cells as they stand in a file: what a text file and a workbook have in common. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar

Report = Callable[[int | None, str], None]
Note = Callable[[str], None]
Cells = tuple[int, list[str]]

MEGABYTE = 1024 * 1024
LARGEST = 50 * MEGABYTE


@dataclass
class Grid:
    """A file's rows, each with its number in the file; what is wrong with a row is reported, and reading goes on."""

    file: BinaryIO
    known: frozenset[str]
    report: Report
    note: Note
    # Whether a comma may stand before decimals here.
    ambiguous: bool = field(default=False, init=False)
    counts: ClassVar[str] = "line"
    # Whether a row may end before its last columns, which are blank then.
    ragged: ClassVar[bool] = False

    def rows(self) -> Iterator[Cells]:
        raise TypeError(f"{type(self).__name__} has no rows")


def size(file: BinaryIO) -> int:
    file.seek(0, 2)
    length = file.tell()
    file.seek(0)
    return length


def headed(name: str) -> str:
    """A column's name however somebody spelt it: “Target year ” is target_year."""
    return "_".join(name.replace("-", " ").replace("_", " ").split()).casefold()
