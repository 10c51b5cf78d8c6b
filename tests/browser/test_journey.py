"""One round in a real browser, from the choice of outcomes to an adoption, through the pages people use.

Once with a mouse: each kind of page is looked at by axe and for sideways scroll, and any console error or breach of
the content policy fails. And once with the keyboard alone and scripts switched off, but for Django's admin. Where the clock's tasks have their part, they run as the ticker would run them.
"""

from datetime import date, timedelta

import pytest
from django.conf import settings

from beacons.applications.models import Application
from beacons.core import invariants, workdays
from beacons.core.models import Letter
from beacons.directory.models import Authority
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from outcomes.models import SignUp
from panel.models import Assessment, Case
from tests import factories as make
from tests.browser.hands import Keyboard, Mouse
from tests.journeys import walk
from tests.journeys.answers import SAID
from tests.journeys.walk import LEFT_OUT, Entry, House

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2026, 1, 5)
# What a keyboard can reach does not hang on the database, so one walk with it is enough.
HANDS = {"mouse": Mouse} | ({} if settings.DATABASE_URL else {"keyboard, no scripts": Keyboard})


@pytest.fixture(params=HANDS.values(), ids=HANDS.keys())
def office(request, offices):
    return offices(request.param)


class World(House):
    """Four councils signed up to one outcome, the panel's people, and the office."""

    def __init__(self):
        super().__init__()
        region = make.RegionFactory(name="North West")
        names = ["Blackpool", "Bolton", "Derby", "Wigan"]
        self.councils = [
            make.AuthorityFactory(name=name, code=name[:3].upper(), region=region) for name in names
        ]
        self.outcome = make.OutcomeFactory(
            title="More young people in work or learning", slug="work-or-learning"
        )
        for number, council in enumerate(self.councils):
            make.SignUpFactory(outcome=self.outcome, authority=council)
            for year in (2022, 2023, 2024):
                make.IndicatorValueFactory(
                    indicator=self.outcome.measure,
                    authority=council,
                    year=year,
                    value=4 + number - (year - 2022) / 2,
                )
        fates = [
            {"score": 5, "amount": 60_000},
            {"score": 3, "fate": "reserve", "amount": 40_000, "reserve_place": 1},
            {"score": 3, "fate": LEFT_OUT},
            {"fate": "too late"},
        ]
        self.entries = [
            Entry(council, self.outcome, f"A second chance, {council}", **fate)
            for council, fate in zip(self.councils, fates, strict=True)
        ]
        self.handed_in = self.entries[:3]


def test_one_round_from_its_outcomes_to_an_adoption(office):
    world = World()
    office.set_clock(walk.before(DAY_0))
    a_round = walk.set_up(
        office,
        world,
        "beacons",
        name="Beacons 2026",
        slug="beacons-2026",
        starts_on=DAY_0,
        outcomes=[world.outcome],
        pot=100_000,
    )
    assert (a_round.ends_on - a_round.starts_on).days <= 365
    walk.seat_and_approve(office, world, a_round)
    confirm_and_state_an_issue(office, world, a_round)
    apply(office, world, a_round)
    walk.find_eligible(office, world, a_round, world.handed_in)
    declare_share_out_and_mark(office, world, a_round)
    walk.shortlist_and_verify(office, world, a_round, world.handed_in)
    walk.decide(office, world, a_round, world.handed_in)
    walk.announce(office, world, a_round, world.handed_in)
    assert Letter.objects.filter(to=world.entries[2].certifier.email, kind__startswith="panel").exists()
    grant = walk.accept_and_sign(office, world, world.entries[0])
    walk.pay(office, world, grant, 1)
    assert grant.paid == 24_000
    practice = publish_a_practice(office, world, a_round, grant)
    hold_an_open_day(office, world, a_round, grant)
    # No second instalment without the return; with it, it is paid.
    walk.report(office, grant, "middle", world.entries[0].writer, spent=20_000)
    walk.pay(office, world, grant, 2)
    assert grant.paid == 48_000
    adopt(office, world, practice)

    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def confirm_and_state_an_issue(office, world, a_round):
    office.set_clock(a_round.stage_of("sign_up").opens_at + timedelta(days=2))
    walk.tick()
    chief = office.as_(world.entries[0].certifier)
    chief.goes_to("/desk/").follows("You are invited to Beacons 2026").follows("Confirm the sign-up")
    chief.fills(lead_officer="Sam Taylor").presses("Confirm the sign-up")
    chief.goes_to(f"/outcomes/{world.outcome.slug}/").follows("State an issue")
    chief.fills(text="Those we most need to reach do not trust us.").presses("State the issue")
    office.visitor().goes_to(f"/outcomes/{world.outcome.slug}/").sees("do not trust us")
    assert SignUp.objects.get(authority=world.councils[0]).confirmed_at == office.at


