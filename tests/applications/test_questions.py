"""Questions of every kind on the pages of an application, and follow-ups that are asked only sometimes."""

import json

import pytest
from django.urls import reverse

from beacons.applications import actions, content, kinds
from beacons.applications.models import AnswerVersion, Application
from beacons.core.lifecycle import Refused
from beacons.rounds.models import Question
from tests.applications.conftest import begun

pytestmark = pytest.mark.django_db

KINDS = {
    "short": {},
    "long": {},
    "number": {"unit": "%", "lowest": 0, "highest": 100},
    "money": {},
    "date": {},
    "choice": {"options": "Cheaper\nThe same\nDearer"},
    "choices": {"options": "Schools\nHealth\nPolice"},
    "table": {"columns": "Year\nVisits", "most_rows": 4},
    "statement": {},
}


@pytest.fixture
def asked(council):
    """A question of each kind in one section, by kind."""
    Question.objects.filter(round=council.round).delete()
    return {
        kind: Question.objects.create(
            round=council.round,
            section="All kinds",
            text=f"Question {kind}",
            kind=kind,
            position=place,
            **facts,
        )
        for place, (kind, facts) in enumerate(KINDS.items(), start=1)
    }


def boxes(asked, **typed):
    """What the page sends: `kind=value` for the boxes that are filled in."""
    sent = {f"version_{question.pk}": 0 for question in asked.values()}
    for kind, value in typed.items():
        name = f"answer_{asked[kind].pk}"
        if kind == "date":
            sent |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), value, strict=True))
        elif kind == "table":
            sent |= {f"{name}_{r}_{c}": cell for r, row in enumerate(value) for c, cell in enumerate(row)}
        else:
            sent[name] = value
    return sent


GOOD = {
    "short": "In one line",
    "long": "At length.",
    "number": "12.50%",
    "money": "£1,200",
    "date": ("27", "March", "2027"),
    "choice": "The same",
    "choices": ["Police", "Schools"],
    "table": [["2024", "1,000"], ["2025", "1,400"], ["", ""]],
    "statement": "on",
}
KEPT = {
    "short": "In one line",
    "long": "At length.",
    "number": "12.5",
    "money": "1200",
    "date": "2027-03-27",
    "choice": "The same",
    "choices": "Schools\nPolice",
    "table": '[["2024", "1000"], ["2025", "1400"]]',
    "statement": "yes",
}


def section(bid):
    return reverse("section_edit", args=[bid.reference, 1])


def held(bid):
    return {answer.question.kind: answer.text for answer in bid.answers.select_related("question")}


def test_each_kind_is_typed_kept_and_read_again(visit, council, asked):
    bid = begun(council)
    page = visit(council.drafter, at=council.at)

    assert page.post(section(bid), boxes(asked, **GOOD)).status_code == 302
    assert held(bid) == KEPT

    shown = page.get(section(bid)).content.decode()
    for words in ('value="12.5"', 'value="1200"', 'value="March"', 'value="1400"', "checked", "In one line"):
        assert words in shown or words == 'value="March"'
    read = page.get(reverse("application_check", args=[bid.reference])).content.decode()
    for words in ("12.5%", "£1,200", "27 March 2027", "<li>Schools</li>", "1,400", "Confirmed"):
        assert words in read
    assert Application.objects.get(pk=bid.pk).sections[0].status == "Done"


def test_a_page_sent_again_unchanged_writes_nothing(visit, council, asked):
    bid = begun(council)
    page = visit(council.drafter, at=council.at)
    page.post(section(bid), boxes(asked, **GOOD))
    seen = {f"version_{question.pk}": 1 for question in asked.values()}

    page.post(section(bid), {**boxes(asked, **GOOD), **seen})

    assert AnswerVersion.objects.count() == len(KINDS)


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "fault"),
    [
        ("number", "1e9", "1e9", "“1e9” is not a number"),
        ("number", "12,5", "12,5", "“12,5” is not a number"),
        ("number", "NaN", "NaN", "“NaN” is not a number"),
        ("number", "-0", "0", ""),
        ("number", "１２", "12", ""),
        ("number", "101", "101", "it must be 100% or less"),
        ("money", "12.50", "12.50", "not a sum in whole pounds"),
        ("date", ("31", "2", "2027"), "2027-2-31", "“31 2 2027” is not a real date"),
        ("table", [["2024", "lots"]], '[["2024", "lots"]]', "“lots” is not a number"),
        ("short", "word " * 301, ("word " * 301).strip(), "1 word too long"),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed_and_said(visit, council, asked, kind, typed, kept, fault):
    bid = begun(council)
    page = visit(council.drafter, at=council.at)

    answer = page.post(section(bid), {**boxes(asked, **{kind: typed}), "stay": ""}, follow=True)

    assert held(bid) == {kind: kept}
    told = [str(message) for message in answer.context["messages"]]
    assert any(fault in said for said in told) if fault else len(told) == 1


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_choice_that_is_not_offered_is_refused(visit, council, asked, kind):
    bid = begun(council)
    answer = visit(council.drafter, at=council.at).post(
        section(bid), boxes(asked, long="My long text", **{kind: "Free"})
    )

    assert answer.status_code == 200
    assert f"Question {kind}: choose from the list" in answer.content.decode()
    assert "My long text" in answer.content.decode()
    assert held(bid) == {}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("\u202eevil", "evil"), ("\u200b\u200d", ""), ("caf\u0065\u0301", "café")],
)
def test_odd_marks_in_a_line(visit, council, asked, typed, kept):
    bid = begun(council)
    visit(council.drafter, at=council.at).post(section(bid), boxes(asked, short=typed))
    item = Application.objects.get(pk=bid.pk).sections[0].items[0]
    assert item.text.strip("\u200b\u200d") == kept
    assert item.is_answered is bool(kept)


