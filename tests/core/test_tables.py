"""Tables are read strictly: each thing that can be wrong is told with file, line, column and reason."""

from datetime import date
from decimal import Decimal

import pytest

from beacons.core.tables import (
    Column,
    Problems,
    Table,
    Unfit,
    day,
    decimal,
    known,
    looked_up,
    one_of,
    real,
    text,
    whole,
    yes_no,
)

COLUMNS = [Column("code", text(5)), Column("year", whole(2000, 2030)), Column("note", text(), blank="")]


@pytest.fixture
def read(tmp_path):
    """Rows that fit as tuples, and all problems as sentences without the folder."""

    def reading(content, columns=COLUMNS, **options):
        path = tmp_path / "facts.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        problems = Problems()
        rows = [tuple(row.cells.values()) for row in Table(path, columns, problems, **options) if row.fits]
        return rows, str(problems).replace(f"{tmp_path}/", "").splitlines()

    return reading


def test_cells_come_typed_and_trimmed_whatever_the_order_of_columns(read):
    rows, problems = read("year, code ,note\n2009, A1 ,\n2010,B,two words\n")

    assert problems == []
    assert rows == [("A1", 2009, ""), ("B", 2010, "two words")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_either_line_end_are_fine(read, mark, end):
    rows, problems = read(mark + end.join([b"code,year,note", "A,2009,\u00c9".encode(), b""]))

    assert problems == []
    assert rows == [("A", 2009, "\u00c9")]


def test_every_bad_cell_is_told_and_good_rows_still_come(read):
    rows, problems = read("code,year,note\nABCDEF,20x9,\nB,2010,\n,1999,\n")

    assert rows == [("B", 2010, "")]
    assert problems == [
        "facts.csv, line 2, column code: has 6 characters where 5 are the most",
        "facts.csv, line 2, column year: '20x9' is not a whole number",
        "facts.csv, line 4, column code: is blank",
        "facts.csv, line 4, column year: 1999 does not lie between 2000 and 2030",
    ]


def test_a_row_too_short_or_too_long_is_told(read):
    rows, problems = read("code,year,note\nA,2009\nB,2010,,\nC,2011,\n")

    assert rows == [("C", 2011, "")]
    assert problems == [
        "facts.csv, line 2: has 2 cells where the header has 3",
        "facts.csv, line 3: has 4 cells where the header has 3",
    ]


def test_the_line_is_that_on_which_a_row_begins(read):
    _, problems = read('code,year,note\nA,2009,"one\ntwo\nthree"\nB,x,\n')

    assert problems == ["facts.csv, line 5, column year: 'x' is not a whole number"]


def test_a_header_that_lacks_doubles_or_invents_columns_ends_the_reading(read):
    rows, problems = read("code,code,yaer,note\nA,A,2009,\n")

    assert rows == []
    assert problems == [
        "facts.csv, line 1, column yaer: is not a column of this table; did you mean year?",
        "facts.csv, line 1, column code: stands twice in the header",
        "facts.csv, line 1, column year: is missing from the header",
    ]


def test_an_optional_column_may_be_left_out(read):
    columns = [Column("code", text()), Column("officer", text(), blank="nobody", optional=True)]

    assert read("code\nA\n", columns) == ([("A", "nobody")], [])
    assert read("code,officer\nA,Ann\n", columns) == ([("A", "Ann")], [])


def test_a_key_that_stands_twice_is_told_with_the_line_of_the_first(read):
    rows, problems = read("code,year,note\nA,2009,\nB,2009,\nA,2009,\n", once=[["code", "year"]])

    assert rows == [("A", 2009, ""), ("B", 2009, "")]
    assert problems == ["facts.csv, line 4, column code: A 2009 stands on line 2 already"]


def test_keys_that_are_blank_may_be_many(read):
    rows, problems = read("code,year,note\nA,2009,\nB,2009,\n", once=[["note"]])

    assert (len(rows), problems) == (2, [])


def test_an_unfinished_quotation_is_told(read):
    rows, problems = read('code,year,note\nA,2009,\nB,2009,"open\nC,2010,\n')

    assert rows == [("A", 2009, "")]
    assert problems == ["facts.csv, line 3: is not a row of a CSV file: unexpected end of data"]


def test_an_empty_file_and_a_missing_one_are_told(read, tmp_path):
    assert read("") == ([], ["facts.csv: is empty: it has no header"])

    problems = Problems()
    assert list(Table(tmp_path / "gone.csv", COLUMNS, problems)) == []
    assert str(problems).endswith("gone.csv: cannot be read: No such file or directory")


def test_blank_lines_are_passed_over(read):
    assert read("code,year,note\n\nA,2009,\n\n") == ([("A", 2009, "")], [])


def test_only_the_first_problems_are_shown_and_all_are_counted():
    problems = Problems(shown=2)
    for line in range(5):
        problems.add("f.csv", line, "c", "is wrong")

    assert problems.count == 5
    assert str(problems).splitlines() == [
        "f.csv, line 0, column c: is wrong",
        "f.csv, line 1, column c: is wrong",
        "... and 3 more",
    ]


@pytest.mark.parametrize(
    ("read", "cell", "expected"),
    [
        (decimal(6, 2), "1234.50", Decimal("1234.5")),
        (decimal(6, 2), "-0.01", Decimal("-0.01")),
        (decimal(6, 2), "1,234.50", Decimal("1234.50")),
        (real(-90, 90), "51.5", 51.5),
        (day, "2008-02-29", date(2008, 2, 29)),
        (yes_no, "true", True),
        (yes_no, "False", False),
        (one_of(["a", "b"]), "b", "b"),
        (known("council", {"ADU"}), "ADU", "ADU"),
        (looked_up("council", {"ADU": 7}), "ADU", 7),
        (whole(-5, 5), "-5", -5),
    ],
)
def test_what_fits_is_read(read, cell, expected):
    assert read(cell) == expected


@pytest.mark.parametrize(
    ("read", "cell", "reason"),
    [
        (decimal(6, 2), "ten", "'ten' is not a number"),
        (decimal(6, 2), "NaN", "'NaN' is not a number: leave the cell empty where there is none"),
        (decimal(6, 2), "Infinity", "'Infinity' is not a number"),
        (decimal(6, 2), "10000", "10000 is too large"),
        (decimal(6, 2), "1.234", "1.234 has more than 2 decimal places"),
        (real(-90, 90), "91", "91 does not lie between -90 and 90"),
        (real(-90, 90), "inf", "'inf' is not a number"),
        (day, "2009-02-29", "'2009-02-29' is not a date like 2009-04-01"),
        (day, "01/04/2009", "'01/04/2009' is not a date like 2009-04-01"),
        (day, "20090401", "'20090401' is not a date like 2009-04-01"),
        (yes_no, "yes", "'yes' is neither true nor false"),
        (one_of(["a", "b"]), "c", "'c' is not one of a, b"),
        (known("council", {"ADU"}), "XXX", "no council is known as 'XXX'"),
        (looked_up("council", {"ADU": 7}), "XXX", "no council is known as 'XXX'"),
        (whole(0, 5), "9" * 5000, f"{'9' * 5000} does not lie between 0 and 5"),
        (whole(0, 5), "1.0", "'1.0' is not a whole number"),
        (text(), "a\x00b", "holds a character that cannot be kept"),
    ],
)
def test_what_does_not_fit_says_why(read, cell, reason):
    with pytest.raises(Unfit) as unfit:
        read(cell)

    assert str(unfit.value) == reason
