"""What the pot could pay for: the three lists, minima that chairs ask for, and nothing of what is hidden."""

import pytest
from django.db.models import F
from django.urls import reverse

from beacons.applications.models import Application
from beacons.directory.models import Region
from panel.models import Case, Decision, Mark, Portfolio
from panel.tasks import sweep_rankings
from tests import factories as make
from tests.panel.judged import bare
from tests.panel.panels import facts, queries
from tests.panel.test_fair_ranking import read_by

pytestmark = pytest.mark.django_db
# Two dear ones that are best, and four cheap ones; readers disagree a little, and one marks harder.
MARKS = [[5, 5, None], [5, None, 4], [None, 5, 4], [4, 4, None], [4, None, 3], [None, 4, 3], [2, 2, None]]


@pytest.fixture
def house():
    made = read_by(MARKS, pot=300_000)
    Application.objects.filter(pk__in=[bid.pk for bid in made.bids[:2]]).update(
        develop=F("develop") + 200_000
    )
    made.north, _ = Region.objects.get_or_create(name="North East", defaults={"gss_code": "T1"})
    for bid in made.bids[4:]:
        type(bid.authority).objects.filter(pk=bid.authority_id).update(region=made.north)
    return made


def url(house, **query):
    return reverse("funding_options", args=[house.round.slug], query=query)


def seen(page):
    """References on each list, by their number among the bids."""
    return {
        name: [row.case.application.reference for row, _, _ in page.context[name]["rows"]]
        for name in ("ranked", "best", "likely")
    }


def test_the_three_lists_stand_beside_each_other_and_say_that_they_are_advice(visit, house):
    before = (Decision.objects.count(), sorted(Case.objects.values_list("pk", "status")))

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    lists, text = seen(page), " ".join(page.content.decode().split())
    refs = [house.reference(n) for n in range(7)]
    # One dear application, or one cheap one before it, and the next does not fit.
    assert len(lists["ranked"]) == 1
    assert lists["ranked"][0] in refs[:3]
    assert sum(facts(bid).requested for bid in house.bids if bid.reference in lists["ranked"]) <= 300_000
    assert len(lists["best"]) == 3
    assert not set(lists["best"]) & set(refs[:2])
    assert refs[6] not in lists["ranked"] + lists["best"]
    assert "This is advice only" in text
    assert page.context["best"]["bias"] < -0.3
    assert "This list prefers cheap applications" in text
    assert "in 100" in text
    assert "Sets that come close" in text
    assert "% less" in text
    assert "Ask for least numbers" not in text
    assert before == (Decision.objects.count(), sorted(Case.objects.values_list("pk", "status")))


def test_chairs_ask_for_least_numbers_and_hear_what_cannot_be(visit, house):
    chair = visit(house.chairing, at=house.closes_at)
    region = "region-north-east"

    chosen = chair.get(url(house, **{region: 2}))
    form = chosen.context["form"]
    too_many = chair.get(url(house, **{region: 9}))
    outcome = next(name for name in form.fields if name.startswith("outcome"))
    impossible = chair.get(url(house, **{region: 2, outcome: 4}))

    assert {house.reference(4), house.reference(5)} <= set(seen(chosen)["best"])
    assert "holds at least: 2 of North East" in chosen.content.decode()
    assert too_many.context["least"] == {}
    assert "less than or equal to 2" in too_many.content.decode()
    assert "No set of applications keeps to this" in impossible.content.decode()
    assert any(
        "at least 4 are wanted and 3 can be funded" in reason for reason in impossible.context["reasons"]
    )
    assert Portfolio.objects.count() == 3
    chair.get(url(house, **{region: 2}))
    assert Portfolio.objects.count() == 3
    # Nobody else sets the solver to work: what a member asks for is not heard.
    member = visit(house.members[0].user, at=house.closes_at).get(url(house, **{region: 1}))
    assert member.context["least"] == {}
    assert Portfolio.objects.count() == 3


def test_a_hidden_bid_moves_nothing_on_the_page(visit, house):
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[3])
    browser = visit(member.user, at=house.closes_at)
    pages = []
    for score in (0, 5):
        Mark.objects.filter(assessment__case=house.case(3)).update(score=score)
        house.round.rankings.all().delete()
        pages.append(bare(browser.get(url(house))))

    assert pages[0] == pages[1]
    assert house.reference(3).encode() not in pages[0][1]


def test_where_scores_cannot_be_compared_raw_ones_are_listed_without_chances(visit):
    house = read_by([[5], [4], [3]], pot=200_000)

    page = visit(house.members[0].user, at=house.closes_at).get(url(house))

    assert seen(page)["ranked"] == [house.reference(0), house.reference(1)]
    assert seen(page)["likely"] == []
    assert "No chance can be worked out" in page.content.decode()


@pytest.mark.parametrize("who", ["manager", "signatory", "applicant"])
def test_nobody_outside_the_panel_reads_it(who, visit, house):
    people = {
        "manager": make.scheme_manager(),
        "signatory": house.clg,
        "applicant": house.bids[0].certified_by,
    }

    assert visit(people[who], at=house.closes_at).get(url(house)).status_code == 403


def test_it_takes_twelve_queries_and_many_are_left_to_the_clock(visit, house, monkeypatch):
    monkeypatch.setattr("panel.views.ranking.AT_ONCE", 1)
    monkeypatch.setattr("panel.sweeps.rankings.AT_ONCE", 1)
    chair = visit(house.chairing, at=house.closes_at)

    before = chair.get(url(house)).content.decode()
    sweep_rankings.run()
    asked = queries(chair, url(house))

    assert "The ranking is being worked out" in before
    assert Portfolio.objects.count() == 1
    assert len(asked) <= 12
