"""How far a round has come, on the map: what is public, what only those concerned may know, and nothing too early."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.directory.models import Hex
from panel.models import Announcement
from tests import factories as make

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def council(name, **fields):
    authority = make.AuthorityFactory(name=name, **fields)
    Hex.objects.create(layout="today", authority=authority, column=Hex.objects.count(), row=0)
    return authority


class Reached:
    """A round past its announcement, with a holder, its activity and its practice."""

    def __init__(self):
        self.outcome = make.OutcomeFactory()
        self.round = make.a_round(self.outcome, slug="a-round", name="A round")
        self.opens = make.during(self.round, "agreement")
        self.at = make.during(self.round, "spread") + timedelta(days=40)
        Announcement.objects.create(
            round=self.round,
            at=self.opens,
            set_by=make.UserFactory(),
            set_at=self.opens - timedelta(days=1),
        )
        self.holder = council("Holding")
        bid = make.handed_in(round=self.round, outcome=self.outcome, authority=self.holder)
        self.grant = make.GrantFactory(application=bid, authority=self.holder, status="active")
        self.activity = make.ActivityFactory(grant=self.grant, starts_at=self.at - timedelta(days=5))
        self.practice = make.PracticeFactory(grant=self.grant)

    def books(self, authority, **fields):
        make.BookingFactory(activity=self.activity, authority=authority, people=1, **fields)
        return authority

    def takes_up(self, authority, status):
        make.AdoptionFactory(practice=self.practice, authority=authority, status=status)
        return authority


@pytest.fixture
def reached():
    return Reached()


def page(client):
    return client.get(reverse("round_reach", args=["a-round"]))


def listed(response):
    return {line.council.name: line.mark.words for line in response.context["lines"]}


def everybody(reached):
    reached.books(council("Booked"))
    reached.books(council("Came"), attended=True, people_came=1)
    reached.takes_up(reached.books(council("Took up"), attended=True, people_came=1), "considering")
    reached.takes_up(council("Changed"), "changed")
    reached.takes_up(council("Gave up"), "given_up")
    return council("Far away")


def test_the_office_sees_how_far_each_council_has_come(visit, reached):
    everybody(reached)

    response = page(visit(make.scheme_manager(), at=reached.at))

    assert listed(response) == {
        "Holding": "Holds an award",
        "Booked": "Booked a place",
        "Came": "Came to an activity",
        "Took up": "Takes up a practice",
        "Changed": "Changed something",
        "Gave up": "Not reached yet",
        "Far away": "Not reached yet",
    }


def test_a_visitor_sees_holders_and_changes_and_only_counts_of_the_rest(visit, reached):
    everybody(reached)

    response = page(visit(at=reached.at))

    assert listed(response) == {
        "Holding": "Holds an award",
        "Changed": "Changed something",
        "Booked": "No change made yet",
        "Came": "No change made yet",
        "Took up": "No change made yet",
        "Gave up": "No change made yet",
        "Far away": "No change made yet",
    }
    told = response.content.decode()
    assert "3 councils have booked a place at an activity." in told
    assert "Booked a place" not in told
    assert "Came to an activity" not in told


def test_a_council_sees_its_own_booking_and_no_others(visit, reached):
    everybody(reached)
    booked = reached.activity.bookings.get(authority__name="Booked").authority

    response = page(visit(make.drafter(booked), at=reached.at))

    assert listed(response)["Booked"] == "Booked a place"
    assert listed(response)["Came"] == "No change made yet"
    assert [line.council.name for line in response.context["lines"] if line.is_own] == ["Booked"]


def test_a_booking_that_was_cancelled_reaches_nobody(visit, reached):
    reached.books(council("Cancelled"), cancelled_at=reached.at)

    response = page(visit(make.scheme_manager(), at=reached.at))

    assert listed(response)["Cancelled"] == "Not reached yet"


def test_a_district_is_reached_through_its_county(visit, reached):
    county = make.AuthorityFactory(name="Kent", kind="county", tier="upper")
    council("Dover", kind="district", tier="lower", county=county)
    reached.takes_up(county, "moved")

    line = next(line for line in page(visit(at=reached.at)).context["lines"] if line.council.name == "Dover")

    assert (line.mark.words, line.note) == ("Changed something", "through its county, Kent")


@pytest.mark.parametrize("who", [lambda: None, make.scheme_manager])
def test_nothing_is_shown_before_the_announcement(visit, reached, who):
    everybody(reached)
    user = who()
    before, instant = reached.opens - timedelta(microseconds=1), reached.opens

    sealed = visit(user, at=before)
    report = sealed.get(reverse("round_report", args=["a-round"]))

    assert "There is nothing to show yet" in page(sealed).content.decode()
    assert "Holding" not in page(sealed).content.decode()
    assert report.context["reach"] is None
    assert listed(page(visit(user, at=instant)))["Holding"] == "Holds an award"


def test_an_offer_that_is_not_accepted_is_not_on_the_map(visit, reached):
    reached.grant.status = "offered"
    reached.grant.save()

    assert listed(page(visit(at=reached.at)))["Holding"] == "Not reached yet"


def test_the_rounds_report_shows_the_map_and_leads_to_it(visit, reached):
    reached.takes_up(council("Changed"), "changed")

    told = visit(at=reached.at).get(reverse("round_report", args=["a-round"])).content.decode()

    assert "Changed: changed something" in told
    assert reverse("round_reach", args=["a-round"]) in told


@pytest.mark.parametrize("name", ["round_reach", "round_report"])
def test_as_many_queries_however_many_councils(visit, reached, name):
    def counted(client):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=["a-round"])).status_code == 200
        return len(queries)

    def grow(count):
        for number in range(count):
            reached.takes_up(reached.books(council(f"C{count}-{number}")), "changed")

    grow(2)
    client = visit(make.scheme_manager(), at=reached.at)
    few = counted(client)
    grow(20)

    assert counted(client) == few
    assert few <= MOST_QUERIES
