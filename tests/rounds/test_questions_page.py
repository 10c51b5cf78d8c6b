"""All questions of a round can be read and taken away before anybody starts."""

import html
import io
import zipfile

import docx
import pytest
from django.urls import reverse

from beacons.core import papers
from beacons.rounds import asking
from beacons.rounds.models import Question
from tests import factories as make
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db


def address(round, name="question_list"):
    return reverse(name, args=[round.slug])


def test_the_page_names_every_question_with_its_limit_and_criterion(visit):
    round = approved()
    said = html.unescape(visit(at=AT).get(address(round)).content.decode())

    for question in round.questions.all():
        assert question.text in said
        if question.criterion:
            assert f"Counts for “{question.criterion}”, weight {question.criterion.weight} of 100." in said
        assert asking.limit(question) in said
    assert "about 4 hours" in said


@pytest.mark.parametrize("name", ["question_list", "question_pdf", "question_docx"])
def test_they_are_public_when_the_round_is(visit, name):
    round = set_up()
    assert visit(at=AT).get(address(round, name)).status_code == 404
    assert visit(make.scheme_manager(), at=AT).get(address(round, "question_list")).status_code == 200


def test_the_page_asks_as_much_of_the_database_however_many_questions(visit, django_assert_num_queries):
    round = approved()
    page = visit(at=AT)
    with django_assert_num_queries(7) as few:
        page.get(address(round))
    Question.objects.bulk_create(
        Question(round=round, section="More", text=f"Another {n}", position=50 + n) for n in range(20)
    )
    with django_assert_num_queries(len(few)):
        page.get(address(round))


def test_the_word_document_has_every_question_and_space_to_write(visit):
    round = approved()
    Question.objects.create(
        round=round, section="Figures", text="Visits?", kind="table", columns="Year\nVisits", position=90
    )
    choice = Question.objects.create(
        round=round, section="Figures", text="Dearer?", kind="choice", options="Yes\nNo", position=91
    )
    Question.objects.create(
        round=round, section="Figures", text="Why?", position=92, shown_if=choice, shown_if_answer="Yes"
    )

    response = visit(at=AT).get(address(round, "question_docx"))

    assert response["Content-Type"].endswith("wordprocessingml.document")
    document = docx.Document(io.BytesIO(response.content))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for question in round.questions.all():
        assert question.text in said
    assert "☐ Yes" in said
    assert "Only if you answered “Yes” to “Dearer?”." in said
    # Whoever chooses or confirms ticks a box; all others have a table, or one cell, to write in.
    ticked = round.questions.filter(kind__in=["choice", "statement"]).count()
    assert len(document.tables) == round.questions.count() - ticked
    assert [cell.text for cell in document.tables[-2].rows[0].cells] == ["Year", "Visits"]


def test_the_pdf_is_one_or_the_page_says_why_not(visit, monkeypatch):
    round = approved()

    def no_press(*args, **kwargs):
        raise papers.NoPress("no Pango")

    monkeypatch.setattr(papers, "pdf", no_press)
    response = visit(at=AT).get(address(round, "question_pdf"))
    assert response.status_code == 503
    assert "No PDF can be made on this server" in response.content.decode()
    monkeypatch.undo()
    pytest.importorskip("weasyprint", reason="Pango is not here", exc_type=OSError)
    response = visit(at=AT).get(address(round, "question_pdf"))
    assert response.content[:5] == b"%PDF-"


def test_the_round_leads_to_it(visit):
    round = approved()
    assert address(round) in visit(at=AT).get(round.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("limits", "said"),
    [([100], "about 15 minutes"), ([500], "about 1 hour"), ([300] * 5, "about 3 hours")],
)
def test_it_says_how_long_it_takes(limits, said):
    questions = [Question(kind="long", word_limit=words) for words in limits]
    assert asking.how_long(questions) == said


def test_the_document_does_not_tell_when_it_was_taken_away(visit):
    """Byte for byte the same: what is the same for all must not look like news."""
    packed = visit(at=AT).get(address(approved(), "question_docx")).content

    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
