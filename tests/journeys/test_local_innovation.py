"""Local Innovation Awards, from the admin to the grants: marked, ranked, decided and announced by category."""

from datetime import date

import pytest

from beacons.core import invariants
from beacons.core.models import Letter
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import LEFT_OUT, Entry, House

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2027, 1, 4)
PARTNERSHIP, IDEAS = "More through partnership", "Bright ideas"


def test_local_innovation_awards_from_the_call_to_the_grants(office):
    house = House()
    work, homes = make.OutcomeFactory(title="Work"), make.OutcomeFactory(title="Homes")
    blackpool, bolton, derby, wigan = (
        make.AuthorityFactory(name=name, code=name[:3].upper())
        for name in ("Blackpool", "Bolton", "Derby", "Wigan")
    )
    office.set_clock(walk.before(DAY_0))
    a_round = walk.set_up(
        office,
        house,
        "local_innovation",
        name="Local Innovation Awards 2027",
        slug="innovation-2027",
        starts_on=DAY_0,
        outcomes=[work, homes],
        pot=300_000,
    )
    walk.seat_and_approve(office, house, a_round)
    entries = [
        Entry(blackpool, work, "Jobs with neighbours", category=PARTNERSHIP, score=5, amount=60_000),
        Entry(bolton, work, "One desk for all", category=PARTNERSHIP, score=3, fate="decline"),
        Entry(derby, homes, "Homes on stilts", category=IDEAS, score=5, amount=50_000),
        Entry(wigan, homes, "A bus that waits", category=IDEAS, score=2, fate=LEFT_OUT),
    ]
    walk.open_applications(office, a_round)
    walk.apply(office, a_round, entries)
    walk.find_eligible(office, house, a_round, entries)
    walk.declare_interests(office, house, a_round, {})
    walk.share_out(office, house, a_round)
    walk.mark(office, a_round, entries)
    walk.open_the_seal(office, house, a_round)
    rank_by_category(office, house, a_round, entries)
    walk.shortlist_and_verify(office, house, a_round, entries)
    walk.decide(office, house, a_round, entries)
    results = walk.announce(office, house, a_round, entries)
    read_by_category(results, a_round, entries)
    grant = walk.accept_and_sign(office, house, entries[2])

    assert grant.amount == 50_000
    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def rank_by_category(office, house, a_round, entries):
    """The best of each category stands first in its own; equals of two categories are no tie."""
    first, second, third, last = (entry.bid.reference for entry in entries)
    member = office.as_(house.members["lga"][0]).goes_to(f"/panel/rounds/{a_round.slug}/ranking/")
    assert in_order(member) == {PARTNERSHIP: [(first, 1), (second, 2)], IDEAS: [(third, 1), (last, 2)]}
    member.sees("Each category is ranked by itself").does_not_see("Tie")
    member.fills(category=a_round.categories.get(name=IDEAS).pk).presses("Show")
    assert in_order(member) == {IDEAS: [(third, 1), (last, 2)]}


def in_order(member):
    """{category: [(reference, rank)]} as the page's tables say."""
    found = {}
    for heading in (PARTNERSHIP, IDEAS):
        rows = member.drawn.xpath(f"//table[contains(caption, '{heading}')]/tbody/tr[th/a]")
        if rows:
            found[heading] = [
                (row.xpath("string(th/a)"), int(row.xpath("string(td[1])").strip("= \n"))) for row in rows
            ]
    return found


def read_by_category(visitor, a_round, entries):
    visitor.sees("By category").sees(PARTNERSHIP).sees("£60,000").sees("£50,000")
    visitor.fills(category=a_round.categories.get(name=IDEAS).pk).presses("Show")
    visitor.sees("Homes on stilts").does_not_see("Jobs with neighbours")
