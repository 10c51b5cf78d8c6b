"""What may be known of results, by whom, and from which microsecond."""

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from panel import results
from panel.models import Announcement, Case, Decision
from tests import factories as make
from tests.panel.judged import announcing, bare, judged, left_out, moderated, settled, shortlisted

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def own(house, bid=0, *, at, user=None):
    application = house.bids[bid]
    user = user or type(application.drafted_by).objects.get(pk=application.drafted_by_id)
    result = results.own_result(type(application).objects.get(pk=application.pk), user, at)
    return result and result.key


# One's own result


def test_an_applicant_learns_whether_it_was_shortlisted_when_the_stage_closes():
    house = judged(3)
    shortlisted(house, 0)
    left_out(house, 1)
    moderated(house, 2)
    closes = house.round.stage_of("shortlist").closes_at

    before = [own(house, bid, at=closes - MICRO) for bid in range(3)]
    after = [own(house, bid, at=closes) for bid in range(3)]

    assert before == ["assessed", "assessed", "assessed"]
    assert after == ["shortlisted", "not_shortlisted", "assessed"]


def test_and_the_verdict_with_its_reasons_at_the_instant_without_the_clock():
    house = judged(3)
    settled(house, 0, amount=90_000)
    settled(house, 1, verdict="reserve", amount=80_000)
    left_out(house, 2)
    settled(house, 2, verdict="decline", reasons="Others showed more.")
    instant = announcing(house)

    before = [own(house, bid, at=instant - MICRO) for bid in range(3)]
    after = [own(house, bid, at=instant) for bid in range(3)]

    assert before == ["shortlisted", "shortlisted", "not_shortlisted"]
    assert after == ["award", "reserve", "decline"]
    told = results.own_result(house.bids[2], house.bids[2].drafted_by, instant)
    assert (told.words, told.reasons, told.announced_at) == ("Not awarded", "Others showed more.", instant)
    assert (told.feedback, told.feedback_due_at) == ((), Announcement.objects.get().feedback_due_at)


def test_reasons_and_feedback_stay_sealed_until_then():
    house = judged(1)
    left_out(house)
    settled(house, verdict="decline")
    instant = announcing(house)

    told = results.own_result(house.bids[0], house.bids[0].drafted_by, instant - MICRO)

    assert (told.reasons, told.amount, told.feedback, told.feedback_due_at) == ("", 0, (), None)


def test_an_outcome_without_applications_is_closed_and_its_share_is_the_others(visit):
    house = judged(2, pot=200_000)
    house.round.outcomes.add(make.OutcomeFactory(title="Warm homes"))
    chair = visit(house.chairing, at=house.at("decision"))
    for bid in (0, 1):
        settled(house, bid, amount=100_000)
    before = chair.get(reverse("announcement_edit", args=[house.round.slug])).content.decode()
    instant = announcing(house)
    page = reverse("result_list", args=[house.round.slug])

    sealed = visit(at=instant - MICRO).get(page).content.decode()
    told = visit(at=instant).get(page).content.decode()

    assert [outcome.title for outcome in results.outcomes_without(house.round)] == ["Warm homes"]
    for words in (before, told):
        assert "One outcome is closed without an application" in words
        assert "Warm homes" in words
    assert "is closed without" not in sealed
    # The two awards of the other outcome are given the whole pot.
    assert results.pounds_awarded(house.round, instant) == 200_000


def test_an_outcome_whose_applications_were_all_withdrawn_is_one_of_them():
    house = judged(1)
    assert results.outcomes_without(house.round) == []

    type(house.bids[0]).objects.update(status="withdrawn")

    assert results.outcomes_without(house.round) == list(house.round.outcomes.all())


def test_it_is_told_to_nobody_else():
    house = judged(2)
    settled(house, 0)
    settled(house, 1)
    instant = announcing(house)

    for person in (AnonymousUser(), house.bids[1].drafted_by, make.scheme_manager(), house.chairing):
        assert own(house, 0, at=instant, user=person) is None


def test_there_is_none_for_a_bid_that_is_not_judged():
    house = judged(1)
    for status in ("submitted", "ineligible", "withdrawn"):
        house.bids[0].status = status
        house.bids[0].save()
        assert own(house, at=house.at("verify")) is None


# For later rooms


