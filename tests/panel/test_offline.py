"""All my papers as one PDF: drawn by the clock, handed out only while each of them is mine to read, and noted."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from beacons.core import clock, papers
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from panel.actions import bundles
from panel.models import Announcement, Assessment, Bundle
from panel.tasks import sweep_bundles
from tests import factories as make
from tests.panel.panels import a_panel, assigned, lodge, queries

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
PAGE, FILE = "/panel/papers/offline/", "/panel/papers/offline/papers.pdf"


@pytest.fixture
def panel():
    return assigned(bids=3, clg=1, lga=2)


@pytest.fixture
def member(panel):
    return panel.members[0]


@pytest.fixture
def drawn(monkeypatch):
    """What was handed to the press, drawn in a moment."""
    pages = []

    def pdf(template, context):
        pages.append(render_to_string(template, context))
        return b"%PDF-drawn"

    monkeypatch.setattr(papers, "pdf", pdf)
    return pages


def sweep(at):
    with clock.set_to(at):
        return sweep_bundles.run()


def asked_and_drawn(member, at):
    bundle = bundles.ask(by=member.user, at=at)
    assert sweep(at) == 1
    bundle.refresh_from_db()
    return bundle


def references(panel):
    return [bid.reference for bid in panel.bids]


def test_a_member_asks_waits_and_takes_them(visit, panel, member, drawn):
    client = visit(member.user, at=panel.during)
    assert PAGE in client.get(reverse("panel_desk")).content.decode()
    assert "Make the PDF" in client.get(PAGE).content.decode()
    assert client.get(FILE).status_code == 404

    page = client.post(PAGE, follow=True).content.decode()
    assert "being drawn" in page
    assert "Make the PDF" not in page
    assert client.get(FILE).url == PAGE
    sweep(panel.during)
    page = client.get(PAGE).content.decode()
    assert ", ".join(references(panel)) in page
    got = client.get(FILE)

    assert (got.content, got.headers["Content-Type"]) == (b"%PDF-drawn", "application/pdf")
    assert 'attachment; filename="papers.pdf"' in got.headers["Content-Disposition"]
    assert "no-store" in got.headers["Cache-Control"]
    # Drawn once, whatever the clock does.
    assert (sweep(panel.during), len(drawn)) == (0, 1)


def test_it_has_contents_with_links_and_each_paper_in_the_order_of_the_list(panel, member, drawn):
    one, two, three = references(panel)
    lodge(next(sheet for sheet in panel.sheets(0) if sheet.appointment == member), at=panel.during)

    bundle = asked_and_drawn(member, panel.during)

    # What is lodged comes last, as on the list.
    assert bundle.papers == [two, three, one]
    (page,) = drawn
    assert re.findall(r'<a href="#paper-([^"]+)">', page) == [two, three, one]
    assert re.findall(r'<h1 id="paper-([^"]+)">', page) == [two, three, one]
    assert page.count("We asked them why, and then changed how we teach.") >= 3


def test_papers_with_an_interest_and_withdrawn_ones_are_not_in_it(panel, member, drawn):
    make.InterestFactory(appointment=member, application=panel.bids[0])
    panel.bids[1].status = "withdrawn"
    panel.bids[1].save()

    bundle = asked_and_drawn(member, panel.during)

    assert bundle.papers == [panel.bids[2].reference]
    assert panel.bids[0].reference not in drawn[0]
    assert panel.bids[1].reference not in drawn[0]


@pytest.mark.parametrize("change", ["interest", "withdrawn", "discharged", "appointment"])
def test_what_is_no_longer_to_be_read_is_not_handed_out_though_it_was_drawn(
    visit, panel, member, drawn, change
):
    asked_and_drawn(member, panel.during)
    if change == "interest":
        make.InterestFactory(appointment=member, application=panel.bids[0])
    elif change == "withdrawn":
        panel.bids[0].status = "withdrawn"
        panel.bids[0].save()
    elif change == "discharged":
        Assessment.objects.filter(appointment=member, case=panel.case(0)).update(status="discharged")
    else:
        member.ended_at = panel.during
        member.save()

    answer = visit(member.user, at=panel.during).get(FILE, follow=True)

    assert answer.redirect_chain[-1][0] == PAGE
    assert b"no longer yours to read" in answer.content
    assert not Step.objects.filter(subject_type="panel.bundle", step="take").exists()


def test_each_taking_is_noted_with_its_papers(visit, panel, member, drawn):
    bundle = asked_and_drawn(member, panel.during)
    client = visit(member.user, at=panel.during)

    client.get(FILE)
    client.get(FILE)

    taken = Step.objects.of(bundle).with_words().filter(step="take")
    assert [(step.by_id, step.at) for step in taken] == [(member.user_id, panel.during)] * 2
    assert [step.words.data["papers"] for step in taken] == [references(panel)] * 2


def test_nobody_else_is_given_it(visit, panel, member, drawn):
    bundle = asked_and_drawn(member, panel.during)

    for user in (panel.chair.user, panel.members[1].user, make.scheme_manager(), panel.bids[0].drafted_by):
        assert visit(user, at=panel.during).get(FILE).status_code == 404
        assert not Bundle.objects.visible_to(user, panel.during).exists()
        with pytest.raises(Refused):
            bundles.take(bundle, by=user, at=panel.during)


@pytest.mark.parametrize("end", ["announced", "ended"])
def test_when_the_panel_has_done_there_is_nothing_to_take(visit, panel, member, drawn, end):
    at = panel.round.stage_of("close").closes_at
    if end == "announced":
        at = panel.during + timedelta(days=1)
        Announcement.objects.create(round=panel.round, at=at, set_at=panel.during, set_by=panel.chair.user)
    asked_and_drawn(member, at - TICK)

    assert visit(member.user, at=at - TICK).get(FILE).status_code == 200
    assert visit(member.user, at=at).get(FILE).url == PAGE
    with pytest.raises(Refused, match="go when the panel has done"):
        bundles.ask(by=member.user, at=at)


def test_before_scoring_there_is_nothing_to_ask_for(visit):
    panel = a_panel(bids=1)
    page = visit(panel.members[0].user, at=panel.opens_at - TICK).get(PAGE).content.decode()

    assert "they come when scoring opens" in page
    with pytest.raises(Refused):
        bundles.ask(by=panel.members[0].user, at=panel.opens_at - TICK)
    assert not Bundle.objects.exists()


def test_it_is_thrown_away_after_a_day(visit, panel, member, drawn):
    asked_and_drawn(member, panel.during)
    day = panel.during + timedelta(hours=24)

    assert visit(member.user, at=day - TICK).get(FILE).status_code == 200
    assert visit(member.user, at=day).get(FILE).url == PAGE
    assert "Make the PDF" in visit(member.user, at=day).get(PAGE).content.decode()
    sweep(day)

    assert not Bundle.objects.exists()


def test_what_was_asked_for_anew_is_not_thrown_away(panel, member, drawn):
    old = asked_and_drawn(member, panel.during)
    day = panel.during + timedelta(hours=24)
    bundles.ask(by=member.user, at=day - TICK)

    with pytest.raises(Refused, match="asked for anew"):
        bundles.throw_away(old or Bundle.objects.get(), by=None, at=day)

    assert Bundle.objects.exists()


def test_who_died_while_drawing_is_followed_by_another_and_who_asks_anew_gets_the_new_one(
    panel, member, drawn
):
    bundle = bundles.ask(by=member.user, at=panel.during)
    assert bundles.begin(bundle, at=panel.during)
    assert sweep(panel.during + timedelta(minutes=9)) == 0
    assert sweep(panel.during + timedelta(minutes=10)) == 1

    bundles.ask(by=member.user, at=panel.during + timedelta(minutes=11))

    assert not bundles.keep(bundle, ["OLD-1"], b"old", begun_at=panel.during)
    bundle.refresh_from_db()
    assert (bundle.drawn_at, bundle.papers, bundle.content) == (None, [], None)


def test_where_no_pdf_can_be_made_the_page_says_so(visit, panel, member, monkeypatch):
    def no_press(template, context):
        raise papers.NoPress("no Pango")

    monkeypatch.setattr(papers, "pdf", no_press)
    asked_and_drawn(member, panel.during)

    page = visit(member.user, at=panel.during).get(PAGE).content.decode()

    assert "This server cannot make PDFs." in page
    assert "Download the PDF" not in page


def test_the_page_takes_ten_queries_at_most(visit, drawn):
    panel = assigned(bids=30, clg=1, lga=2)
    asked_and_drawn(panel.members[0], panel.during)

    assert len(queries(visit(panel.members[0].user, at=panel.during), PAGE)) <= 10


def test_it_is_really_drawn(panel, member):
    pytest.importorskip("weasyprint", reason="Pango is not here", exc_type=OSError)
    bundle = asked_and_drawn(member, panel.during)

    assert bytes(bundle.content).startswith(b"%PDF-")
    assert len(bundle.content) > 10_000
