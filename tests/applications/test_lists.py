"""A council's own list, form pages' cost, and the paper that the panel includes."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from beacons.applications import actions
from beacons.applications.models import Application
from beacons.rounds.models import Round
from tests import factories
from tests.applications.conftest import DETAILS, begun, certified


def queries(client, url):
    with CaptureQueriesContext(connection) as taken:
        assert client.get(url).status_code == 200
    return len(taken)


def more(council, number):
    """Applications of the same council, each for an outcome of its own."""
    for _ in range(number):
        factories.ApplicationFactory(
            round=council.round, authority=council.authority, outcome=factories.OutcomeFactory(),
            drafted_by=council.drafter,
        )  # fmt: skip


def test_the_list_holds_the_councils_own(council, visit):
    mine, theirs = begun(council), factories.ApplicationFactory(round=council.round)

    page = visit(council.drafter, at=council.at).get("/applications/").content.decode()

    assert mine.reference in page
    assert theirs.reference not in page
    assert f"{council.round} closes at noon on Monday 9 March, in 27 days" in page


def test_two_councils_of_one_person_stand_in_one_list(council, visit):
    other = factories.ApplicationFactory(round=council.round)
    factories.MembershipFactory(user=council.drafter, authority=other.authority)
    mine = begun(council)

    response = visit(council.drafter, at=council.at).get("/applications/")

    assert {bid.reference for bid, _ in response.context["rows"]} == {mine.reference, other.reference}
    assert other.authority.name in response.content.decode()


def test_the_list_costs_the_same_for_2_rows_and_for_20(council, visit):
    client = visit(council.drafter, at=council.at)
    more(council, 2)
    for_two = queries(client, "/applications/")
    more(council, 18)

    assert queries(client, "/applications/") == for_two
    assert for_two <= 8


def test_the_list_shows_fifty_and_fetches_no_more(council, visit):
    more(council, 53)
    client = visit(council.drafter, at=council.at)

    first, second = client.get("/applications/"), client.get("/applications/?page=2")

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    assert len(first.context["object_list"]) == 50


def test_somebody_without_a_council_is_told_so(db, visit):
    page = visit(factories.signatory("clg"), at=None).get("/applications/").content.decode()

    assert "You do not act for an authority" in page


def test_the_office_finds_its_rounds(council, visit):
    page = visit(factories.case_officer(), at=council.at).get("/applications/").content.decode()

    assert f"/office/{council.round.slug}/expected/" in page


# A bid with everything in it


KINDS = {
    "long": ({}, "We asked them why."),
    "short": ({}, "In a line."),
    "number": ({"unit": "%"}, "12"),
    "money": ({}, "1200"),
    "date": ({}, "2026-02-27"),
    "choice": ({"options": "Cheaper\nDearer"}, "Dearer"),
    "choices": ({"options": "Schools\nHealth"}, "Health"),
    "table": ({"columns": "Year\nVisits", "most_rows": 4}, '[["2025", "12"]]'),
    "statement": ({}, "yes"),
}


def grown(council, bid, number):
    """So many more of all that a bid may hold: of its own, of its round's and of what stands behind the questions."""
    who, at = {"by": council.certifier, "at": council.at}, council.at
    criterion = council.round.criteria.first()
    for each in range(number):
        kind, (facts, text) = list(KINDS.items())[each % len(KINDS)]
        question = factories.QuestionFactory(round=council.round, kind=kind, criterion=criterion, **facts)
        # Twice, so that there is a version to go back to.
        actions.save_answers(bid, {question.pk: (text, 0)}, by=council.drafter, at=at)
        actions.save_answers(bid, {question.pk: ("", 1)}, **who)
        remark = factories.CommentFactory(application=bid, question=question)
        actions.answer_comment(remark, words="Yes.", **who)
        factories.CommentFactory(application=bid)
        if each % 2:
            factories.PartnerFactory(application=bid, authority=None, name=f"College {question.pk}")
        else:
            factories.PartnerFactory(application=bid)
        factories.EvidenceFigureFactory(application=bid)
        factories.AttachmentFactory(application=bid)
        bid.planned_activities.create(kind="open_day", count=1)
        bid.named_peers.create(name=f"Peer {each}", days=2)
        issue = factories.IssueFactory(outcome=council.outcome)
        merged = {
            "merged_into": issue,
            "merged_by": council.certifier,
            "merged_at": at,
            "merged_why": "The same.",
        }
        factories.IssueFactory(outcome=council.outcome, **merged)
        criterion.issues.add(issue)


def sent_back(council):
    """What a certifier has sent back, whose pages say so above."""
    bid = certified(council)
    parts = {"details": "Details", "section_1": "Your practice"}
    return actions.send_back(bid, why="Shorter.", parts=parts, by=council.certifier, at=council.at)


PAGES = [
    ("details/", 8),
    ("section/1/", 12),
    ("budget/", 8),
    ("plan/", 10),
    ("partners/", 10),
    ("files/", 12),
    ("figures/", 10),
    ("figures/own/", 9),
    ("comments/", 10),
    ("withdraw/", 6),
    # These show the whole bid.
    ("check/", 10),
    ("", 12),
]


@pytest.mark.parametrize(("address", "most"), PAGES)
def test_form_pages_take_twelve_queries_at_most_however_full_a_bid_is(council, visit, address, most):
    factories.CriterionFactory(round=council.round, key="outcomes")
    Round.objects.filter(pk=council.round.pk).update(files_most=30, figures_most=30)
    bid, client = sent_back(council), visit(council.drafter, at=council.at)
    grown(council, bid, 2)
    url = f"/applications/{bid.reference}/{address}"
    for_two = queries(client, url)

    grown(council, bid, 18)

    assert queries(client, url) == for_two <= most


# The paper


def paper(bid):
    return render_to_string(
        "applications/_paper.html", {"application": Application.objects.for_paper().get(pk=bid.pk)}
    )


def test_the_paper_holds_everything(council):
    bid = certified(council)

    page = paper(bid)

    for words in (DETAILS["summary"], DETAILS["lead_officer"], "£100,000", "£30,000", "50 per cent", "Your practice",
                  "What about outcomes?", "We asked them why, and then changed how we teach.", "No partners."):  # fmt: skip
        assert words in page


def test_the_paper_costs_a_fixed_number_of_queries(council, django_assert_num_queries):
    bid = certified(council)
    factories.PartnerFactory.create_batch(4, application=bid)

    with django_assert_num_queries(8):
        paper(bid)


def test_papers_of_many_cost_the_same(council, django_assert_num_queries):
    for _ in range(6):
        factories.PartnerFactory(application=factories.handed_in(round=council.round))

    with django_assert_num_queries(8):
        bids = list(Application.objects.for_paper())
        assert all(bid.sections[0].answered == 2 for bid in bids)
        assert all(bid.partners.all()[0].authority.name for bid in bids)


def test_the_paper_says_what_is_missing_and_too_long(council):
    bid = begun(council)
    actions.save_answers(bid, {council.questions[0].pk: ("word " * 25, 0)}, by=council.drafter, at=council.at)

    page = paper(bid)

    assert "25 of 20 words" in page
    assert "Too long" in page
    assert "Not answered" in page
