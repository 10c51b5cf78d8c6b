"""Tables that people take away hold what was typed, and no spreadsheet executes any of it."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from beacons.core import exports

HARMFUL = [
    "=1+1",
    "+44 20 7946 0000",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '=HYPERLINK("https://example.org?"&A1,"Look")',
    "＝1+1",
]


def read_csv(written):
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def read_xlsx(written):
    return load_workbook(io.BytesIO(written)).worksheets[0]


@pytest.mark.parametrize("typed", HARMFUL)
def test_what_begins_like_a_formula_is_a_text_in_both_files(typed):
    [_, [from_csv]] = read_csv(exports.csv_bytes(["Said"], [[typed]]))
    cell = read_xlsx(exports.xlsx_bytes("Said", ["Said"], [[typed]]))["A2"]

    assert from_csv == f"'{typed}"
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_a_heading_is_as_harmless_as_a_cell():
    assert read_csv(exports.csv_bytes(["=A1"], [])) == [["'=A1"]]
    assert read_xlsx(exports.xlsx_bytes("x", ["=A1"], []))["A1"].value == "'=A1"


def test_numbers_stay_numbers_whatever_their_sign():
    row = [-5, 2.5, Decimal("-3.4000"), Decimal("1E+3"), 0]

    [_, from_csv] = read_csv(exports.csv_bytes("abcde", [row]))
    [cells] = read_xlsx(exports.xlsx_bytes("x", "abcde", [row])).iter_rows(min_row=2)

    assert from_csv == ["-5", "2.5", "-3.4", "1000", "0"]
    assert [(cell.data_type, float(cell.value)) for cell in cells] == [
        ("n", -5),
        ("n", 2.5),
        ("n", -3.4),
        ("n", 1000),
        ("n", 0),
    ]


def test_a_number_that_was_typed_as_text_is_a_text():
    assert exports.safe("-5") == "'-5"
    assert exports.safe("5") == "5"


def test_other_cells_read_as_people_write_them():
    said = [None, True, False, date(2026, 1, 9), datetime(2026, 7, 9, 11, tzinfo=UTC), float("nan")]

    assert [exports.safe(cell) for cell in said] == ["", "Yes", "No", "2026-01-09", "2026-07-09 12:00", ""]


def test_commas_quotes_lines_and_accents_come_back_as_they_were():
    row = ['Bath, "and" North East Somerset', "two\nlines", "Fôn", "it's"]

    assert read_csv(exports.csv_bytes("abcd", [row]))[1] == row
    assert [cell.value for cell in read_xlsx(exports.xlsx_bytes("x", "abcd", [row]))[2]] == row


def test_what_no_xml_can_hold_is_left_out():
    assert read_xlsx(exports.xlsx_bytes("x", "a", [["a\x0bb\x00c"]]))["A2"].value == "abc"


@pytest.mark.parametrize(
    ("title", "sheet"),
    [("Outcomes [2026]: all/some?", "Outcomes  2026   all some"), ("x" * 40, "x" * 31), ("", "Table")],
)
def test_a_sheet_has_a_name_that_spreadsheets_allow(title, sheet):
    assert read_xlsx(exports.xlsx_bytes(title, "a", [])).title == sheet
