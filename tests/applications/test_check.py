"""The office: what was handed in, and whether it is eligible."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beacons.applications import actions
from beacons.applications.models import Application
from beacons.core.lifecycle import Refused
from tests import factories
from tests.applications.conftest import letters_of, submitted, written


@pytest.fixture
def officer(db):
    return factories.case_officer()


def url(bid, page=""):
    return f"/applications/{bid.reference}/{page}"


def status(bid):
    return Application.objects.get(pk=bid.pk).status


def test_found_eligible(council, visit, officer):
    bid = submitted(council)

    response = visit(officer, at=council.checking).post(url(bid, "eligible/"))

    assert response.url == f"/applications/rounds/{council.round.slug}/"
    assert status(bid) == "eligible"
    assert [letter.to for letter in letters_of("application_eligible")] == sorted(
        [council.drafter.email, council.certifier.email]
    )


def test_found_not_eligible_with_a_reason(council, visit, officer):
    bid, client = submitted(council), visit(officer, at=council.checking)

    refused = client.post(url(bid, "ineligible/"), {"why": "\u200b"})
    client.post(url(bid, "ineligible/"), {"why": "The partner is not an authority."})

    assert refused.status_code == 200
    assert status(bid) == "ineligible"
    assert "The partner is not an authority." in letters_of("application_ineligible")[0].body
    page = visit(council.drafter, at=council.checking).get(url(bid)).content.decode()
    assert "The partner is not an authority." in page


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [("before", False), ("closing", True), ("scoring", True), ("scored", False)],
)
def test_checking_lies_between_the_closing_and_the_marks(council, moment, allowed):
    bid = submitted(council)
    at = {
        "before": council.last,
        "closing": council.closes,
        "scoring": council.round.stage_of("scoring").closes_at - timedelta(microseconds=1),
        "scored": council.round.stage_of("scoring").closes_at,
    }[moment]

    if allowed:
        assert actions.find_eligible(bid, by=None, at=at).status == "eligible"
    else:
        with pytest.raises(Refused):
            actions.find_eligible(bid, by=None, at=at)
        with pytest.raises(Refused):
            actions.find_ineligible(bid, why="x", by=None, at=at)
        assert status(bid) == "submitted"


def test_the_offer_to_check_is_shown_to_those_who_may(council, visit, officer):
    bid = submitted(council)

    for person, at, offered in (
        (officer, council.checking, True),
        (officer, council.last, False),
        (council.drafter, council.checking, False),
        (factories.finance_officer(), council.checking, False),
    ):
        page = visit(person, at=at).get(url(bid)).content.decode()
        assert (url(bid, "eligible/") in page) is offered


def test_closing_follows_the_grant(council):
    bid = actions.find_eligible(submitted(council), by=None, at=council.checking)

    assert actions.close(bid, by=None, at=council.checking).status == "closed"


# Lists


def check_list(council, page=""):
    return f"/applications/rounds/{council.round.slug}/{page}"


def test_the_list_holds_what_was_handed_in_and_no_draft(council, visit, officer):
    bid = submitted(council)
    draft = factories.ApplicationFactory(round=council.round, title="Secret draft")

    page = visit(officer, at=council.at).get(check_list(council)).content.decode()

    assert bid.reference in page
    assert draft.reference not in page


def test_the_list_is_filtered(council, visit, officer):
    other = factories.OutcomeFactory()
    council.round.outcomes.add(other)
    one = factories.handed_in("submitted", round=council.round, outcome=other)
    two = factories.handed_in("eligible", round=council.round, outcome=council.outcome)
    client = visit(officer, at=council.checking)

    def found(query):
        return [bid.reference for bid in client.get(check_list(council) + query).context["page_obj"]]

    assert found("") == sorted([one.reference, two.reference])
    assert found(f"?outcome={other.pk}") == [one.reference]
    assert found("?status=eligible") == [two.reference]
    assert found(f"?council={two.authority.name}") == [two.reference]
    assert found("?status=draft") == []


def test_a_draft_is_no_filters_business(council, visit, officer):
    """Whatever is asked for, an answer is the same with a draft there and without it."""
    client = visit(officer, at=council.at)

    def answer(query):
        return re.sub(
            rb'csrfmiddlewaretoken" value="[^"]+"', b"", client.get(check_list(council) + query).content
        )

    queries = ["", "?status=draft", "?council=Testbury", f"?outcome={council.outcome.pk}", "?page=2"]
    without = [answer(query) for query in queries]
    written(council)

    assert [answer(query) for query in queries] == without


def test_the_list_costs_the_same_for_2_rows_and_for_20(council, visit, officer):
    client = visit(officer, at=council.at)

    def some(number):
        for _ in range(number):
            factories.handed_in("submitted", round=council.round)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            assert client.get(check_list(council)).status_code == 200
        return len(taken)

    some(2)
    for_two = queries()
    some(18)

    assert queries() == for_two
    assert for_two <= 12


def test_the_list_fetches_no_more_rows_than_it_shows(council, visit, officer):
    for _ in range(52):
        factories.handed_in("submitted", round=council.round)
        factories.ApplicationFactory(round=council.round)
    client = visit(officer, at=council.at)

    first = client.get(check_list(council))
    second = client.get(check_list(council, "?page=2"))

    assert len(first.context["page_obj"].object_list) == 50
    assert len(second.context["page_obj"].object_list) == 2
    assert first.context["page_obj"].paginator.count == 52


def test_the_list_is_for_those_who_run_rounds(council, visit):
    for person, answer in (
        (factories.scheme_manager(), 200),
        (factories.finance_officer(), 403),
        (council.drafter, 403),
        (None, 302),
    ):
        assert visit(person, at=council.at).get(check_list(council)).status_code == answer
