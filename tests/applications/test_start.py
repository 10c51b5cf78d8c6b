"""Who may begin an application, and how many of a kind."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.applications import actions, calls, rules
from beacons.applications.models import Application
from beacons.applications.rules.leaving import reasons_not_to_leave
from beacons.core.lifecycle import Refused
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from tests import factories
from tests.applications.conftest import begun


def test_a_draft_has_a_reference_and_what_is_known_already(council):
    bid = begun(council)

    assert bid.reference == f"BCN-{bid.pk:05d}"
    assert (bid.status, bid.drafted_by, bid.lead_officer) == ("draft", council.drafter, "Alex Green")


def test_a_district_applies_by_its_countys_sign_up(council):
    district = factories.AuthorityFactory(kind=Authority.Kind.DISTRICT, county=council.authority)

    bid = actions.start(
        council.round, council.outcome, district, title="Ours", by=factories.drafter(district), at=council.at
    )

    assert bid.authority == district


def test_a_county_does_not_apply_by_its_districts_sign_up(council):
    county = factories.AuthorityFactory(kind=Authority.Kind.COUNTY)
    council.authority.county = county
    council.authority.save()

    with pytest.raises(Refused, match="is not signed up"):
        actions.start(
            council.round, council.outcome, county, title="Ours", by=factories.drafter(county), at=council.at
        )


def test_a_body_without_a_county_needs_a_partner_that_is_signed_up(council):
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE)
    stranger = factories.AuthorityFactory()
    who = {"title": "Ours", "by": factories.drafter(fire), "at": council.at}

    with pytest.raises(Refused, match="name a partner authority that is"):
        actions.start(council.round, council.outcome, fire, **who)
    with pytest.raises(Refused, match="name a partner authority that is"):
        actions.start(council.round, council.outcome, fire, partner=stranger, **who)
    bid = actions.start(
        council.round, council.outcome, fire, partner=council.authority, partner_role="Sends pupils", **who
    )

    assert [(partner.authority, partner.role) for partner in bid.partners.all()] == [
        (council.authority, "Sends pupils")
    ]


def test_without_the_partner_it_leaned_on_it_cannot_be_certified(council):
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE)
    bid = actions.start(
        council.round,
        council.outcome,
        fire,
        partner=council.authority,
        title="Ours",
        by=factories.drafter(fire),
        at=council.at,
    )

    [partner] = bid.partners.all()
    actions.confirm_part(
        partner, name="Ann Lee", job="Head", seen=partner.fingerprint, by=council.drafter, at=council.at
    )
    assert rules.reasons_not_entitled(Application.objects.get(pk=bid.pk)) == []
    actions.remove_partner(bid.partners.get(), by=bid.drafted_by, at=council.at)

    assert rules.reasons_not_entitled(Application.objects.get(pk=bid.pk)) != []


def test_one_application_of_a_kind(council):
    first = begun(council)

    with pytest.raises(Refused, match=first.reference):
        begun(council)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ApplicationFactory(
            round=council.round, authority=council.authority, outcome=council.outcome
        )


def test_what_was_withdrawn_does_not_stand_in_the_way(council):
    actions.withdraw(begun(council), why="Too early", by=council.drafter, at=council.at)

    assert begun(council).status == "draft"


def test_one_application_in_each_category(council):
    one, two = (factories.CategoryFactory(round=council.round) for _ in range(2))
    begun(council, category=one)

    with pytest.raises(Refused, match="Choose a category"):
        begun(council)
    with pytest.raises(Refused, match=one.name):
        begun(council, category=one)
    assert begun(council, category=two).category == two


def test_a_category_of_another_round_is_refused(council):
    with pytest.raises(Refused, match="no categories"):
        begun(council, category=factories.CategoryFactory(round=factories.a_round()))


def test_an_outcome_of_another_round_is_refused(council):
    other = factories.SignUpFactory(authority=council.authority).outcome

    with pytest.raises(Refused, match="not an outcome of this round"):
        actions.start(
            council.round, other, council.authority, title="Ours", by=council.drafter, at=council.at
        )


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u200d", "\u3164", "\u202e"])
def test_a_title_nobody_can_see_is_refused(council, title):
    with pytest.raises(Refused, match="title"):
        begun(council, title=title)


def test_a_title_stays_in_one_line_and_in_its_direction(council):
    bid = begun(council, title="A \u202esecond\u202c\r\nBcc: everybody@example.org chance")

    assert bid.title == "A second Bcc: everybody@example.org chance"


@pytest.mark.parametrize(("moment", "allowed"), [("last", True), ("closes", False)])
def test_starting_ends_at_the_closing_instant(council, moment, allowed):
    at = getattr(council, moment)

    if allowed:
        assert begun(council, at=at).drafted_at == at
    else:
        with pytest.raises(Refused, match="closed at noon"):
            begun(council, at=at)
        assert Application.objects.count() == 0


def test_starting_begins_when_the_stage_opens(council):
    opens = council.round.stage_of("applications").opens_at

    with pytest.raises(Refused, match="open at noon"):
        begun(council, at=opens - timedelta(microseconds=1))
    assert begun(council, at=opens)


def test_a_round_that_is_not_approved_takes_none(council):
    council.round.approved_at = None

    with pytest.raises(Refused, match="not been approved"):
        begun(council)


def test_calls_cost_the_same_for_one_outcome_and_for_many(council, django_assert_num_queries):
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE)
    begun(council)

    with django_assert_num_queries(7):
        assert len(calls.open_to([council.authority], council.at)) == 1

    council.round.outcomes.add(*[factories.OutcomeFactory() for _ in range(5)])
    with django_assert_num_queries(7):
        found = calls.open_to([council.authority, fire], council.at)

    assert len(found) == 12
    assert [call.outcome for call in found if call.why] == [council.outcome]


# The pages


def test_choices_say_who_may_apply_and_what_is_begun(council, visit):
    other = factories.OutcomeFactory(title="Something else")
    council.round.outcomes.add(other)
    bid = begun(council)

    page = visit(council.drafter, at=council.at).get("/applications/start/").content.decode()

    assert "Your area is signed up to this outcome." in page
    assert f"{bid.reference}: <bdi>A second chance at sixteen</bdi>" in page
    assert "Led by Testbury" in page
    assert 'govuk-tag--blue">Draft</strong>' in page
    assert f"/applications/start/{council.round.slug}/{other.slug}/{council.authority.code}/" in page
    assert (
        f"/applications/start/{council.round.slug}/{council.outcome.slug}/{council.authority.code}/"
        not in page
    )


def start_url(council, authority=None):
    code = (authority or council.authority).code
    return f"/applications/start/{council.round.slug}/{council.outcome.slug}/{code}/"


def test_begin_by_the_page(council, visit):
    client = visit(council.drafter, at=council.at)

    assert client.get(start_url(council)).status_code == 200
    response = client.post(start_url(council), {"title": "A second chance"})

    bid = Application.objects.get()
    assert response.url == f"/applications/{bid.reference}/"
    assert (bid.title, bid.authority) == ("A second chance", council.authority)


def test_the_page_links_to_the_application_there_is(council, visit):
    bid = begun(council)

    page = visit(council.drafter, at=council.at).post(start_url(council), {"title": "Again"})

    assert page.status_code == 200
    assert f'href="/applications/{bid.reference}/"' in page.content.decode()
    assert "Again" in page.content.decode()
    assert Application.objects.count() == 1


def test_a_page_asks_for_the_partner_when_one_is_needed(council, visit):
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE)
    stranger = factories.AuthorityFactory()
    district = factories.AuthorityFactory(kind=Authority.Kind.DISTRICT, county=council.authority)
    client = visit(factories.drafter(fire), at=council.at)

    offered = client.get(start_url(council, fire)).context["form"].fields["partner"].queryset
    assert set(offered) == {council.authority, district}
    assert stranger not in offered
    refused = client.post(start_url(council, fire), {"title": "Ours"})
    client.post(
        start_url(council, fire),
        {"title": "Ours", "partner": council.authority.pk, "partner_role": "Teaches"},
    )

    assert refused.status_code == 200
    assert Application.objects.get().partners.get().authority == council.authority


def test_nobody_begins_for_another_council(council, visit):
    other = factories.AuthorityFactory()

    response = visit(factories.drafter(other), at=council.at).post(start_url(council), {"title": "Theirs"})

    assert response.status_code == 403
    assert Application.objects.count() == 0


@pytest.mark.parametrize(("moment", "status"), [("last", 302), ("closes", 200)])
def test_the_start_page_at_the_closing(council, visit, moment, status):
    response = visit(council.drafter, at=getattr(council, moment)).post(
        start_url(council), {"title": "A late thought"}
    )

    assert response.status_code == status
    if status == 200:
        assert "A late thought" in response.content.decode()
        assert "closed at noon" in response.content.decode()
        assert Application.objects.count() == 0


# Who may apply is a matter of the round


def test_in_a_round_open_to_any_nobody_needs_a_sign_up(council, visit):
    Round.objects.filter(pk=council.round.pk).update(open_to="any")
    council.round.refresh_from_db()
    fire = factories.AuthorityFactory(kind=Authority.Kind.FIRE)
    officer = factories.drafter(fire)

    page = visit(officer, at=council.at).get("/applications/start/").content.decode()
    assert "This round is open to every authority." in page
    assert "Partner that is signed up" not in page
    form = visit(officer, at=council.at).get(start_url(council, fire)).content.decode()
    assert 'name="partner"' not in form
    bid = actions.start(council.round, council.outcome, fire, title="Ours", by=officer, at=council.at)
    assert (bid.authority, rules.reasons_not_entitled(bid)) == (fire, [])
    # So no sign-up is held fast by it.
    assert list(reasons_not_to_leave(council.outcome, [fire.pk])) == []


def test_a_category_is_chosen_by_what_belongs_into_it(council, visit):
    one, two = (
        factories.CategoryFactory(round=council.round, name=name, about=f"About {name}.")
        for name in ("Bright ideas", "Together")
    )
    other = factories.CategoryFactory(round=factories.a_round())
    client = visit(council.drafter, at=council.at)

    page = client.get(start_url(council)).content.decode()
    assert "About Bright ideas." in page
    assert "About Together." in page
    for typed, error in (({}, "Choose"), ({"category": other.pk}, "Category: choose from the list")):
        answer = client.post(start_url(council), {"title": "Ours", **typed})
        assert error in answer.content.decode()
        assert 'value="Ours"' in answer.content.decode()
    assert not Application.objects.exists()
    client.post(start_url(council), {"title": "Ours", "category": two.pk})
    bid = Application.objects.get()
    assert bid.category == two
    # What is taken is not offered again.
    page = client.get(start_url(council)).content.decode()
    assert bid.reference in page
    assert "About Together." not in page
    assert client.post(start_url(council), {"title": "Two", "category": one.pk}).status_code == 302
    assert Application.objects.count() == 2