def test_announced_awards_are_there_from_the_instant_on():
    house = judged(3)
    settled(house, 0, amount=90_000)
    settled(house, 1, verdict="reserve", amount=80_000)
    settled(house, 2, verdict="decline")
    instant = announcing(house)

    assert list(results.announced_awards(house.round, instant - MICRO)) == []
    assert list(results.announced_awards(house.round, instant)) == [house.case(0)]
    assert results.figures(house.round, instant) == {"judged": 3, "award": 1, "reserve": 1, "decline": 1}
    assert results.pounds_awarded(house.round, instant) == 90_000


# The public page


def public(house):
    return reverse("result_list", args=[house.round.slug])


def test_the_public_page_opens_at_the_instant_and_not_a_microsecond_earlier(visit):
    house = judged(2)
    settled(house, 0, reasons="Clear figures over three years.")
    settled(house, 1, verdict="decline", reasons="A reason for one council alone.")
    instant = announcing(house)

    before = visit(at=instant - MICRO).get(public(house)).content.decode()
    after = visit(at=instant).get(public(house)).content.decode()

    winner, loser = house.bids[0].authority.name, house.bids[1].authority.name
    assert "not announced yet" in before
    assert winner not in before
    for words in (
        winner,
        house.bids[0].title,
        house.bids[0].summary,
        "£90,000",
        "Clear figures over three years.",
    ):
        assert words in after
    assert loser not in after
    assert "A reason for one council alone." not in after
    assert Case.objects.filter(status="announced").count() == 0


def test_before_it_is_set_the_page_says_that_it_will_be(visit):
    house = judged(1)

    page = visit(at=house.at("decision")).get(public(house))

    assert page.status_code == 200
    assert "an instant that the panel’s chair sets" in page.content.decode()


def test_a_round_without_awards_says_so(visit):
    house = judged(1)
    settled(house, verdict="decline")
    instant = announcing(house)

    assert "No award was made" in visit(at=instant).get(public(house)).content.decode()


def test_the_page_takes_the_same_queries_for_one_award_and_for_eight(visit):
    counts = []
    for bids in (1, 8):
        house = judged(bids)
        for bid in range(bids):
            settled(house, bid)
        instant = announcing(house)
        browser = visit(at=instant)
        browser.get(public(house))
        with CaptureQueriesContext(connection) as taken:
            assert len(browser.get(public(house)).context["page_obj"]) == bids
        counts.append(len(taken))

    assert counts[0] == counts[1]


# Who may know of a decision


def knows(house, user, at):
    return Decision.objects.visible_to(user, at).exists()


def test_an_award_is_known_to_everybody_from_the_instant_and_a_decline_to_its_own_alone():
    house = judged(2)
    settled(house, 0)
    settled(house, 1, verdict="decline")
    instant = announcing(house)
    nobody, own_officer = AnonymousUser(), house.bids[1].drafted_by

    def seen(user, at):
        return set(Decision.objects.visible_to(user, at).values_list("case__application", flat=True))

    award, decline = (bid.pk for bid in house.bids)
    assert seen(nobody, instant - MICRO) == set()
    assert seen(nobody, instant) == {award}
    assert seen(own_officer, instant - MICRO) == set()
    assert seen(own_officer, instant) == {award, decline}
    assert seen(house.bids[0].drafted_by, instant) == {award}


def test_an_officer_of_the_panel_knows_of_its_own_bid_what_an_officer_knows():
    house = judged(1)
    member = house.members[0].user
    make.MembershipFactory(user=member, role="drafter", authority=house.bids[0].authority)
    member = type(member).objects.get(pk=member.pk)
    settled(house)
    instant = announcing(house)

    assert not knows(house, member, instant - MICRO)
    assert knows(house, member, instant)


# The oracle: nobody without a right can tell an award from a decline before the instant.


def addresses(house):
    """Every address of the house that can be asked for, with what this round puts into it."""
    case = house.case(0)
    known = {
        "slug": [house.round.slug],
        "reference": [house.bids[0].reference],
        "code": [house.bids[0].authority.code],
        "pk": [case.pk, 1],
        "object_id": [str(case.pk)],
        "app_label": ["panel", "applications", "grants", "core"],
        "round": [house.round.slug],
        "outcome": [house.bids[0].outcome.slug],
        "authority": [house.bids[0].authority.code],
    }
    found = set()

    def walk(patterns, before, arguments):
        for pattern in patterns:
            names = [*arguments, *pattern.pattern.regex.groupindex]
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, [*before, pattern], names)
            elif isinstance(pattern, URLPattern) and all(name in known for name in names):
                route = "".join(str(part.pattern) for part in [*before, pattern]).replace("^", "")
                if "(?P" not in route and "\\" not in route:
                    found.update(filled(route, names))

    def filled(route, names):
        for values in product(*(known[name] for name in names)):
            address = route
            for name, value in zip(names, values, strict=True):
                for kind in ("slug:", "str:", "int:", "path:", ""):
                    address = address.replace(f"<{kind}{name}>", str(value))
            yield "/" + address

    walk(get_resolver().url_patterns, [], [])
    # The start page of the demonstration wants the demonstration's own people; a new second factor is random.
    left = ("<", "/accounts/", "try-it")
    return sorted(address for address in found if not any(words in address for words in left))