def apply(office, world, a_round):
    """Three councils apply; one is sent back by its certifier first; one is too late."""
    walk.open_applications(office, a_round)
    for entry in world.entries:
        walk.begin(office, a_round, entry)
        walk.write(office, entry)
    first, late = world.entries[0], world.entries[3]
    chief = office.as_(first.certifier)
    chief.goes_to(f"/applications/{first.bid.reference}/check/").follows("Send it back")
    chief.fills(why="Give the cost of the second year.").presses("Send it back")
    office.as_(first.writer).goes_to(first.bid.get_absolute_url()).sees("Give the cost of the second year.")
    for entry in world.entries:
        walk.certify(office, entry)
    for entry in world.handed_in:
        walk.hand_in(office, entry)
    waiting = office.as_(late.writer).goes_to(f"/applications/{late.bid.reference}/check/")
    office.set_clock(a_round.stage_of("applications").closes_at)
    waiting.presses("Submit the application").sees("closed")
    assert late.renewed().status == "certified"
    walk.close_applications(office, a_round)
    statuses = Application.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["submitted", "submitted", "submitted", "lapsed"]


def declare_share_out_and_mark(office, world, a_round):
    """Interests before papers; the chair shares out; marks are blind until all are lodged."""
    conflicted, kept_away = world.members["clg"][1], world.entries[2].bid
    walk.declare_interests(office, world, a_round, {conflicted: kept_away})
    walk.share_out(office, world, a_round)
    assert Case.objects.count() == 3
    assert not Assessment.objects.filter(appointment__user=conflicted, case__application=kept_away).exists()
    office.as_(conflicted).is_kept_from(f"/panel/cases/{kept_away.reference}/")
    walk.mark(office, a_round, world.handed_in)
    office.as_(world.chair).is_kept_from("/panel/cases/NO-SUCH/")
    walk.open_the_seal(office, world, a_round)
    office.as_(world.chair).sees("Blackpool")


def publish_a_practice(office, world, a_round, grant):
    office.set_clock(a_round.stage_of("develop").opens_at + timedelta(days=10))
    writer = office.as_(world.entries[0].writer).goes_to(f"/grants/{grant.reference}/practices/new/")
    writer.fills(
        title="Ask first",
        problem="Nobody knew where they were.",
        done=SAID,
        cost="30000",
        result="The figure fell by a third.",
        conditions="One willing manager.",
        lessons="The first rota burnt people out.",
        contact="ask@blackpool.example",
    ).presses("Save")
    practice = Practice.objects.get()
    office.visitor().is_kept_from(practice.get_absolute_url())
    writer.goes_to(practice.get_absolute_url()).presses("Hand it in for review")
    office.as_(world.case_officer).goes_to(practice.get_absolute_url()).presses("It is fit to be published")
    manager = office.as_(world.manager).goes_to(practice.get_absolute_url()).follows("Publish it")
    manager.fills(review_on=date(2028, 1, 10)).presses("Publish it")
    office.visitor().goes_to("/library/").follows("Ask first").sees("The figure fell by a third.")
    practice.refresh_from_db()
    return practice


def hold_an_open_day(office, world, a_round, grant):
    """Planned, booked by another council of the cohort, held, recorded; the guest says what it will change."""
    spread = a_round.stage_of("spread")
    day = workdays.working_day_on_or_before(spread.opens_on + timedelta(days=20))
    host = office.as_(world.entries[0].writer).goes_to(f"/grants/{grant.reference}/events/new/")
    host.fills(
        kind="open_day",
        title="Open day in Blackpool",
        description="See how it is done.",
        place="Town hall",
        day=day,
        begins="10:00",
        ends="15:00",
        places="20",
    ).presses("Plan the event and invite the cohort")
    activity = Activity.objects.get()
    guest = (
        office.as_(world.entries[3].writer)
        .goes_to("/events/")
        .follows("Open day in Blackpool")
        .follows("Book places")
    )
    if guest.has("authority"):
        guest.fills(authority=world.councils[3].pk)
    guest.fills(people="2").presses("Book")
    booking = Booking.objects.get()
    office.set_clock(activity.ends_at + timedelta(hours=20))
    host.goes_to("/desk/").follows("Record who came")
    host.goes_to(f"/events/{activity.pk}/attendance/")
    host.fills(**{f"came-{booking.pk}": 2}, note="Questions ran over.").presses("Record who came")
    guest.goes_to("/desk/").follows("Say what you will change")
    guest.goes_to(f"/events/bookings/{booking.pk}/change/")
    guest.fills(text="We shall keep one shared list.").presses("Save")
    booking.refresh_from_db()
    assert (booking.attended, booking.will_change) == (True, "We shall keep one shared list.")


def adopt(office, world, practice):
    guest = office.as_(world.entries[3].writer).goes_to(practice.get_absolute_url()).follows("Take it up")
    if guest.has("authority"):
        guest.fills(authority=world.councils[3].pk)
    guest.fills(status="changed")
    guest.writes_everywhere("We began with two schools.").presses("Record it")
    office.visitor().goes_to(practice.get_absolute_url()).sees("Wigan")
    adoption = Adoption.objects.get()
    assert (adoption.authority, adoption.status) == (Authority.objects.get(name="Wigan"), "changed")
