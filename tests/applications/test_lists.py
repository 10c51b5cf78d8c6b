"""A council's own list, form pages' cost, and the paper that the panel includes."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from beacons.applications import actions
from beacons.applications.models import Application
from tests import factories
from tests.applications.conftest import DETAILS, begun, certified, written


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


# The check is no form: it shows the whole paper, each part of which is one query.
@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("details/", 12),
        ("section/1/", 12),
        ("budget/", 12),
        ("plan/", 12),
        ("partners/", 12),
        ("files/", 12),
        ("check/", 20),
    ],
)
def test_form_pages_take_twelve_queries_at_most_however_much_is_written(council, visit, address, most):
    bid, client = written(council), visit(council.drafter, at=council.at)
    url = f"/applications/{bid.reference}/{address}"
    before = queries(client, url)
    for _ in range(5):
        question = factories.QuestionFactory(round=council.round)
        actions.save_answers(bid, {question.pk: ("x", 0)}, by=council.drafter, at=council.at)
        factories.PartnerFactory(application=bid)
    for _ in range(council.round.files_most):
        factories.AttachmentFactory(application=bid)

    # One more, since with partners there are authorities to load, and with files there are people who added them.
    after = queries(client, url)
    assert before <= after <= before + 1
    assert after <= most


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
