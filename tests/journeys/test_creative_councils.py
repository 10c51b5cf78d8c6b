"""Creative Councils in two phases: many small awards for ideas, then few large ones for those who tried theirs."""

from datetime import date

import pytest

from beacons.core import invariants
from beacons.core.models import Letter
from grants.models import Grant
from tests import factories as make
from tests.journeys import walk
from tests.journeys.answers import SAID
from tests.journeys.walk import LEFT_OUT, Entry, House

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2027, 1, 4)
SMALL, LARGE = (5_000, 3_000, 1_000, 1_000), (30_000, 30_000, 25_000, 15_000)


def test_creative_councils_from_many_ideas_to_one_large_grant(office):
    house = House()
    outcome = make.OutcomeFactory(title="Fewer people alone")
    ashby, bewley, corve, dunmow = (
        make.AuthorityFactory(name=name, code=name[:3].upper())
        for name in ("Ashby", "Bewley", "Corve", "Dunmow")
    )
    first, second = set_up_both(office, house, outcome)
    ideas = [
        Entry(ashby, outcome, "A key for each street", budget=SMALL, score=5, amount=10_000),
        Entry(bewley, outcome, "Lunch for strangers", budget=SMALL, score=4, amount=10_000),
        Entry(corve, outcome, "A phone tree", budget=SMALL, score=4, amount=10_000),
        Entry(dunmow, outcome, "Another leaflet", budget=SMALL, score=2, fate=LEFT_OUT),
    ]
    walk.open_applications(office, first)
    walk.apply(office, first, ideas)
    walk.judge(office, house, first, ideas).sees("£30,000")
    taken_up = walk.accept_and_sign(office, house, ideas[0])
    walk.accept_and_sign(office, house, ideas[1])
    # The third lets its offer lapse, and so has no way into the second phase.
    office.set_clock(Grant.objects.get(application=ideas[2].bid).offer_ends_at + walk.AFTER)
    walk.tick()
    # A small award: four fifths of it at once, the rest after its one report.
    walk.pay(office, house, taken_up, 1)
    assert (taken_up.paid, [due.kind for due in taken_up.returns.all()]) == (8_000, ["closing"])

    walk.open_applications(office, second)
    for idea in ideas[2:]:
        officer = office.as_(idea.writer).goes_to("/applications/start/")
        officer.does_not_see(str(second))
        officer.goes_to(f"/applications/start/{second.slug}/{outcome.slug}/{idea.authority.code}/")
        officer.sees("holds no announced award there").does_not_see("Begin the application")
    grown = [
        Entry(
            ashby, outcome, "A key for each street, and who turns it", budget=LARGE, score=5, amount=100_000
        ),
        Entry(bewley, outcome, "Lunch for strangers, every week", budget=LARGE, score=3, fate="decline"),
    ]
    for entry, idea in zip(grown, ideas, strict=False):
        entry.writer, entry.certifier = idea.writer, idea.certifier
        bid = walk.begin(office, second, entry)
        assert bid.carried_from == idea.bid
        assert bid.answers.filter(text=SAID, carried_from__application=idea.bid).count() == 5
        office.as_(entry.writer).goes_to(f"{bid.get_absolute_url()}section/1/")
        office.as_(entry.writer).sees(f"Carried over from {idea.bid.reference}")
        walk.write(office, entry)
        walk.certify(office, entry)
        walk.hand_in(office, entry)
    walk.close_applications(office, second)
    walk.judge(office, house, second, grown).sees("£100,000")
    large = walk.accept_and_sign(office, house, grown[0])

    assert (taken_up.amount, large.amount) == (10_000, 100_000)
    assert [part.amount for part in large.instalments.all()] == [40_000, 40_000, 20_000]
    assert second.ends_on <= first.limit_on
    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def set_up_both(office, house, outcome):
    """The second phase begins when the months of trying end; both keep to eighteen months from the first's day 0."""
    office.set_clock(walk.before(DAY_0))
    first = walk.set_up(
        office,
        house,
        "creative_councils",
        name="Creative Councils 2027",
        slug="creative-2027",
        starts_on=DAY_0,
        outcomes=[outcome],
        pot=50_000,
    )
    second = walk.set_up(
        office,
        house,
        "creative_councils_second",
        name="Creative Councils 2027, second phase",
        slug="creative-2027-second",
        starts_on=first.stage_of("develop").closes_on,
        outcomes=[outcome],
        pot=150_000,
        follows=first,
    )
    return walk.seat_and_approve(office, house, first), walk.seat_and_approve(office, house, second)