WITHOUT_RIGHT = [
    "visitor",
    "own",
    "rival",
    "grants",
    "observer",
    "coordinator",
    "conflicted",
    "signatory",
    "superuser",
]


@pytest.mark.parametrize("who", WITHOUT_RIGHT)
def test_before_the_instant_no_page_tells_an_award_from_a_decline(who, visit, settings, unpressed):
    settings.DEMONSTRATION = True  # so that staff enter the admin
    house = judged(2)
    bid = house.bids[0]
    settled(house, 0)
    settled(house, 1)
    instant = announcing(house)
    make.InterestFactory(appointment=house.members[0], application=bid)
    make.MembershipFactory(user=house.clg, role="drafter", authority=bid.authority)
    people = {
        "visitor": None,
        "own": bid.certified_by,
        "rival": house.bids[1].certified_by,
        "grants": make.grants_officer(),
        "observer": make.person("observer", body="lga"),
        "coordinator": make.person("coordinator", region=bid.authority.region),
        "conflicted": house.members[0].user,
        "signatory": house.clg,
        "superuser": make.UserFactory(is_staff=True, is_superuser=True),
    }
    browser = visit(people[who], at=instant - MICRO)
    asked = addresses(house)
    assert len(asked) > 60
    assert any(address.startswith("/admin/") for address in asked)

    def world(verdict, amount, status):
        Decision.objects.filter(case__application=bid).update(verdict=verdict, amount=amount)
        Case.objects.filter(application=bid).update(status=status)
        return {address: bare(browser.get(address)) for address in asked}

    awarded = world("award", 90_000, "awarded")
    declined = world("decline", 0, "declined")

    assert [address for address in asked if awarded[address] != declined[address]] == []


def test_the_oracle_sees_a_difference_where_there_is_a_right(visit):
    """The control: a member without an interest is shown the verdict, so the comparison can fail."""
    house = judged(1)
    settled(house)
    instant = announcing(house)
    browser = visit(house.members[0].user, at=instant - MICRO)
    url = reverse("decision_detail", args=[house.reference()])
    awarded = bare(browser.get(url))
    Decision.objects.update(verdict="decline", amount=0)

    assert bare(browser.get(url)) != awarded


def test_an_announcement_alone_says_nothing_of_what_was_decided(visit):
    house = judged(1)
    settled(house)
    announcing(house)
    browser = visit(at=Announcement.objects.get().at - MICRO)

    text = browser.get(public(house)).content.decode()

    assert house.bids[0].authority.name not in text
    assert house.reference() not in text


def test_a_council_reads_its_result_on_a_page_from_the_announcement_on(visit):
    house = judged(2)
    settled(house, 0, amount=90_000, reasons="It showed the most.")
    settled(house, 1)
    instant = announcing(house)
    bid = house.bids[0]
    page = reverse("own_result", args=[bid.reference])

    before = visit(bid.drafted_by, at=instant - MICRO).get(page).content.decode()
    after = visit(bid.drafted_by, at=instant).get(page).content.decode()

    assert "Shortlisted" in before
    assert "It showed the most." not in before
    assert "Awarded" in after
    assert "It showed the most." in after
    assert "What its readers said" in after
    assert visit(house.bids[1].drafted_by, at=instant).get(page).status_code == 404


def test_the_list_of_own_results_asks_the_same_for_two_and_twenty(visit):
    officer = make.drafter(make.AuthorityFactory())
    (council,) = officer.authorities
    counts = []
    for more in (2, 18):
        for _ in range(more):
            last = make.handed_in(authority=council, status="eligible")
        other = make.handed_in(status="eligible")
        client = visit(officer, at=last.drafted_at)
        with CaptureQueriesContext(connection) as asked:
            text = client.get(reverse("own_results")).content.decode()
        counts.append(len(asked))
        assert reverse("own_result", args=[last.reference]) in text
        assert reverse("own_result", args=[other.reference]) not in text

    assert counts[0] == counts[1]
