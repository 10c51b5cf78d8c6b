"""Tables that people take away: CSV and XLSX that no spreadsheet will execute. Plain Python.

    columns = ("Outcome", "Areas signed up")
    rows = [("Fewer moves for children in care", 93), ...]
    exports.csv_bytes(columns, rows)
    exports.xlsx_bytes("Outcomes", columns, rows)

and in a view `download(exports.csv_bytes(...), "outcomes.csv")` (beacons/core/views.py). What people typed may begin like a
formula; an apostrophe in front makes it a text in every spreadsheet, and in what is saved from one. Numbers stay
numbers, whatever their sign.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# What spreadsheets take for the beginning of a formula or of a call, also in the wide letters of East Asian keyboards.
BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Characters that XML, and so an XLSX file, cannot hold.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_TITLE = 31
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")


def safe(cell: Any) -> Any:
    """A cell as it may stand in a spreadsheet: numbers as they are, everything else a text that is no formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, int | float | Decimal):
        return cell if is_finite(cell) else ""
    if isinstance(cell, datetime):
        local = cell.astimezone(LONDON) if cell.tzinfo else cell
        return f"{local:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    text = NOT_IN_XML.sub("", str(cell))
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def is_finite(number: float | Decimal) -> bool:
    return number == number and abs(number) != float("inf")


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte-order mark, without which a common spreadsheet shows a council's name askew."""
    written = io.StringIO(newline="")
    # Every text in quotes: a spreadsheet that parts cells at semicolons or tabs makes no formula of what stands behind one.
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([safe(column) for column in columns])
    writer.writerows([plain(safe(cell)) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def plain(cell: Any) -> Any:
    """A decimal without an exponent, and without the noughts that the database keeps behind it."""
    if not isinstance(cell, Decimal):
        return cell
    text = f"{cell:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet."""
    return workbook_bytes([(title, columns, rows)])


def workbook_bytes(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Sheets of (title, columns, rows), the headings of each in bold and held in sight."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for title, columns, rows in sheets:
        sheet = book.create_sheet(NOT_IN_A_TITLE.sub(" ", title)[:LONGEST_TITLE].strip("' ") or "Table")
        sheet.freeze_panes = "A2"

        def cell(value: Any, font: Font | None = None, sheet: Any = sheet) -> WriteOnlyCell:
            made = WriteOnlyCell(sheet, safe(value))
            if isinstance(made.value, str):
                # Whatever it looks like, it is a text.
                made.data_type = "s"
            if font is not None:
                made.font = font
            return made

        sheet.append([cell(column, bold) for column in columns])
        for row in rows:
            sheet.append([cell(value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
