"""“We will not apply this time”: said by a council's people, for one outcome or several, and taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.applications import actions, invariants
from beacons.applications.models import Abstention, Application
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.desks.todo import duties
from beacons.rounds.models import Invitation
from outcomes.models import SignUp
from tests import factories
from tests.applications.conftest import begun
from tests.reliability.racing import at_once

MOMENT = timedelta(microseconds=1)


def said(council, *outcomes, by=None, at=None, why=""):
    return actions.abstain(
        council.round, council.authority, outcomes or [council.outcome],
        why=why, by=by or council.drafter, at=at or council.at,
    )  # fmt: skip


def address(council):
    return reverse("abstention_create", args=[council.round.slug, council.authority.code])


@pytest.fixture
def second(council):
    """A second outcome of the round, to which the council is signed up too."""
    outcome = factories.OutcomeFactory(title="A second outcome")
    council.round.outcomes.add(outcome)
    factories.SignUpFactory(outcome=outcome, authority=council.authority)
    return outcome


def test_officers_and_certifiers_say_it_on_a_page_for_all_outcomes_at_once(council, second, visit):
    client = visit(council.certifier, at=council.at)
    opened = client.get(f"{address(council)}?outcome={second.slug}")

    sent = client.post(address(council), {"outcomes": [council.outcome.pk, second.pk], "why": " No staff. "})

    assert opened.context["form"].initial["outcomes"] == [second.pk]
    assert sent.status_code == 302
    found = Abstention.objects.order_by("pk")
    assert {(each.outcome, each.why, each.said_by) for each in found} == {
        (council.outcome, "No staff.", council.certifier),
        (second, "No staff.", council.certifier),
    }
    assert all(Step.objects.of(each).get().step == "abstain" for each in found)
    page = client.get(address(council)).content.decode()
    assert "Said by" in page
    assert page.count("We may apply after all") == 2
    assert "Nothing is expected" not in page


def test_no_outcome_chosen_is_an_error_and_what_was_typed_is_kept(council, second, visit):
    sent = visit(council.drafter, at=council.at).post(address(council), {"why": "Because of the flood"})

    assert "Select for which outcomes" in sent.content.decode() or sent.context["form"].errors
    assert "Because of the flood" in sent.content.decode()
    assert not Abstention.objects.exists()


def test_said_twice_it_stands_as_it_was_said_first(council):
    said(council, why="First")

    assert said(council, why="Second") == []
    assert Abstention.objects.get().why == "First"


def test_taken_back_by_a_button(council, visit):
    [one] = said(council)
    client = visit(council.drafter, at=council.at)

    answers = [client.post(reverse("abstention_take_back", args=[one.pk]), follow=True) for _ in range(2)]

    one.refresh_from_db()
    assert (one.taken_back_by, one.taken_back_at) == (council.drafter, council.at)
    assert "Taken back." in answers[0].content.decode()
    assert "taken back already" in answers[1].content.decode()
    assert Step.objects.of(one).filter(step="take_abstention_back").count() == 1
    assert len(said(council)) == 1


def test_beginning_a_bid_takes_it_back(council):
    [one] = said(council)

    begun(council)

    one.refresh_from_db()
    assert one.taken_back_by == council.drafter
    assert list(invariants.nobody_applies_and_says_it_will_not()) == []


def test_taking_a_withdrawn_bid_up_again_takes_it_back(council):
    bid = actions.withdraw(begun(council), why="x", by=council.drafter, at=council.at)
    [one] = said(council)

    actions.reopen(bid, by=council.certifier, at=council.at)

    one.refresh_from_db()
    assert one.taken_back_by == council.certifier


def test_with_a_bid_that_stands_there_is_nothing_to_say(council, second):
    begun(council)

    with pytest.raises(Refused, match=r"has an application for .* that stands\. Withdraw it"):
        said(council, council.outcome, second)

    assert not Abstention.objects.exists()


@pytest.mark.parametrize(("early", "allowed"), [(MOMENT, True), (timedelta(0), False)])
def test_it_can_be_said_until_the_closing_of_its_own_council(council, visit, early, allowed):
    factories.ExtensionFactory(round=council.round, authority=council.authority)
    closes = council.closes + timedelta(days=2)
    client = visit(council.drafter, at=closes - early)

    sent = client.post(address(council), {"outcomes": [council.outcome.pk], "why": "A reason"})

    assert Abstention.objects.exists() is allowed
    if not allowed:
        page = sent.content.decode()
        assert "Applications closed at noon on Wednesday 11 March 2026" in page
        assert "A reason" in page


def test_it_can_be_said_as_soon_as_the_round_is_approved(council):
    with pytest.raises(Refused, match="not been approved"):
        said(council, at=council.round.approved_at - MOMENT)

    assert len(said(council, at=council.round.approved_at)) == 1


def test_in_a_round_of_councillors_no_council_says_anything(council):
    council.round.open_to = "councillors"
    council.round.save()

    with pytest.raises(Refused, match="councillors apply for themselves"):
        said(council)


def test_who_may_not(council, visit):
    [one] = said(council)
    stranger = factories.drafter(factories.AuthorityFactory())
    for person, opened, sent in (
        (stranger, 403, 404),
        (factories.scheme_manager(), 403, 403),
        (None, 302, 302),
    ):
        client = visit(person, at=council.at)
        assert client.get(address(council)).status_code == opened
        assert client.post(reverse("abstention_take_back", args=[one.pk])).status_code == sent
    one.refresh_from_db()
    assert one.taken_back_at is None


def test_the_ways_there_and_the_desk_that_asks_no_more(council, visit):
    invitation = Invitation.objects.create(
        round=council.round, outcome=council.outcome, authority=council.authority, sent_at=council.at
    )
    client = visit(council.drafter, at=council.at)

    def asked():
        return [duty.words for duty in duties(council.drafter, council.at) if "You may apply" in duty.words]

    before = asked()
    pages = [
        client.get(url).content.decode() for url in (invitation.get_absolute_url(), "/applications/start/")
    ]
    said(council)
    choices = client.get("/applications/start/").content.decode()

    assert all(address(council) in page for page in pages)
    assert "Your council will not apply." in choices
    assert (len(before), asked()) == (1, [])
    at_the_end = visit(council.drafter, at=council.closes).get(invitation.get_absolute_url()).content.decode()
    assert address(council) not in at_the_end


def test_a_district_may_say_it_of_its_countys_outcome_and_of_no_other(council, second, visit):
    district = factories.AuthorityFactory(county=council.authority, kind="district")
    SignUp.objects.filter(outcome=second).delete()
    client = visit(factories.drafter(district), at=council.at)

    page = client.get(reverse("abstention_create", args=[council.round.slug, district.code]))

    assert page.context["offered"] == [council.outcome]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_beginning_and_saying_so_at_once_only_one_stands(council):
    results = at_once(lambda: begun(council), lambda: said(council), gate=council.authority)

    standing = Abstention.objects.standing().count()
    assert Application.objects.count() == 1
    assert standing == 0
    assert sum(isinstance(each, Refused) for each in results) <= 1
    assert list(invariants.nobody_applies_and_says_it_will_not()) == []
