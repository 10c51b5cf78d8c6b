"""Near misses: a bid that won nothing offers its practice, and nobody learns from the offer what is still sealed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications.models import Answer, Application
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from beacons.directory.models import Role
from grants.dissemination import actions, invariants, near_misses, permissions
from grants.dissemination.models import Practice
from panel.models import Case, Decision
from tests import factories as make
from tests.mergers import merge
from tests.panel.judged import announcing, bare, judged, left_out, settled

pytestmark = pytest.mark.django_db
MICRO, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)


@pytest.fixture
def house():
    """One award, one reserve, one declined after the visit and one that was not shortlisted; the announcement is set."""
    house = judged(4)
    settled(house, 0, amount=90_000)
    settled(house, 1, verdict="reserve", amount=80_000)
    settled(house, 2, verdict="decline")
    left_out(house, 3)
    settled(house, 3, verdict="decline", reasons="Others showed more.")
    house.instant = announcing(house)
    return house


def officer(house, bid):
    return house.bids[bid].drafted_by


def renewed(bid):
    return Application.objects.get(pk=bid.pk)


def offer_page(bid):
    return reverse("practice_offer", args=[bid.reference])


def offered(house, bid=2, *, at=None, **said):
    who = {"by": officer(house, bid), "at": at or house.instant + MINUTE, "tells_of_bid": False, **said}
    return actions.offer_practice(house.bids[bid], **who)


def text(answer):
    return " ".join(answer.content.decode().split())


# Who may, and when


def test_what_was_declined_or_not_shortlisted_may_be_offered_from_the_instant_on(house):
    def reasons(bid, at):
        return near_misses.reasons_not_to_offer(renewed(house.bids[bid]), officer(house, bid), at=at)

    assert [reasons(bid, house.instant - MICRO) for bid in range(4)] == [[near_misses.SEALED]] * 4
    award, reserve, declined, not_shortlisted = (reasons(bid, house.instant) for bid in range(4))
    assert award == ["It won an award: its entry in the library is written under its grant."]
    assert "a grant may still be offered to it" in reserve[0]
    assert (declined, not_shortlisted) == ([], [])


def test_a_reserve_may_once_no_grant_can_come_any_more(house):
    bid, close = renewed(house.bids[1]), house.round.stage_of("close").closes_at
    last = close - timedelta(days=house.round.reserve_days)

    assert near_misses.reasons_not_to_offer(bid, officer(house, 1), at=last) != []
    assert near_misses.reasons_not_to_offer(bid, officer(house, 1), at=last + timedelta(days=1)) == []


def test_a_reserve_that_was_offered_a_grant_is_no_near_miss(house):
    bid = renewed(house.bids[1])
    make.GrantFactory(application=bid, status="lapsed")

    [reason] = near_misses.reasons_not_to_offer(
        bid, officer(house, 1), at=house.round.stage_of("close").closes_at
    )

    assert "offered a grant from the reserve" in reason


@pytest.mark.parametrize("status", ["submitted", "ineligible", "withdrawn"])
def test_what_no_panel_judged_is_not_offered(house, status):
    Application.objects.filter(pk=house.bids[2].pk).update(status=status)

    reasons = near_misses.reasons_not_to_offer(
        renewed(house.bids[2]), officer(house, 2), at=house.instant + MINUTE
    )

    assert reasons == [near_misses.NOT_JUDGED]


def test_nobody_else_can_offer_it(house, visit):
    at = house.instant + MINUTE
    page = offer_page(house.bids[2])
    statuses = {
        "another council": visit(officer(house, 3), at=at).post(page).status_code,
        "office": visit(make.scheme_manager(), at=at).post(page).status_code,
        "chair": visit(house.chairing, at=at).post(page).status_code,
        "visitor": visit(at=at).get(page).status_code,
    }

    assert statuses == {"another council": 404, "office": 403, "chair": 404, "visitor": 302}
    with pytest.raises(Refused):
        offered(house, by=officer(house, 3))
    assert not Practice.objects.exists()


# The seal


def vary(house, verdict, amount=0):
    """The world in which the bodies agreed on something else for the third bid, which was shortlisted and visited."""
    case = house.case(2)
    Decision.objects.filter(case=case).update(verdict=verdict, amount=amount)
    status = {"award": "awarded", "reserve": "reserved", "decline": "declined"}[verdict]
    Case.objects.filter(pk=case.pk).update(status=status)


def everything_seen(house, visit, at):
    bid = house.bids[2]
    people = {
        "officer": officer(house, 2),
        "certifier": bid.certified_by,
        "rival": officer(house, 3),
        "office": house.manager,
        "public": None,
    }
    pages = [
        bid.get_absolute_url(),
        offer_page(bid),
        reverse("own_result", args=[bid.reference]),
        reverse("own_results"),
        reverse("practice_list"),
        reverse("desk"),
    ]
    seen = {
        (who, page): bare(visit(person, at=at).get(page, follow=True))
        for who, person in people.items()
        for page in pages
    }
    posted = visit(people["officer"], at=at).post(offer_page(bid), {"tells_of_bid": "on"})
    return seen | {("officer", "posted"): bare(posted)}


def test_before_the_announcement_nobody_learns_from_the_offer_what_was_decided(house, visit):
    house.manager = make.scheme_manager()
    worlds, after = [], []
    for verdict, amount in (("decline", 0), ("award", 90_000), ("reserve", 0)):
        vary(house, verdict, amount)
        worlds.append(everything_seen(house, visit, house.instant - MICRO))
        page = visit(officer(house, 2), at=house.instant).get(house.bids[2].get_absolute_url())
        after.append("Offer your practice to the library" in text(page))

    assert worlds[1] == worlds[0]
    assert worlds[2] == worlds[0]
    assert "Offer your practice" not in str(worlds[0])
    assert not Practice.objects.exists()
    assert after == [True, False, False]


# Made from the application


def test_the_entry_is_made_from_the_answers_and_nothing_is_typed_twice(house):
    bid = house.bids[2]
    criteria = {criterion.key: criterion for criterion in house.round.criteria.all()}
    issues = make.CriterionFactory(round=house.round, key="issues", name="Issues")
    new = make.CriterionFactory(round=house.round, key="innovation", name="Innovation")
    sharing = make.CriterionFactory(round=house.round, key="sharing", name="Sharing")
    for position, (criterion, words, more) in enumerate(
        [(issues, "They trust nobody.", {}), (new, "We knock on doors.", {}), (criteria["transfer"], "Rotas failed.", {}),
         (sharing, "Two open days.", {}), (criteria["value"], "24000", {"kind": "money"}),
         (criteria["value"], "It saved a post.", {}), (None, "yes", {"kind": "statement"})],
        start=10,
    ):  # fmt: skip
        question = make.QuestionFactory(round=house.round, criterion=criterion, position=position, **more)
        Answer.objects.create(
            application=bid,
            question=question,
            text=words,
            version=1,
            saved_by=bid.drafted_by,
            saved_at=bid.drafted_at,
        )
    figure = make.EvidenceFigureFactory.build(application=bid)
    facts = figure.own_facts.as_json()
    make.EvidenceFigureFactory(application=bid, title=figure.title, frozen=facts, frozen_at=bid.certified_at)

    practice = offered(house)

    said = "We asked them why, and then changed how we teach."
    assert (practice.title, practice.problem, practice.done) == (
        bid.title,
        "They trust nobody.",
        "We knock on doors.",
    )
    assert practice.result == (
        f"{said}\n\nIt saved a post.\n\n{figure.title}: 55 people in 2024. Better than in 2023 (40 people)."
        " Source: Our own count, each July."
    )
    assert (practice.conditions, practice.lessons, practice.cost) == (said, "Rotas failed.", 24_000)
    assert (practice.contact, practice.status, practice.tells_of_bid) == (
        officer(house, 2).email,
        "drafted",
        False,
    )
    assert (practice.authority, practice.outcome, practice.grant) == (bid.authority, bid.outcome, None)


def test_without_an_answer_on_the_issues_the_summary_is_the_problem(house):
    assert offered(house).problem == house.bids[2].summary


def test_the_council_edits_it_and_the_office_publishes_it_without_a_word_of_the_bid(house, visit):
    bid, at = house.bids[2], house.instant + MINUTE
    client = visit(officer(house, 2), at=at)

    page = client.get(offer_page(bid))
    made = client.post(offer_page(bid), {}, follow=True)
    practice = Practice.objects.get()
    words = dict.fromkeys(near_misses.WRITTEN, "In our own words.")
    client.post(reverse("practice_edit", args=[practice.slug]), {"title": "Knocking on doors", **words})
    client.post(reverse("practice_develop", args=[practice.slug]))
    office = visit(make.scheme_manager(), at=at)
    office.post(reverse("practice_review", args=[practice.slug]))
    office.post(reverse("practice_publish", args=[practice.slug]), {"review_on": "2028-01-10"})

    assert "We asked them why" in text(page)
    assert "Made from your application." in text(made)
    entry = text(visit(at=at).get(practice.get_absolute_url()))
    library = text(visit(at=at).get(reverse("practice_list")))
    for seen in (entry, library):
        assert "Knocking on doors" in seen
        assert "did not win" not in seen
        assert bid.reference not in seen
        assert house.round.name not in seen
    assert Practice.objects.get().status == "published"


def test_it_tells_of_the_bid_only_if_the_council_wishes(house, visit):
    at = house.instant + MINUTE
    client = visit(officer(house, 2), at=at)
    client.post(offer_page(house.bids[2]), {"tells_of_bid": "on"})
    practice = Practice.objects.get()
    Practice.objects.filter(pk=practice.pk).update(
        status="published", published_at=at, review_on="2028-01-10"
    )
    told = text(visit(at=at).get(practice.get_absolute_url()))
    Practice.objects.filter(pk=practice.pk).update(status="due_for_review")

    form = {"title": practice.title, **dict.fromkeys(near_misses.WRITTEN, "Ours.")}
    client.post(reverse("practice_edit", args=[practice.slug]), form)

    assert f"From an application to {house.round} that did not win an award." in told
    assert "did not win" not in text(visit(at=at).get(practice.get_absolute_url()))


def test_an_entry_of_a_grant_is_not_asked_whether_it_won(visit):
    practice = make.PracticeFactory(status="drafted", published_at=None, review_on=None)
    client = visit(make.drafter(practice.authority), at=make.during(practice.grant.round, "develop"))

    page = client.get(reverse("practice_edit", args=[practice.slug]))

    assert "tells_of_bid" not in page.context["form"].fields


def test_pressing_twice_makes_one_entry_and_leads_to_it(house, visit):
    client = visit(officer(house, 2), at=house.instant + MINUTE)

    first, second = client.post(offer_page(house.bids[2])), client.post(offer_page(house.bids[2]))
    again = client.get(offer_page(house.bids[2]))

    practice = Practice.objects.get()
    assert {first.url, second.url, again.url} == {practice.get_absolute_url()}
    assert Step.objects.of(practice).filter(step="begin").count() == 1


def test_the_way_there_leads_from_the_application_and_from_the_result(house, visit):
    bid = house.bids[2]
    client = visit(officer(house, 2), at=house.instant + MINUTE)
    pages = [bid.get_absolute_url(), reverse("own_result", args=[bid.reference])]

    before = [offer_page(bid) in text(client.get(page)) for page in pages]
    practice = offered(house)
    after = [text(client.get(page)) for page in pages]

    assert before == [True, True]
    assert all(practice.get_absolute_url() in page and offer_page(bid) not in page for page in after)
    office = text(visit(make.scheme_manager(), at=house.instant + MINUTE).get(bid.get_absolute_url()))
    assert practice.get_absolute_url() not in office


# A councillor's own


def test_what_a_councillor_offers_is_theirs_and_not_the_officers(house, visit):
    bid, at = house.bids[2], house.instant + MINUTE
    councillor = make.UserFactory()
    make.MembershipFactory(
        user=councillor, role=Role.COUNCILLOR, authority=bid.authority, political_group="Independent"
    )
    Application.objects.filter(pk=bid.pk).update(councillor=councillor, political_group="Independent")
    colleague = make.drafter(bid.authority)

    practice = offered(house, by=councillor)

    practice = Practice.objects.for_detail().get(pk=practice.pk)
    assert permissions.may_write(councillor, practice)
    assert not permissions.may_write(colleague, practice)
    assert visit(councillor, at=at).get(practice.get_absolute_url()).status_code == 200
    assert visit(colleague, at=at).get(practice.get_absolute_url()).status_code == 404
    assert practice.title in text(visit(councillor, at=at).get(reverse("practice_list")))
    assert practice.title not in text(visit(colleague, at=at).get(reverse("practice_list")))


# What must hold


def test_a_practice_comes_from_a_grant_or_a_bid_and_from_one_of_them(house):
    practice = offered(house)
    grant = make.GrantFactory()

    for change in ({"application": None}, {"grant": grant}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Practice.objects.filter(pk=practice.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.PracticeFactory(grant=grant, tells_of_bid=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.PracticeFactory(grant=None, application=house.bids[2])


def test_an_offer_of_what_won_or_came_too_early_is_noticed(house):
    practice = offered(house)

    def noticed():
        return list(invariants.only_what_won_nothing_is_offered_and_after_the_announcement())

    assert noticed() == []
    Practice.objects.filter(pk=practice.pk).update(drafted_at=house.instant - MICRO)
    assert len(noticed()) == 1
    Practice.objects.filter(pk=practice.pk).update(drafted_at=house.instant)
    vary(house, "award", 90_000)
    assert len(noticed()) == 1


def test_an_offered_entry_goes_with_its_application_when_councils_merge(house):
    practice = offered(house)

    successor = merge(house.bids[2].authority, at=house.instant + timedelta(days=3))

    practice.refresh_from_db()
    assert (practice.authority, renewed(house.bids[2]).authority) == (successor, successor)
    assert list(invariants.an_offered_practice_belongs_to_its_application()) == []
    assert list(invariants.only_what_won_nothing_is_offered_and_after_the_announcement()) == []
