"""Tables of facts in files, read strictly: every cell is what its column says, or somebody is told. Plain Python.

    table = Table(path_or_upload, [Column("authority", looked_up("authority", found)), ...], problems, name="laa.xlsx")
    rows = [row for row in table if row.fits]

A row that breaks a rule is reported with file, line, column and reason, and reading goes on, so that one run names
all that is wrong. Text files are never held in memory whole, and workbooks are unpacked only when they are of a size
to be. What may mean two things is refused and never guessed.
"""

from beacons.core.tables.cells import (
    Number,
    day,
    decimal,
    known,
    looked_up,
    one_of,
    real,
    text,
    typed_number,
    whole,
    yes_no,
)
from beacons.core.tables.grids import LARGEST
from beacons.core.tables.problems import Problem, Problems
from beacons.core.tables.table import NEEDED, Column, Row, Table, fingerprint
from beacons.core.unfit import Unfit

__all__ = [
    "LARGEST",
    "NEEDED",
    "Column",
    "Number",
    "Problem",
    "Problems",
    "Row",
    "Table",
    "Unfit",
    "day",
    "decimal",
    "fingerprint",
    "known",
    "looked_up",
    "one_of",
    "real",
    "text",
    "typed_number",
    "whole",
    "yes_no",
]
