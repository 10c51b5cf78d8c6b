"""Each kind of question: how what was typed is kept, shown and checked."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from beacons.applications import kinds, paper


class Question(SimpleNamespace):
    def __str__(self):
        return self.text


def question(kind, **fields):
    facts = {
        "pk": 1,
        "text": "How many?",
        "word_limit": 5,
        "choices": ["By bus", "By train", "On foot"],
        "unit": "",
        "lowest": None,
        "highest": None,
        "headings": ["Year", "Visits", "Cost"],
        "most_rows": 3,
        "shown_if_id": None,
        "shown_if_answer": "",
        "required": True,
        "section": "One",
    }
    return Question(kind=kind, **{**facts, **fields})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12.5", "12.5"),
        (" 1,200 ", "1200"),
        ("12.50", "12.5"),
        ("007", "7"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("-0", "0"),
        ("１２", "12"),
        ("12 %", "12"),
        ("12%", "12"),
        ("", ""),
        (None, ""),
        ("\u200b\u200d", ""),
        ("\u202e12", "12"),
    ],
)
def test_numbers_are_kept_plain(typed, kept):
    asked = question("number", unit="%")
    assert kinds.canonical(asked, typed) == kept
    assert kinds.canonical(asked, kept) == kept
    assert kinds.faults(asked, kept) == []


@pytest.mark.parametrize(
    "typed",
    ["1e9", "12,5", "NaN", "Infinity", "about 40", "1,20", "5²", "1 2", "0x10", "1" * 16, "--1", "१२"],
)
def test_what_is_no_number_is_kept_as_typed_and_is_a_fault(typed):
    asked = question("number")
    kept = kinds.canonical(asked, typed)
    assert kept == typed
    assert kinds.is_answered(asked, kept)
    assert kinds.shown(asked, kept).words == typed
    (fault,) = kinds.faults(asked, kept)
    assert fault == f"“How many?”: “{typed}” is not a number. Write it in figures, like 12.5 or 1,200."


@pytest.mark.parametrize(
    ("lowest", "highest", "text", "fault"),
    [
        (0, 100, "100", None),
        (0, 100, "100.01", "“How many?”: it must be 100% or less."),
        (0, 100, "-0.1", "“How many?”: it must be 0% or more."),
        (Decimal("2.5000"), None, "2.4", "“How many?”: it must be 2.5% or more."),
    ],
)
def test_a_number_stays_within_its_range(lowest, highest, text, fault):
    asked = question("number", lowest=lowest, highest=highest, unit="%")
    assert kinds.faults(asked, text) == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("unit", "text", "said"), [("%", "12.5", "12.5%"), ("homes", "1200", "1,200 homes"), ("", "-3", "-3")]
)
def test_a_number_is_shown_with_its_unit(unit, text, said):
    assert kinds.shown(question("number", unit=unit), text).words == said


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [("£1,200", "1200", "£1,200"), ("1200.00", "1200", "£1,200"), ("0", "0", "£0"), ("£ 5", "5", "£5")],
)
def test_money_is_whole_pounds(typed, kept, said):
    asked = question("money")
    assert kinds.canonical(asked, typed) == kept
    assert kinds.shown(asked, kept).words == said
    assert kinds.faults(asked, kept) == []


@pytest.mark.parametrize("typed", ["1200.50", "1.2m", "12,5", "1e9"])
def test_other_sums_are_kept_and_said_to_be_wrong(typed):
    asked = question("money")
    assert kinds.canonical(asked, typed) == typed
    assert kinds.faults(asked, typed) == [
        f"“How many?”: “{typed}” is not a sum in whole pounds. Write it like 1,200."
    ]


def test_a_sum_is_not_less_than_nothing_unless_the_question_allows_it():
    assert kinds.faults(question("money"), "-5") == ["“How many?”: a sum must be £0 or more."]
    assert kinds.faults(question("money", lowest=-10), "-5") == []
    assert kinds.shown(question("money", lowest=-10), "-5").words == "-£5"


@pytest.mark.parametrize(
    ("typed", "kept", "said", "is_real"),
    [
        ("2027-3-27", "2027-03-27", "27 March 2027", True),
        ("2028-02-29", "2028-02-29", "29 February 2028", True),
        ("2027-2-29", "2027-2-29", "29 2 2027", False),
        ("2027-13-1", "2027-13-1", "1 13 2027", False),
        ("27-3-4", "27-3-4", "4 3 27", False),
        ("soon", "soon", "soon", False),
    ],
)
def test_dates(typed, kept, said, is_real):
    asked = question("date")
    assert kinds.canonical(asked, typed) == kept
    assert kinds.shown(asked, kept).words == said
    assert kinds.faults(asked, kept) == (
        [] if is_real else [f"“How many?”: “{said}” is not a real date. Write it like 27 3 2027."]
    )


def test_one_choice_must_be_offered():
    asked = question("choice")
    assert kinds.faults(asked, "By bus") == []
    assert kinds.faults(asked, "By boat") == ["“How many?”: “By boat” is not one of the choices."]


def test_several_choices_stand_in_the_order_of_the_question():
    asked = question("choices")
    kept = kinds.canonical(asked, ["On foot", "By boat", "By bus", "On foot", ""])
    assert kept == "By bus\nOn foot\nBy boat"
    assert kinds.canonical(asked, kept) == kept
    assert kinds.shown(asked, kept).points == ["By bus", "On foot", "By boat"]
    assert kinds.faults(asked, kept) == ["“How many?”: “By boat” is not one of the choices."]


def test_a_table_keeps_what_was_typed_and_shows_its_figures_grouped():
    asked = question("table")
    kept = kinds.canonical(asked, [["2024", "1,200", "£30"], ["", " ", ""], ["2025", "about 40"]])
    assert kept == '[["2024", "1200", "30"], ["2025", "about 40", ""]]'
    assert kinds.canonical(asked, kept) == kept
    assert kinds.shown(asked, kept).rows == [["2024", "1,200", "30"], ["2025", "about 40", ""]]
    assert kinds.faults(asked, kept) == [
        "“How many?”: row 2, “Visits”: “about 40” is not a number.",
        "“How many?”: row 2 has no figure under “Cost”.",
    ]
    assert kinds.in_one_text(asked, kept).startswith("Year | Visits | Cost\n2024 | 1,200 | 30")


@pytest.mark.parametrize("junk", ["{}", "[1]", "[[1]]", "not a table", "[" * 5000, '[["a"], 3]'])
def test_what_is_no_table_is_shown_and_is_a_fault(junk):
    asked = question("table")
    kept = kinds.canonical(asked, junk)
    assert kept == junk
    assert kinds.shown(asked, kept).words == junk
    assert kinds.faults(asked, kept) == ["“How many?”: this is not a table. Fill in its boxes again."]


def test_a_table_has_so_many_rows_and_each_has_a_name():
    asked = question("table")
    rows = [[str(year), "1", "2"] for year in range(4)]
    assert kinds.faults(asked, kinds.canonical(asked, rows)) == [
        "“How many?”: there are 4 rows; 3 are the most."
    ]
    assert kinds.faults(asked, kinds.canonical(asked, [["", "1", "2"]])) == [
        "“How many?”: row 1 has figures and nothing under “Year”."
    ]
    assert kinds.canonical(asked, [["", "", ""], ["\u200b", "", ""]]) == ""


@pytest.mark.parametrize(
    ("typed", "kept", "answered"),
    [
        (True, "yes", True),
        ("on", "yes", True),
        ("Yes", "yes", True),
        (False, "", False),
        ("maybe", "maybe", False),
    ],
)
def test_a_statement_is_confirmed_or_not(typed, kept, answered):
    asked = question("statement")
    assert kinds.canonical(asked, typed) == kept
    assert kinds.is_answered(asked, kept) is answered
    assert bool(kinds.faults(asked, kept)) is (kept == "maybe")


def test_texts_have_a_limit_and_a_short_one_is_one_line():
    assert kinds.canonical(question("short"), " one\ntwo ") == "one two"
    assert kinds.canonical(question("long"), " one\r\ntwo ") == "one\ntwo"
    for kind in ("short", "long"):
        assert kinds.faults(question(kind), "one two three four five") == []
        assert kinds.faults(question(kind), "a b c d e f") == [
            "Your answer to “How many?” is 1 word too long; the limit is 5."
        ]


def test_a_file_is_answered_by_a_file():
    asked = question("file")
    assert kinds.canonical(asked, "C:\\plan.pdf") == ""
    assert not kinds.is_answered(asked, "")
    assert kinds.is_answered(asked, "", files=1)


@pytest.mark.parametrize("kind", sorted(kinds.FAULTS))
def test_every_kind_takes_anything_and_keeps_its_own_form(kind):
    asked = question(kind)
    for typed in ("", None, "\u200b", "\u202e", "x" * 100_000, "[]", "null", "9" * 400, "-", "=1+1", "<b>"):
        kept = kinds.canonical(asked, typed)
        assert isinstance(kept, str)
        assert kinds.canonical(asked, kept) == kept
        assert all(len(fault) < 300 for fault in kinds.faults(asked, kept))
        kinds.shown(asked, kept)
        assert isinstance(kinds.in_one_text(asked, kept), str)


def follow_ups():
    first = question("choice", pk=1)
    second = question("choices", pk=2, shown_if_id=1, shown_if_answer="By bus")
    third = question("long", pk=3, shown_if_id=2, shown_if_answer="On foot")
    last = question("long", pk=4, shown_if_id=5)
    return [first, second, third, question("statement", pk=5), last]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {1, 5}),
        ({1: "By bus"}, {1, 2, 5}),
        ({1: "By bus", 2: "By train\nOn foot"}, {1, 2, 3, 5}),
        # What hangs on a question that is not asked is not asked either.
        ({1: "By train", 2: "On foot"}, {1, 5}),
        ({5: "yes"}, {1, 4, 5}),
    ],
)
def test_follow_ups_are_asked_when_they_were_led_to(given, asked):
    assert kinds.asked(follow_ups(), given) == asked


def test_questions_that_follow_each_other_or_nothing_are_asked():
    one, two = question("choice", pk=1, shown_if_id=2), question("choice", pk=2, shown_if_id=1)
    assert kinds.asked([one], {}) == {1}
    assert kinds.asked([one, two], {}) <= {1, 2}


def test_what_is_not_asked_is_neither_missing_nor_at_fault():
    class Given(SimpleNamespace):
        pass

    answers = [
        Given(question_id=1, text="By train", version=1),
        Given(question_id=2, text="By boat", version=1),
    ]
    (section,) = paper.sections(follow_ups()[:2], answers)
    assert [item.question.pk for item in section.asked] == [1]
    assert [item.question.pk for item in section.on_the_page] == [1, 2]
    assert (section.missing, section.faults, section.status) == ([], [], paper.DONE)
    assert section.items[1].text == "By boat"
    assert section.items[1].when == "Only if you answered “By bus” to “How many?”."