@pytest.mark.parametrize("kind", ["short", "long", "number", "money", "table"])
def test_a_paste_of_a_megabyte_is_refused_with_what_else_was_typed_in_place(visit, council, asked, kind):
    bid = begun(council)
    paste = "x" * 1_000_000
    typed = {"table": [["2024", paste]]} if kind == "table" else {kind: paste}
    answer = visit(council.drafter, at=council.at).post(section(bid), boxes(asked, choice="Dearer", **typed))

    assert answer.status_code == 200
    assert "50,000" in answer.content.decode() or "50000" in answer.content.decode()
    assert held(bid) == {}


@pytest.mark.parametrize("kind", ["short", "number", "table"])
def test_what_no_database_can_keep_is_a_clear_refusal(visit, council, asked, kind):
    bid = begun(council)
    typed = {"table": [["a\x00b", "1"]]} if kind == "table" else {kind: "a\x00b"}
    answer = visit(council.drafter, at=council.at).post(section(bid), boxes(asked, **typed))
    assert answer.status_code == 200
    assert "this holds characters that cannot be kept" in answer.content.decode()
    assert held(bid) == {}


def test_another_rounds_question_is_refused_whole(council, asked):
    bid = begun(council)
    with pytest.raises(Refused, match="not asked in this round"):
        actions.save_answers(
            bid, {asked["short"].pk: ("Mine", 0), 10**6: ("Other", 0)}, by=council.drafter, at=council.at
        )
    assert held(bid) == {}


def test_a_table_grows_row_by_row_without_scripts(visit, council, asked):
    bid = begun(council)
    page = visit(council.drafter, at=council.at)
    name = f"answer_{asked['table'].pk}"
    assert f"{name}_2_0" in page.get(section(bid)).content.decode()

    rows = [["2022", "1"], ["2023", "2"], ["2024", "3"]]
    answer = page.post(section(bid), {**boxes(asked, table=rows), "row": ""})
    assert answer["Location"] == section(bid)
    grown = page.get(section(bid)).content.decode()
    assert f"{name}_3_0" in grown
    assert f"{name}_4_0" not in grown, "four rows are the most"


def test_the_second_of_two_is_shown_the_others_figures(visit, council, asked):
    bid = begun(council)
    table = asked["table"].pk
    actions.save_answers(bid, {table: ('[["2024", "7777"]]', 0)}, by=council.certifier, at=council.at)

    answer = visit(council.drafter, at=council.at).post(section(bid), boxes(asked, table=[["2024", "5"]]))

    shown = answer.content.decode()
    assert "7,777" in shown
    assert 'value="5"' in shown
    assert held(bid) == {"table": '[["2024", "7777"]]'}


@pytest.fixture
def follow_up(council, asked):
    first = asked["choice"]
    return Question.objects.create(
        round=council.round,
        section="All kinds",
        text="What made it dearer?",
        position=20,
        shown_if=first,
        shown_if_answer="Dearer",
    )


def save(bid, council, question, words, seen=0):
    actions.save_answers(bid, {question.pk: (words, seen)}, by=council.drafter, at=council.at)
    return Application.objects.get(pk=bid.pk)


def test_a_follow_up_is_asked_only_when_it_was_led_to(visit, council, asked, follow_up):
    bid = save(begun(council), council, asked["choice"], "Cheaper")
    assert follow_up not in [item.question for item in bid.sections[0].missing]
    page = visit(council.drafter, at=council.at)
    check = reverse("application_check", args=[bid.reference])
    assert "What made it dearer?" not in page.get(check).content.decode()
    assert "Only if you answered “Dearer” to “Question choice”." in page.get(section(bid)).content.decode()

    bid = save(bid, council, asked["choice"], "Dearer", seen=1)
    assert follow_up in [item.question for item in bid.sections[0].missing]
    assert "What made it dearer?" in page.get(check).content.decode()


def test_what_is_no_longer_asked_is_kept_and_not_handed_in(council, asked, follow_up):
    bid = save(begun(council), council, asked["choice"], "Dearer")
    bid = save(bid, council, follow_up, "The second rota.")
    assert "The second rota." in content.canonical(bid).decode()

    bid = save(bid, council, asked["choice"], "Cheaper", seen=1)
    handed_in = json.loads(content.canonical(bid))["answers"]
    assert [answer["question"] for answer in handed_in] == [asked["choice"].pk]
    assert bid.answers.get(question=follow_up).text == "The second rota."

    bid = save(bid, council, asked["choice"], "Dearer", seen=2)
    assert "The second rota." in content.canonical(bid).decode()


def test_a_follow_up_on_another_page_waits_until_it_is_asked(visit, council, asked, follow_up):
    Question.objects.filter(pk=follow_up.pk).update(section="Later")
    bid = begun(council)
    page = visit(council.drafter, at=council.at)
    later = reverse("section_edit", args=[bid.reference, 2])
    assert f"answer_{follow_up.pk}" not in page.get(later).content.decode()
    save(bid, council, asked["choice"], "Dearer")
    assert f"answer_{follow_up.pk}" in page.get(later).content.decode()


def test_pages_of_all_kinds_ask_no_more_of_the_database(
    visit, council, asked, follow_up, django_assert_max_num_queries
):
    bid = begun(council)
    page = visit(council.drafter, at=council.at)
    page.post(section(bid), boxes(asked, **GOOD))
    with django_assert_max_num_queries(11):
        page.get(section(bid))


def test_a_kept_answer_of_each_kind_is_its_own_canonical_form(asked):
    for kind, words in KEPT.items():
        assert kinds.canonical(asked[kind], words) == words
