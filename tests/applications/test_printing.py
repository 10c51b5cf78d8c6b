"""On paper: exactly what was handed in, whatever was put right since; and drafts that say that they are drafts."""

import hashlib
import json

import pytest

from beacons.applications import actions, printing
from beacons.applications.models import Application, Submission
from beacons.core import papers
from tests import factories
from tests.applications.conftest import begun, certified, submitted, written


@pytest.fixture
def pressed(monkeypatch):
    """What was given to the press, page by page, without making a PDF of it."""
    pages = []
    monkeypatch.setattr(papers, "press", lambda html, **_: (pages.append(html), b"%PDF-1.7")[1])
    return pages


def url(bid, page="application.pdf"):
    return f"/applications/{bid.reference}/{page}"


def again(council, bid, why="A better idea"):
    """Withdrawn, reopened, certified and handed in once more."""
    actions.withdraw(bid, why=why, by=council.drafter, at=council.at)
    bid = actions.reopen(bid, by=council.drafter, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    return actions.submit(bid, by=council.certifier, at=council.last)


def test_what_was_handed_in_stays_as_it_was_whatever_is_put_right_later(council, visit, pressed):
    bid, client = submitted(council), visit(council.drafter, at=council.at)
    before = client.get(url(bid, "content.json")).content, client.get(url(bid)).content, pressed.pop()

    council.questions[0].__class__.objects.filter(pk=council.questions[0].pk).update(text="Another question?")
    council.authority.__class__.objects.filter(pk=council.authority.pk).update(name="Newname")
    Application.objects.filter(pk=bid.pk).update(develop=1)
    after = client.get(url(bid, "content.json")).content, client.get(url(bid)).content, pressed.pop()

    assert str(council.questions[0]) in before[2]
    assert after[0] == before[0]
    assert after[2].partition("<main>")[2] == before[2].partition("<main>")[2]


def test_it_says_when_it_came_by_whom_and_what_was_confirmed(council, visit, pressed):
    bid = submitted(council)

    response = visit(council.drafter, at=council.checking).get(url(bid))

    [page] = pressed
    assert response["Content-Disposition"] == f'inline; filename="{bid.reference}.pdf"'
    for said in (
        bid.reference,
        "10 February 2026, 08:00:00 (London)",
        str(council.drafter),
        str(council.certifier),
        bid.content_hash,
        *council.round.to_confirm,
        *(question.text for question in council.questions),
    ):
        assert said in page
    assert "Draft, not submitted" not in page


@pytest.mark.parametrize("make", [begun, written, certified])
def test_a_draft_says_on_paper_that_it_is_one(council, visit, pressed, make):
    bid = make(council)

    response = visit(council.drafter, at=council.at).get(url(bid))

    assert response["Content-Disposition"] == f'inline; filename="{bid.reference}-draft.pdf"'
    assert "Draft, not submitted." in pressed[0]
    assert "SHA-256" not in pressed[0]


def test_what_was_withdrawn_is_a_draft_on_paper_and_what_was_handed_in_stays(council, visit, pressed):
    bid, client = submitted(council), visit(council.drafter, at=council.at)
    actions.withdraw(bid, why="A better idea", by=council.drafter, at=council.at)

    client.get(url(bid))
    client.get(url(bid, "submissions/1/application.pdf"))

    assert ["Draft, not submitted." in page for page in pressed] == [True, False]
    assert url(bid, "submissions/1/application.pdf") in client.get(url(bid, "")).content.decode()


def test_each_time_it_is_handed_in_is_kept(council, visit):
    bid, client = submitted(council), visit(council.drafter, at=council.at)
    first = client.get(url(bid, "content.json")).content
    actions.withdraw(bid, why="A better idea", by=council.drafter, at=council.at)
    bid = actions.reopen(bid, by=council.drafter, at=council.at)
    answers = {council.questions[0].pk: ("We asked them twice.", 1)}
    actions.save_answers(bid, answers, by=council.drafter, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    bid = actions.submit(bid, by=council.certifier, at=council.last)

    kept = list(Submission.objects.values_list("number", "submitted_by", "submitted_at", "closes_at"))
    second = client.get(url(bid, "content.json")).content
    receipt = client.get(url(bid, "receipt/")).content.decode()

    assert kept == [
        (1, council.drafter.pk, council.at, council.closes),
        (2, council.certifier.pk, council.last, council.closes),
    ]
    assert hashlib.sha256(second).hexdigest() == bid.content_hash
    assert client.get(url(bid, "submissions/1/content.json")).content == first
    assert [json.loads(each)["answers"][0]["text"] for each in (first, second)][1] == "We asked them twice."
    assert url(bid, "submissions/1/application.pdf") in receipt
    assert url(bid, "submissions/2/application.pdf") not in receipt


def test_staff_read_what_counts_and_not_what_was_withdrawn(council, visit, pressed):
    bid, officer = again(council, submitted(council)), factories.case_officer()
    client = visit(officer, at=council.checking)

    assert client.get(url(bid)).status_code == 200
    assert client.get(url(bid, "submissions/1/application.pdf")).status_code == 403
    actions.withdraw(bid, why="x", by=council.drafter, at=council.checking)
    assert client.get(url(bid)).status_code == 404
    assert client.get(url(bid, "submissions/2/content.json")).status_code == 404


@pytest.mark.parametrize("page", ["submissions/2/application.pdf", "submissions/0/content.json", "submissions/99999999999999999999/content.json"])  # fmt: skip
def test_what_was_never_handed_in_is_not_there(council, visit, page):
    bid = submitted(council)

    assert visit(council.drafter, at=council.at).get(url(bid, page)).status_code == 404


def test_what_people_typed_is_no_markup_on_paper(council, visit, pressed):
    bid = written(council)
    answers = {council.questions[0].pk: ("<img src=x onerror=alert(1)> & more", 1)}
    actions.save_answers(bid, answers, by=council.drafter, at=council.at)
    actions.certify(bid, by=council.certifier, at=council.at)
    bid = actions.submit(bid, by=council.drafter, at=council.at)

    visit(council.drafter, at=council.at).get(url(bid))

    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more" in pressed[0]
    assert "<img" not in pressed[0]


def test_a_member_reads_it_through_the_case_once_scoring_opens(council, visit, pressed):
    bid = factories.handed_in(round=council.round)
    factories.CaseFactory(application=bid)
    member = factories.seated(council.round, body="clg").user
    other = factories.seated(council.round, body="lga")
    factories.InterestFactory(appointment=other, application=bid)
    scoring = council.round.stage_of("scoring").opens_at

    def asked(user, at):
        return visit(user, at=at).get(f"/panel/cases/{bid.reference}/application.pdf").status_code

    assert asked(member, scoring - (council.closes - council.last)) == 404
    assert asked(member, scoring) == 200
    assert asked(other.user, scoring) == 404
    assert bid.content_hash in pressed[0]
    assert visit(member, at=scoring).get(url(bid)).status_code == 404


def test_without_pango_a_page_says_what_to_do(council, visit, monkeypatch):
    def no_press(html, **_):
        raise papers.NoPress("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(papers, "press", no_press)
    bid = submitted(council)

    response = visit(council.drafter, at=council.at).get(url(bid))

    assert response.status_code == 503
    assert "install Pango" in response.content.decode()


def test_the_pdf_is_tagged_has_a_language_and_a_title_and_is_the_same_each_time(council, monkeypatch):
    pytest.importorskip("weasyprint", reason="Pango is not here", exc_type=OSError)
    plain = papers.press
    bid = Application.objects.get(pk=submitted(council).pk)

    once, again = printing.submission_pdf(bid.submission), printing.submission_pdf(bid.submission)
    monkeypatch.setattr(papers, "press", lambda html, **o: plain(html, uncompressed_pdf=True))
    readable = printing.submission_pdf(bid.submission)

    assert once == again
    for mark in (b"/Lang (en-GB)", b"/StructTreeRoot", b"/Marked true", bid.reference.encode()):
        assert mark in readable
