"""Next Generation: councillors apply for themselves, by political group, and their group's leader stands behind them."""

from datetime import date

import pytest

from beacons.core import invariants
from beacons.core.models import Letter
from beacons.directory.models import Role
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import LEFT_OUT, Entry, House

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2027, 1, 4)


def test_next_generation_from_a_councillors_own_application_to_a_place(office):
    house = House()
    outcome = make.OutcomeFactory(title="Safer streets")
    ely = make.AuthorityFactory(name="Ely", code="ELY")
    office.set_clock(walk.before(DAY_0))
    a_round = walk.set_up(
        office,
        house,
        "next_generation",
        name="Next Generation 2027",
        slug="next-2027",
        starts_on=DAY_0,
        outcomes=[outcome],
        pot=6_000,
    )
    walk.seat_and_approve(office, house, a_round)
    entries = [
        of_group(ely, outcome, "Labour", "Ann", "Buses on Sundays", score=5, amount=2_000),
        of_group(ely, outcome, "Labour", "Bob", "A wider street", score=2, fate=LEFT_OUT),
        of_group(ely, outcome, "Independent", "Cy", "Lights that work", score=4, amount=2_000),
    ]
    officer = make.drafter(ely)
    walk.open_applications(office, a_round)
    office.as_(officer).goes_to("/applications/start/").does_not_see(str(a_round))
    walk.apply(office, a_round, entries)
    for entry in entries:
        office.as_(officer).is_kept_from(entry.bid.get_absolute_url())
    results = walk.judge(office, house, a_round, entries)
    results.sees("Councillor Ann").sees("Councillor Cy").does_not_see("Bob")
    grant = walk.accept_and_sign(office, house, entries[0])

    walk.pay(office, house, grant, 1)

    assert (grant.authority, grant.amount, grant.paid) == (ely, 2_000, 2_000)
    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def of_group(council, outcome, group, name, title, **facts):
    """A councillor and the leader of the group on the council."""
    seat = {"authority": council, "political_group": group}
    councillor = make.person(Role.COUNCILLOR, **seat)
    councillor.name = name
    councillor.save()
    leader = make.person(Role.GROUP_LEADER, **seat)
    budget = (1_000, 0, 500, 500)
    return Entry(
        council, outcome, title, budget=budget, category=group, councillor=councillor, leader=leader, **facts
    )
