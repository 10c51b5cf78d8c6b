"""Staff set up the questions in the admin: in order, kept as editions, locked when applications open."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.rounds import actions, editions, rules
from beacons.rounds.models import Question, QuestionEdition, Round
from tests import factories as make
from tests.rounds.made import AT, approved, set_up
from tests.rounds.test_round_admin import change_url, errors, name_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMONSTRATION = True


def save(round, *questions, remove=(), at=AT, by=None):
    return actions.save_questions(round, keep=list(questions), remove=list(remove), by=by, at=at)


def changed(question, **fields):
    for name, value in fields.items():
        setattr(question, name, value)
    return question


def choice(round, **fields):
    facts = {
        "section": "More",
        "text": "Is it dearer?",
        "kind": "choice",
        "options": "Yes\nNo",
        "position": 50,
    }
    return Question(round=round, **{**facts, **fields})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"options": "Yes"}, "“Is it dearer?” needs two choices at least, one on each line."),
        ({"options": "Yes\n Yes "}, "“Is it dearer?” offers the same choice twice."),
        (
            {"kind": "table", "columns": "Year"},
            "“Is it dearer?” needs two columns at least, one on each line; the first names the rows.",
        ),
        ({"kind": "table", "columns": "Year\nA\nA"}, "“Is it dearer?” has two columns of the same name."),
        ({"kind": "table", "columns": "Year\nA", "most_rows": 0}, "“Is it dearer?” may have 1 to 40 rows."),
        (
            {"kind": "number", "lowest": 2, "highest": 1},
            "“Is it dearer?”: the smallest number must not be larger than the largest.",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_and_nothing_changes(fields, reason):
    round = set_up()
    with pytest.raises(Refused) as refusal:
        save(round, choice(round, **fields))
    assert refusal.value.reasons == (reason,) or list(refusal.value.reasons) == [reason]
    assert round.questions.count() == 15
    assert round.question_editions.count() == 1


def test_a_follow_up_depends_on_an_earlier_question_of_the_round_alone():
    round, other = set_up(), set_up(slug="other", name="Other")
    first = choice(round)
    save(round, first)
    long = round.questions.first()
    stranger = choice(other)
    save(other, stranger)

    def refused(**fields):
        with pytest.raises(Refused) as refusal:
            save(round, Question(round=round, section="More", text="Why?", position=60, **fields))
        return str(refusal.value)

    assert "which must come before it" in refused(shown_if=stranger, shown_if_answer="Yes")
    assert "only a choice, several choices or a statement" in refused(shown_if=long, shown_if_answer="Yes")
    assert "“Perhaps” is not one of the choices" in refused(shown_if=first, shown_if_answer="Perhaps")
    save(
        round,
        Question(
            round=round, section="More", text="Why?", position=60, shown_if=first, shown_if_answer="Yes"
        ),
    )


def test_questions_cannot_follow_each_other_round_and_round():
    round = set_up()
    first, second = choice(round), choice(round, text="And then?", position=51)
    save(round, first, second)
    save(round, changed(second, shown_if=first, shown_if_answer="Yes"))
    with pytest.raises(Refused, match="must come before it"):
        save(round, changed(first, shown_if=second, shown_if_answer="Yes"))
    with pytest.raises(Refused, match="must come before it"):
        save(round, remove=[Question.objects.get(pk=first.pk)])
    assert Question.objects.get(pk=first.pk).shown_if is None


def test_each_save_is_an_edition_that_says_what_was_changed():
    round, manager = set_up(), make.scheme_manager()
    first = round.questions.first()
    before = first.text
    save(round, changed(first, text="What is different now?", word_limit=120), by=manager)
    save(round)

    one, two = round.question_editions.order_by("edition")
    assert (one.edition, two.edition, two.kept_by, two.kept_at) == (1, 2, manager, AT)
    assert one.content[0]["text"] == before
    assert two.digest == editions.digest(two.content) != one.digest
    assert editions.changes_of(two) == [
        f"“{before}”: question “What is different now?”, was “{before}”; word limit “120”, was “300”."
    ]


def test_questions_lock_to_the_microsecond():
    round = approved()
    opens = round.stage_of("applications").opens_at
    first = round.questions.first()
    save(round, changed(first, hint="Just in time"), at=opens - timedelta(microseconds=1))
    kept = round.question_editions.count()
    with pytest.raises(Refused, match="locked since applications opened"):
        save(round, changed(first, hint="Too late"), at=opens)
    with pytest.raises(Refused, match="locked since applications opened"):
        actions.copy_questions(round, by=None, at=opens)
    assert round.questions.first().hint == "Just in time"
    assert round.question_editions.count() == kept


def test_questions_are_copied_from_the_last_round_with_their_keys():
    last, round = set_up(), set_up(slug="next", name="Next")
    first = choice(last)
    save(last, first)
    follow = Question(
        round=last, section="More", text="Why?", position=60, shown_if=first, shown_if_answer="Yes"
    )
    save(last, follow)

    actions.copy_questions(round, by=None, at=AT)

    old, new = list(last.questions.all()), list(round.questions.all())
    assert [(each.text, each.key, each.kind) for each in new] == [
        (each.text, each.key, each.kind) for each in old
    ]
    assert all(each.key for each in new)
    assert {each.criterion.round for each in new if each.criterion} == {round}
    copied = round.questions.get(text="Why?").shown_if
    assert (copied.round, copied.text, copied.pk != first.pk) == (round, "Is it dearer?", True)
    assert last.questions.count() == 17


def test_the_first_round_of_a_programme_has_nothing_to_copy():
    round = set_up()
    with pytest.raises(Refused, match="No earlier round"):
        actions.copy_questions(round, by=None, at=AT)
    assert round.questions.count() == 15


def test_the_page_of_the_round_sets_a_kind_and_says_what_is_wrong_with_it(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    last = round.questions.last()
    kind, options = (name_of(page, Question, last.pk, field) for field in ("kind", "options"))

    response = client.post(change_url(round), {**typed(page), kind: "choice"})
    assert errors(response) == [f"“{last}” needs two choices at least, one on each line."]

    assert (
        client.post(change_url(round), {**typed(page), kind: "choice", options: "Yes\nNo"}).status_code == 302
    )
    last.refresh_from_db()
    assert (last.kind, last.choices) == ("choice", ["Yes", "No"])
    assert QuestionEdition.objects.filter(round=round).count() == 2


def test_editions_are_read_in_the_admin(visit):
    round = set_up()
    save(round, changed(round.questions.first(), text="What is <b>different</b>?"))
    client = visit(make.case_officer(), at=AT)
    edition = round.question_editions.first()
    said = client.get(reverse("admin:rounds_questionedition_change", args=[edition.pk])).content.decode()
    assert "What is &lt;b&gt;different&lt;/b&gt;?" in said
    assert client.get(reverse("admin:rounds_questionedition_changelist")).status_code == 200


def test_the_preview_is_the_applicants_own_page_for_staff_alone(visit):
    round = set_up()
    first = choice(round)
    save(round, first)
    table = Question(
        round=round,
        section="More",
        text="Visits?",
        kind="table",
        columns="Year\nVisits",
        position=60,
        shown_if=first,
        shown_if_answer="Yes",
    )
    save(round, table)
    address = reverse("question_preview", args=[round.slug])

    said = html.unescape(visit(make.case_officer(), at=AT).get(address).content.decode())
    for question in round.questions.all():
        assert question.text in said
    assert f'name="answer_{table.pk}_0_1"' in said
    assert "Only if you answered “Yes” to “Is it dearer?”." in said
    assert "Save and" not in said
    assert visit(make.UserFactory(), at=AT).get(address).status_code == 403


def test_questions_ask_for_no_more_files_than_an_application_may_have(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    first, last = round.questions.first(), round.questions.last()
    kinds = {name_of(page, Question, each.pk, "kind"): "file" for each in (first, last)}
    Round.objects.update(files_most=1)

    refused = client.post(change_url(round), {**typed(page), **kinds, "files_most": "1"})

    told = "More questions need a file than an application may have files in this round, which is 1."
    assert errors(refused) == [told]
    Round.objects.update(files_most=2)
    assert client.post(change_url(round), {**typed(page), **kinds, "files_most": "2"}).status_code == 302
    Round.objects.update(files_most=1)
    round = Round.objects.get(pk=round.pk)
    assert [each.kind for each in (round.questions.first(), round.questions.last())] == ["file", "file"]
    assert told in rules.reasons_not_to_approve(round)
