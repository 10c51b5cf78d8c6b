"""What people send: each nasty file and cell is read as it was meant, or refused by row with what to do."""

import io
import re
import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from beacons.core.tables import (
    Column,
    Problems,
    Table,
    Unfit,
    day,
    decimal,
    fingerprint,
    known,
    looked_up,
    text,
    whole,
)

COLUMNS = [
    Column("code", text(20)),
    Column("year", whole(1990, 2100)),
    Column("value", decimal(16, 4), blank=None, unit="%"),
]
HEAD = ["code", "year", "value"]


def read(content, columns=COLUMNS, name="facts", **options):
    """Rows that fit as tuples, problems as sentences, and notes."""
    problems = Problems()
    source = io.BytesIO(content.encode() if isinstance(content, str) else content)
    rows = [
        tuple(row.cells.values())
        for row in Table(source, columns, problems, name=name, **options)
        if row.fits
    ]
    return rows, str(problems).splitlines(), problems.notes


def workbook(*rows, sheet="Sheet1", change=None):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content, part, change):
    """The same workbook with one of its parts rewritten (or, where it has none, added)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(old.read(info)) if info.filename == part else old.read(info))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return out.getvalue()


# What text files are made of.


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        ("code,year,value\nCaf\u00e9,2009,1\n".encode(), []),
        ("code,year,value\nCaf\u00e9,2009,1\n".encode("utf-8-sig"), []),
        ("code,year,value\r\nCaf\u00e9,2009,1\r\n".encode("utf-8-sig"), []),
        ("code,year,value\rCaf\u00e9,2009,1\r".encode(), []),
        ("\n\n  \ncode,year,value\n\n,,\nCaf\u00e9,2009,1\n , ,\n".encode(), []),
        (
            "code,year,value\nCaf\u00e9,2009,1\n".encode("cp1252"),
            [
                "facts is not UTF-8 and was read as Windows-1252. Look at letters such as \u00e9 and \u00a3 in what"
                " was read."
            ],
        ),
        (
            "code\tyear\tvalue\nCaf\u00e9\t2009\t1\n".encode("utf-16"),
            [
                "facts was read as UTF-16 text.",
                "facts was read with tabs between its columns.",
            ],
        ),
        (
            "code;year;value\nCaf\u00e9;2009;1\n".encode(),
            ["facts was read with semicolons between its columns."],
        ),
        (
            "sep=;\ncode;year;value\nCaf\u00e9;2009;1\n".encode(),
            ["facts was read with semicolons between its columns."],
        ),
        (
            "code\tyear\tvalue\nCaf\u00e9\t2009\t1\n".encode(),
            ["facts was read with tabs between its columns."],
        ),
        ("Code , YEAR,Value\nCaf\u00e9,2009,1\n".encode(), []),
        ("code,year,value,,\nCaf\u00e9,2009,1,,\n".encode(), []),
    ],
)
def test_a_text_file_is_read_however_it_was_saved(content, notes):
    assert read(content) == ([("Caf\u00e9", 2009, Decimal(1))], [], notes)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"code,year,value\nCaf\xc3\xa9,2009,1\nCaf\xe9,2010,1\n",
            "facts: is UTF-8, but line 3 holds letters that are not: save it again as \u201cCSV UTF-8\u201d",
        ),
        (
            b"\xef\xbb\xbfcode,year,value\nCaf\xe9,2009,1\n",
            "facts: is UTF-8, but line 2 holds letters that are not: save it again as \u201cCSV UTF-8\u201d",
        ),
        (
            b"code,year,value\nCaf\x81,2009,1\n",
            "facts: is neither UTF-8 nor Windows-1252 on line 2: save it again as \u201cCSV UTF-8\u201d",
        ),
        (
            "code,year,value\nA,2009,1\n".encode("utf-16-le"),
            "facts: is neither a text file nor a workbook: save it as CSV or as .xlsx",
        ),
        ("code,year,value\nA,2009,1\n".encode("utf-16")[:-1], "facts: is cut off in the middle of a letter"),
        (b"", "facts: is empty: it has no header"),
        (b"\n , ,\n", "facts: is empty: it has no header"),
        (b"%PDF-1.7 ...", "facts: is a PDF, not a table: save the table itself as .xlsx or CSV"),
        (
            b"code,year,value,\nA,2009,1,\nB,2009,1,see note\n",
            "facts, line 3: holds 'see note' in a column that has no name",
        ),
    ],
)
def test_a_text_file_that_cannot_be_read_for_certain_is_refused_with_what_to_do(content, problem):
    assert read(content)[1] == [problem]


def test_who_reads_no_further_may_still_use_the_file():
    file = io.BytesIO(b"code,year,value\nA,2009,1\nB,2009,1\n")
    rows = iter(Table(file, COLUMNS, Problems(), name="facts"))
    next(rows)

    rows.close()

    assert not file.closed
    assert fingerprint(file) == fingerprint(io.BytesIO(file.getvalue()))


def test_the_line_is_counted_past_blank_ones_and_the_separators_own_line():
    assert read("\nsep=;\n\ncode;year;value\n\nA;x;1\n")[1] == [
        "facts, line 6, column year: 'x' is not a whole number"
    ]


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    assert read("code,year,value\n" + "A,2009,1\n" * 200_000, largest=1024 * 1024) == (
        [],
        ["facts: is too large: 2 MB, where 1 MB are the most"],
        [],
    )


def test_a_field_without_end_is_refused():
    assert read('code,year,value\n"' + "x" * 200_000 + '",2009,1\nB,2009,1\n') == (
        [("B", 2009, Decimal(1))],
        ["facts, line 2: is not a row of a CSV file: field larger than field limit (131072)"],
        [],
    )


# Numbers, as people write them.


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.5", "12.5"),
        ("12.5%", "12.5"),
        ("12.5 %", "12.5"),
        ("\u00a012.5\u00a0", "12.5"),
        ('"1,234"', "1234"),
        ('"1,234,567.25"', "1234567.25"),
        ('"12,345"', "12345"),
        ("1 234", "1234"),
        ("1\u00a0234", "1234"),
        ("1\u2009234.5", "1234.5"),
        ("1\u202f234", "1234"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("5.", "5"),
        (".5", "0.5"),
        ("007", "7"),
        ("1.50000", "1.5"),
        ("1.2500", "1.25"),
    ],
)
def test_a_number_that_can_mean_one_thing_only_is_read(typed, number):
    assert read(f"code,year,value\nA,2009,{typed}\n") == ([("A", 2009, Decimal(number))], [], [])


AS_WRITTEN = (
    " is not a number as written here: a full stop comes before decimals, and a comma or nothing between thousands,"
    " like 1234.5 or 1,234.5"
)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1.234,5", f"'1.234,5'{AS_WRITTEN}"),
        ("12,5", f"'12,5'{AS_WRITTEN}"),
        ("0,123", f"'0,123'{AS_WRITTEN}"),
        ("1,23,456", f"'1,23,456'{AS_WRITTEN}"),
        ("1.234.567", f"'1.234.567'{AS_WRITTEN}"),
        ("12 5", f"'12 5'{AS_WRITTEN}"),
        ("1 234,567", f"'1 234,567'{AS_WRITTEN}"),
        ("(5)", "'(5)' stands in brackets: write -5 for five below nought, or 5 without brackets"),
        ("(12.5%)", "'(12.5%)' stands in brackets: write -5 for five below nought, or 5 without brackets"),
        ("1.5E+05", "'1.5E+05' is shortened by the spreadsheet: write all of its digits"),
        ("1e3", "'1e3' is shortened by the spreadsheet: write all of its digits"),
        ("..", "'..' is not a number: leave the cell empty where there is none"),
        ("-", "'-' is not a number: leave the cell empty where there is none"),
        ("N/A", "'N/A' is not a number: leave the cell empty where there is none"),
        ("nan", "'nan' is not a number: leave the cell empty where there is none"),
        ("inf", "'inf' is not a number"),
        ("1_000", "'1_000' is not a number"),
        ("\uff11\uff12", "'\uff11\uff12' is not a number"),
        ("\u0661", "'\u0661' is not a number"),
        ("about 5", "'about 5' is not a number"),
        ("5*", "'5*' is not a number"),
        ("<5", "'<5' is not a number"),
        ("5-10", "'5-10' is not a number"),
        ("--5", "'--5' is not a number"),
        ("%", "'%' is not a number"),
        ("1.23456", "1.23456 has more than 4 decimal places"),
        ("9" * 13, f"{'9' * 13} is too large"),
        (
            "\u00a35",
            "'\u00a35' is an amount of money, and this figure is counted in \u201c%\u201d: write the number alone",
        ),
        (
            "$5",
            "'$5' is an amount of money, and this figure is counted in \u201c%\u201d: write the number alone",
        ),
        (
            "\u20ac5",
            "'\u20ac5' is an amount of money, and this figure is counted in \u201c%\u201d: write the number alone",
        ),
    ],
)
def test_a_number_that_may_mean_two_things_or_none_is_refused(typed, reason):
    rows, problems, _ = read(f'code,year,value\nA,2009,"{typed}"\n')

    assert rows == []
    assert problems == [f"facts, line 2, column value: {reason}"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,234", "'1,234' may mean two things in a file parted by semicolons: write it without a comma"),
        ("12,5", "'12,5' may mean two things in a file parted by semicolons: write it without a comma"),
        (
            "1.234",
            "'1.234' may mean 1234 or 1.234 in a file parted by semicolons: save the file with commas between its"
            " columns",
        ),
    ],
)
def test_where_semicolons_part_the_columns_a_comma_may_be_the_decimal_sign(typed, reason):
    assert read(f"code;year;value\nA;2009;{typed}\n")[1] == [f"facts, line 2, column value: {reason}"]
    assert read("code;year;value\nA;2009;0.125\nB;2009;12.5\n")[0] == [
        ("A", 2009, Decimal("0.125")),
        ("B", 2009, Decimal("12.5")),
    ]


@pytest.mark.parametrize(
    ("unit", "typed", "number"),
    [
        ("%", "12.5%", Decimal("12.5")),
        ("% of children", "12.5%", Decimal("12.5")),
        ("pounds", "\u00a31,234", Decimal(1234)),
        ("\u00a3", "-\u00a35", Decimal(-5)),
        ("\u00a3", "\u2212\u00a35", Decimal(-5)),
        (lambda cells: {"A": "%"}[cells["code"]], "5%", Decimal(5)),
    ],
)
def test_a_number_may_carry_the_sign_of_its_columns_unit(unit, typed, number):
    columns = [*COLUMNS[:2], Column("value", decimal(16, 4), unit=unit)]

    assert read(f'code,year,value\nA,2009,"{typed}"\n', columns) == ([("A", 2009, number)], [], [])


@pytest.mark.parametrize(
    ("unit", "typed", "reason"),
    [
        (
            "per 1,000 homes",
            "12.5%",
            "'12.5%' is a percentage, and this figure is counted in \u201cper 1,000 homes\u201d, not in per cent:"
            " write the number alone",
        ),
        (
            None,
            "5%",
            "'5%' is a percentage, and this figure is not counted in per cent: write the number alone",
        ),
        (
            "\u00a3 thousand",
            "\u00a35",
            "'\u00a35' is an amount of money, and this figure is counted in \u201c\u00a3 thousand\u201d: write the"
            " number alone",
        ),
        (
            "\u00a3",
            "$5",
            "'$5' is an amount of money, and this figure is counted in \u201c\u00a3\u201d: write the number alone",
        ),
    ],
)
def test_a_sign_of_another_unit_is_refused(unit, typed, reason):
    columns = [*COLUMNS[:2], Column("value", decimal(16, 4), unit=unit)]

    assert read(f"code,year,value\nA,2009,{typed}\n", columns)[1] == [
        f"facts, line 2, column value: {reason}"
    ]


def test_where_the_unit_cannot_be_told_only_what_hides_it_is_reported():
    columns = [
        Column("code", looked_up("indicator", {"A": 1})),
        Column("value", decimal(16, 4), unit=lambda cells: {1: "%"}[cells["code"]]),
    ]

    assert read("code,value\nZ,5%\n", columns)[1] == [
        "facts, line 2, column code: no indicator is known as 'Z'"
    ]


# Codes that are not known.


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("wgn", "; did you mean 'WGN'?"),
        ("Wigan", "; did you mean 'WGN'?"),
        ("less-wast", "; did you mean 'less-waste'?"),
        ("NI192", "; did you mean 'NI 192'?"),
        ("NI 193", ""),
        ("E07000224", ""),
        ("Atlantis", ""),
        ("x" * 10_000, ""),
    ],
)
def test_the_nearest_known_code_is_suggested_but_never_one_of_another_number(typed, hint):
    keys = {"WGN": 1, "less-waste": 2, "NI 192": 3, "NI 19": 4, "E07000223": 5}
    for reader in (
        looked_up("code", keys, names={"Wigan": "WGN"}),
        known("code", keys, names={"Wigan": "WGN"}),
    ):
        with pytest.raises(Unfit) as unfit:
            reader(typed)

        assert str(unfit.value) == f"no code is known as {typed!r}{hint}"


# Workbooks.


def test_a_workbook_is_read_with_its_numbers_days_and_percentages_as_they_are_shown():
    columns = [*COLUMNS, Column("on", day), Column("note", text(), blank="")]

    def percent(book):
        book.active["C3"].number_format = "0.0%"
        book.active["C4"].number_format = '0.0"%"'

    content = workbook(
        [*HEAD, "on", "note"],
        ["A", 2009, 12.345, date(2009, 4, 1), "words"],
        ["B", 2009.0, 0.125, datetime(2009, 4, 1), None],
        ["C", "2,009", 0.1 + 0.2, "2009-04-01", 7],
        ["D", 2009, "12.5%", date(2009, 4, 1), True],
        change=percent,
    )

    first = date(2009, 4, 1)
    assert read(content, columns) == (
        [
            ("A", 2009, Decimal("12.345"), first, "words"),
            ("B", 2009, Decimal("12.5"), first, ""),
            ("C", 2009, Decimal("0.3"), first, "7"),
            ("D", 2009, Decimal("12.5"), first, "true"),
        ],
        [],
        [],
    )


def test_rows_are_counted_as_the_sheet_counts_them():
    content = workbook([], HEAD, [], ["A", 2009, 1], [None, " ", None], ["B", "x", 1], ["C"])

    rows, problems, _ = read(content)

    assert rows == [("A", 2009, Decimal(1))]
    assert problems == [
        "facts, row 6, column year: 'x' is not a whole number",
        "facts, row 7, column year: is blank",
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("=1+1", "holds a formula without its result: copy the column and paste it as values"),
        ("#N/A", "holds Excel\u2019s error #N/A: mend the formula, or leave the cell empty"),
        (date(2009, 4, 1), "'2009-04-01' is not a number"),
        (datetime(2009, 4, 1, 9, 30), "'2009-04-01 09:30:00' is not a number"),
        (True, "'true' is not a number"),
        (1e20, "100000000000000000000 is too large"),
        (1 / 3, "0.333333333333333 has more than 4 decimal places"),
        ("(5)", "'(5)' stands in brackets: write -5 for five below nought, or 5 without brackets"),
    ],
)
def test_a_cell_that_is_no_value_is_refused_by_row(cell, reason):
    rows, problems, _ = read(workbook(HEAD, ["A", 2009, cell], ["B", 2009, 1]))

    assert rows == [("B", 2009, Decimal(1))]
    assert problems == [f"facts, row 2, column value: {reason}"]


def test_a_formula_is_read_as_the_result_that_excel_kept():
    def kept(xml):
        return re.sub(rb"<f>1\+1</f><v ?/>|<f>1\+1</f><v></v>", b"<f>1+1</f><v>2</v>", xml)

    content = repacked(workbook(HEAD, ["A", 2009, "=1+1"]), "xl/worksheets/sheet1.xml", kept)

    assert read(content) == ([("A", 2009, Decimal(2))], [], [])


def test_merged_cells_are_refused_by_row():
    content = workbook(
        HEAD,
        ["A", 2009, 1],
        ["A", 2010, 1],
        ["B", 2009, 1],
        change=lambda book: book.active.merge_cells("A2:A3"),
    )

    assert read(content)[1] == [
        "facts, row 2: has merged cells (A2:A3): take the merge apart and fill in each cell",
        "facts, row 3, column code: is blank",
    ]


def sheets(book, hidden=True):
    first = book.active
    first.sheet_state = "hidden" if hidden else "visible"
    second = book.create_sheet("Figures")
    second.append(HEAD)
    second.append(["B", 2010, 2])


def test_a_hidden_sheet_is_not_read_unless_it_is_named():
    content = workbook(HEAD, ["A", 2009, 1], sheet="Old", change=sheets)

    assert read(content) == (
        [("B", 2010, Decimal(2))],
        [],
        ["facts has 2 sheets; only the first, \u201cFigures\u201d, was read."],
    )
    assert read(content, sheet="Old") == ([("A", 2009, Decimal(1))], [], [])
    assert read(content, sheet="Gone")[1] == ["facts: has no sheet named 'Gone'; it has Old, Figures"]


def test_of_several_sheets_the_first_is_read_and_that_is_said():
    content = workbook(HEAD, ["A", 2009, 1], sheet="First", change=lambda book: sheets(book, hidden=False))

    assert read(content)[2] == ["facts has 2 sheets; only the first, \u201cFirst\u201d, was read."]


def test_hidden_rows_are_read_and_that_is_said():
    def hide(book):
        book.active.row_dimensions[2].hidden = True

    assert read(workbook(HEAD, ["A", 2009, 1], change=hide)) == (
        [("A", 2009, Decimal(1))],
        [],
        ["facts has 1 hidden row; it was read like the others."],
    )


ONLY_SHEET = "would be too large when it is unpacked: save only the sheet that matters, as CSV"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"PK\x03\x04 and nothing more",
            "is damaged and cannot be read (BadZipFile): open it in Excel and save it again",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00",
            "is an old Excel file (.xls): open it in Excel and save it as .xlsx or CSV",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "is locked with a password: save a copy without one",
        ),
        (
            repacked(workbook(HEAD), "mimetype", lambda _: b""),
            "is an OpenDocument file: save it as .xlsx or CSV",
        ),
        (
            repacked(workbook(HEAD), "xl/workbook.bin", lambda _: b""),
            "is a binary workbook (.xlsb): save it as .xlsx or CSV",
        ),
        (
            workbook(HEAD, ["A", 2009, 1])[:-40],
            "is damaged and cannot be read (BadZipFile): open it in Excel and save it again",
        ),
        (
            repacked(workbook(HEAD), "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2]),
            "is damaged and cannot be read (ParseError): open it in Excel and save it again",
        ),
        (
            repacked(
                workbook(HEAD),
                "xl/workbook.xml",
                lambda xml: b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa">]>' + xml,
            ),
            "holds XML that no spreadsheet writes, so it is not read",
        ),
        (repacked(workbook(HEAD), "xl/big.xml", lambda _: b"0" * (51 * 1024 * 1024)), ONLY_SHEET),
    ],
)
def test_what_is_no_workbook_or_a_harmful_one_is_refused_with_what_to_do(content, reason):
    rows, problems, _ = read(content)

    assert rows == []
    assert problems == [f"facts: {reason}"]


def test_a_zip_bomb_is_refused_by_the_size_it_declares():
    """Two parts of 3 GB each, by their own account; unpacking them would show that nothing stands behind it."""
    content = bytearray(repacked(workbook(HEAD), "xl/worksheets/sheet9.xml", lambda _: b"x"))
    entry = content.rindex(b"xl/worksheets/sheet9.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    content[entry + 24 : entry + 28] = struct.pack("<I", 3 * 1024**3)

    assert read(bytes(content))[1] == [f"facts: {ONLY_SHEET}"]


def test_a_sheet_that_lies_about_its_size_and_its_rows_is_read_no_further_than_excel_goes():
    def lie(xml):
        xml = re.sub(rb'<dimension ref="[^"]*" ?/>', b'<dimension ref="A1:A1"/>', xml)
        return xml.replace(
            b"</sheetData>", b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
        )

    rows, problems, _ = read(repacked(workbook(HEAD, ["A", 2009, 1]), "xl/worksheets/sheet1.xml", lie))

    assert (rows, problems) == ([("A", 2009, Decimal(1))], [])


def test_a_workbook_is_known_again_by_its_content_whatever_its_name(tmp_path):
    content = workbook(HEAD)
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    assert fingerprint(path) == fingerprint(io.BytesIO(content)) != fingerprint(io.BytesIO(content + b" "))


def test_what_is_wrong_is_told_for_a_page_without_the_files_name():
    problems = Problems()
    list(Table(io.BytesIO(b"code,year,value\nA,x,1\n"), COLUMNS, problems, name="a.csv"))
    list(Table(io.BytesIO(b""), COLUMNS, problems, name="b.csv"))

    assert [problem.sentence for problem in problems.kept] == [
        "Line 2, column year: 'x' is not a whole number.",
        "The file is empty: it has no header.",
    ]
