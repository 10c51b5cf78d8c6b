"""Future Councils: authorities bid as a cluster, and lead members of the LGA's board stand behind a bid, or not."""

from datetime import date, timedelta

import pytest

from beacons.core import invariants
from beacons.core.models import Letter
from beacons.directory.models import Role
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import Entry, House

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2027, 1, 4)


def test_future_councils_from_three_authorities_to_one_grant(office):
    house = House()
    lead_member = make.person(Role.LEAD_MEMBER)
    outcome = make.OutcomeFactory(title="A council that listens")
    avon, beck, cam, dove = (
        make.AuthorityFactory(name=name, code=name[:3].upper()) for name in ("Avon", "Beck", "Cam", "Dove")
    )
    office.set_clock(walk.before(DAY_0))
    a_round = walk.set_up(
        office,
        house,
        "future_councils",
        name="Future Councils 2027",
        slug="future-2027",
        starts_on=DAY_0,
        outcomes=[outcome],
        pot=400_000,
    )
    walk.seat_and_approve(office, house, a_round)
    money = (60_000, 40_000, 30_000, 20_000)
    liked = Entry(
        avon, outcome, "Who may say no?", budget=money, partners=[beck, cam], score=5, amount=150_000
    )
    unread = Entry(
        dove,
        outcome,
        "Paper by drone",
        budget=money,
    )
    walk.open_applications(office, a_round)
    alone = office.as_(liked.writer)
    walk.begin(office, a_round, liked)
    alone.goes_to(f"{liked.bid.get_absolute_url()}check/").sees(
        "name 2 further partners that are authorities"
    )
    walk.write(office, liked)
    walk.certify(office, liked)
    walk.hand_in(office, liked)
    walk.as_the_first(a_round, unread)
    walk.close_applications(office, a_round)

    endorse(office, house, a_round, lead_member, liked, unread)
    walk.declare_interests(office, house, a_round, {})
    walk.share_out(office, house, a_round)
    walk.mark(office, a_round, [liked])
    walk.open_the_seal(office, house, a_round)
    walk.shortlist_and_verify(office, house, a_round, [liked])
    walk.decide(office, house, a_round, [liked])
    walk.announce(office, house, a_round, [liked]).sees("Avon")
    grant = walk.accept_and_sign(office, house, liked)

    assert grant.amount == 150_000
    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def endorse(office, house, a_round, lead_member, liked, unread):
    """Lead members read in the check; a bid that none of them stands behind is not eligible."""
    office.set_clock(a_round.stage_of("check").opens_at + timedelta(days=1))
    reader = (
        office.as_(lead_member)
        .goes_to("/desk/")
        .follows("Read 2 applications that may need your endorsement")
    )
    reader.follows(liked.title).fills(reason="Every council will meet this.").presses(
        "Endorse this application"
    )
    reader.sees("1 of 1").sees("0 of 1")
    officer = office.as_(house.case_officer)
    officer.goes_to(unread.bid.get_absolute_url()).sees("It has 0 endorsements by lead members")
    officer.follows("Not eligible").fills(why="No lead member stands behind it.").presses("Not eligible")
    officer.goes_to(liked.bid.get_absolute_url()).sees("Every council will meet this.").presses("Eligible")
    assert (liked.renewed().status, unread.renewed().status) == ("eligible", "ineligible")
    assert Letter.objects.filter(kind="application_ineligible", to=unread.writer.email).exists()
