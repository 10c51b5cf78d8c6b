"""A council's own figures as they are typed: rows of a period and a value, read and checked. Plain Python."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

from beacons.applications import kinds
from beacons.applications.evidence import periods
from beacons.applications.evidence.facts import MONTHS_A_YEAR
from beacons.applications.evidence.periods import Period
from beacons.core import text
from beacons.rounds.asking import plain

HEADINGS = ("Period", "Figure")
LEAST_ROWS, MOST_ROWS = 2, 10

# (place in months, period, value), as they are kept.
Row = tuple[int, str, str]


def read(typed: str, unit: str, today: date) -> tuple[list[Row], list[str]]:
    """Rows of boxes as JSON: what they say, oldest first, and what is wrong with them in sentences."""
    rows = kinds.read_rows(typed)
    if rows is None:
        return [], ["This is not a table. Fill in its boxes again."]
    filled = [
        (number, [" ".join(text.clean(cell).split()) for cell in (*row, "", "")[:2]])
        for number, row in enumerate(rows, start=1)
        if not all(text.is_blank(cell) for cell in row)
    ]
    found: list[tuple[Period, str]] = []
    faults: list[str] = []
    for number, (when, figure) in filled:
        period, value = periods.read(when.translate(kinds.WIDE)), _value(figure, unit)
        wrong = _faults(number, when, figure, period, value, today)
        if period and value is not None and not wrong:
            found.append((period, value))
        faults += wrong
    faults += _faults_together([period for period, _ in found], len(filled))
    found.sort(key=lambda pair: pair[0].begins)
    return [(_place(period), period.words, value) for period, value in found], faults


def written(rows: Sequence[Row]) -> str:
    """What was kept, as the boxes of a form hold it."""
    return json.dumps([[period, value] for _, period, value in rows], ensure_ascii=False)


def _value(figure: str, unit: str) -> str | None:
    number = kinds.read_number(figure.replace("£", ""), unit)
    return None if number is None else plain(number)


def _place(period: Period) -> int:
    return period.begins.year * MONTHS_A_YEAR + period.begins.month - 1


def _faults(
    number: int, when: str, figure: str, period: Period | None, value: str | None, today: date
) -> list[str]:
    if text.is_blank(when):
        return [f"Row {number} has a figure and no period."]
    wrong = []
    if period is None:
        wrong.append(
            f"Row {number}: “{kinds.short(when)}” is not a period. Write a year (2024), a financial year (2023/24),"
            " a quarter (Q1 2024) or a month (March 2024)."
        )
    elif period.begins > today:
        wrong.append(f"Row {number}: {period.words} has not begun.")
    if text.is_blank(figure):
        wrong.append(f"Row {number} has a period and no figure.")
    elif value is None:
        wrong.append(
            f"Row {number}: “{kinds.short(figure)}” is not a number. Write it in figures, like 12.5 or 1,200."
        )
    return wrong


def _faults_together(found: Sequence[Period], filled: int) -> list[str]:
    faults = [
        f"There are {many} figures for {words}."
        for words, many in Counter(p.words for p in found).items()
        if many > 1
    ]
    kinds_found = sorted({period.kind for period in found})
    if len(kinds_found) > 1:
        faults.append(
            f"Use periods of one kind: there are {' and '.join(f'{kind}s' for kind in kinds_found)} among them."
        )
    if filled < LEAST_ROWS:
        faults.append("Give figures of two periods or more, so that a change can be seen.")
    if filled > MOST_ROWS:
        faults.append(f"Give {MOST_ROWS} rows or fewer.")
    return faults
