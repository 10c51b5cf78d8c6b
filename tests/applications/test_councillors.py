"""Councillors who apply for themselves, by political group: what is theirs alone, and who stands behind them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications import actions, calls, permissions, rules
from beacons.applications.models import Application
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.directory.models import Role
from beacons.rounds.models import Round
from panel.models import Announcement, Decision
from panel.results import own_result
from tests import factories
from tests.applications.conftest import DETAILS, LONG_ENOUGH, MONEY

GROUP = "Independent"


@pytest.fixture
def ward(db):
    """A round for councillors with places by group, and a councillor with the leader of the group."""
    a_round = factories.a_round(open_to=Round.OpenTo.COUNCILLORS, slug="next")
    for name in (GROUP, "Labour"):
        factories.CategoryFactory(round=a_round, name=name)
    council = factories.AuthorityFactory(name="Testbury", code="TBY")

    def member(role, group=GROUP, authority=council):
        return factories.person(role, authority=authority, political_group=group)

    councillor = member(Role.COUNCILLOR)
    return SimpleNamespace(
        round=a_round,
        outcome=a_round.outcomes.get(),
        council=council,
        councillor=councillor,
        seat=councillor.memberships.get(),
        leader=member(Role.GROUP_LEADER),
        other_leader=member(Role.GROUP_LEADER, "Labour"),
        colleague=member(Role.COUNCILLOR),
        officer=factories.drafter(council),
        certifier=factories.certifier(council),
        at=factories.during(a_round, "applications"),
        closes=factories.closing(a_round, "applications"),
        member=member,
    )


def begun(ward, **fields):
    facts = {"title": "Buses on Sundays", "by": ward.councillor, "at": ward.at} | fields
    return actions.start_own(ward.round, ward.seat, ward.outcome, **facts)


def written(ward):
    bid = begun(ward)
    bid = actions.save_details(bid, **DETAILS, by=ward.councillor, at=ward.at)
    bid = actions.save_budget(bid, **MONEY, by=ward.councillor, at=ward.at)
    answers = {question.pk: (LONG_ENOUGH, 0) for question in ward.round.questions.all()}
    return actions.save_answers(bid, answers, by=ward.councillor, at=ward.at)


def test_a_councillor_begins_with_a_place_of_their_group_and_without_a_sign_up(ward):
    bid = begun(ward)

    assert (bid.councillor, bid.political_group, bid.category.name) == (ward.councillor, GROUP, GROUP)
    assert (bid.authority, bid.drafted_by) == (ward.council, ward.councillor)
    assert bid.lead_officer == f"Councillor {ward.councillor.name}"


def test_one_councillor_has_one_application_and_two_of_a_council_have_one_each(ward):
    first = begun(ward)

    with pytest.raises(Refused, match=f"already: {first.reference}"):
        begun(ward)
    seat = ward.colleague.memberships.get()
    other = actions.start_own(ward.round, seat, ward.outcome, title="Trams", by=ward.colleague, at=ward.at)

    assert set(Application.objects.all()) == {first, other}
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=other.pk).update(councillor=ward.councillor)


def test_a_group_without_places_is_told_which_groups_have_some(ward):
    green = ward.member(Role.COUNCILLOR, "Green")

    with pytest.raises(Refused) as refused:
        actions.start_own(
            ward.round, green.memberships.get(), ward.outcome, title="Trees", by=green, at=ward.at
        )

    assert refused.value.reasons[0].startswith(
        "This round has places for members of Independent and Labour, and you sit as “Green”."
    )
    assert not Application.objects.exists()


@pytest.mark.parametrize(("late", "allowed"), [(False, True), (True, False)])
def test_begun_until_the_closing_to_the_microsecond(ward, late, allowed):
    at = ward.closes if late else ward.closes - timedelta(microseconds=1)

    reasons = rules.reasons_not_to_start_own(ward.round, ward.seat, standing=None, at=at)

    assert (reasons == []) is allowed


def test_councils_are_not_called_to_a_round_for_councillors(ward):
    factories.SignUpFactory(outcome=ward.outcome, authority=ward.council)

    assert calls.open_to([ward.council], ward.at) == []


def test_a_councillors_draft_is_closed_to_officers_colleagues_and_other_groups(ward, visit):
    bid = begun(ward)
    address = reverse("application_detail", args=[bid.reference])
    kinds = {
        "councillor": ward.councillor,
        "leader": ward.leader,
        "other leader": ward.other_leader,
        "leader elsewhere": ward.member(Role.GROUP_LEADER, authority=factories.AuthorityFactory()),
        "colleague": ward.colleague,
        "officer": ward.officer,
        "certifier": ward.certifier,
        "manager": factories.scheme_manager(),
    }

    answered = {kind: visit(user, at=ward.at).get(address).status_code for kind, user in kinds.items()}

    assert answered == dict.fromkeys(kinds, 404) | {"councillor": 200, "leader": 200}
    assert bid not in Application.objects.led_by(ward.officer)


def test_a_councillor_sees_nothing_of_what_the_council_writes(ward, visit):
    other = factories.a_round()
    bid = factories.ApplicationFactory(round=other, authority=ward.council)

    found = visit(ward.councillor, at=ward.at).get(bid.get_absolute_url())

    assert found.status_code == 404
    assert ward.councillor.authorities == []
    assert ward.councillor not in bid.people()


def test_the_leader_of_the_group_certifies_and_writes_nothing(ward, visit):
    bid = written(ward)
    page = visit(ward.leader, at=ward.at)

    assert page.get(reverse("application_details", args=[bid.reference])).status_code == 403
    assert page.get(reverse("application_withdraw", args=[bid.reference])).status_code == 403
    assert page.get(reverse("application_check", args=[bid.reference])).status_code == 200
    assert page.get(reverse("application_certify", args=[bid.reference])).status_code == 200
    assert permissions.may_certify(ward.leader, bid)
    assert not permissions.may_certify(ward.certifier, bid)
    assert not permissions.may_certify(ward.other_leader, bid)
    assert not permissions.may_certify(ward.councillor, bid)


def test_letters_go_to_the_councillor_and_the_leader_alone(ward):
    bid = actions.certify(written(ward), by=ward.leader, at=ward.at)

    actions.submit(bid, by=ward.councillor, at=ward.at)

    told = set(Letter.objects.filter(kind__startswith="application_").values_list("to", flat=True))
    assert told == {ward.councillor.email, ward.leader.email}


def test_the_result_is_the_councillors_and_no_officers(ward):
    bid = actions.submit(
        actions.certify(written(ward), by=ward.leader, at=ward.at), by=ward.councillor, at=ward.at
    )
    bid = actions.find_eligible(bid, by=factories.case_officer(), at=factories.during(ward.round, "check"))
    case = factories.CaseFactory(application=bid, status="announced")
    at = factories.during(ward.round, "agreement")
    factories.DecisionFactory(case=case, verdict="decline", amount=0, settled_at=at)
    Announcement.objects.create(round=ward.round, at=at, set_by=factories.UserFactory(), set_at=at)

    assert own_result(bid, ward.councillor, at).key == "decline"
    assert own_result(bid, ward.officer, at) is None
    assert list(Decision.objects.visible_to(ward.councillor, at)) == [case.decision]
    assert list(Decision.objects.visible_to(ward.officer, at)) == []


def test_the_page_of_rounds_leads_to_the_start_and_then_to_the_draft(ward, visit):
    page = visit(ward.councillor, at=ward.at)

    choices = page.get(reverse("own_choices")).content.decode()
    start = reverse("own_start", args=["next", "TBY"])
    assert start in choices
    sent = page.post(start, {"outcome": ward.outcome.pk, "title": "Buses on Sundays"})

    bid = Application.objects.get()
    assert sent.headers["Location"] == bid.get_absolute_url()
    assert bid.reference in page.get(reverse("own_choices")).content.decode()
    again = page.get(start).content.decode()
    assert f"You have an application in this round already: {bid.reference}" in again


def test_the_start_of_another_council_or_of_another_round_is_nobodys(ward, visit):
    other = factories.AuthorityFactory(code="OTH")
    plain = factories.a_round(slug="plain")
    page = visit(ward.councillor, at=ward.at)

    assert page.get(reverse("own_start", args=["next", other.code])).status_code == 403
    assert page.get(reverse("own_start", args=[plain.slug, "TBY"])).status_code == 404
    assert visit(ward.officer, at=ward.at).get(reverse("own_choices")).status_code == 403


def test_an_outcome_of_another_round_is_no_choice(ward, visit):
    stranger = factories.OutcomeFactory()

    page = visit(ward.councillor, at=ward.at).post(
        reverse("own_start", args=["next", "TBY"]), {"outcome": stranger.pk, "title": "Buses"}
    )

    assert page.status_code == 200
    assert "Buses" in page.content.decode()
    assert not Application.objects.exists()
    with pytest.raises(Refused, match="is not an outcome of this round"):
        actions.start_own(ward.round, ward.seat, stranger, title="Buses", by=ward.councillor, at=ward.at)


def test_a_councillor_without_a_group_cannot_be_entered(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.person(Role.COUNCILLOR, authority=factories.AuthorityFactory())
