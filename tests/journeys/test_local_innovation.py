"""Local Innovation Awards, from the admin to the grants: marked, ranked, decided and announced by category."""

from datetime import date

import pytest

from beacons.core import invariants
from beacons.core.models import Letter
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import LEFT_OUT, Entry, House

pytestmark = pytest.mark.django_db
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
    walk.judge(office, house, a_round, entries)

    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0
