"""What a bid promised becomes the grant's own plan: carried without retyping, signed, shown, cut for a late reserve."""

from datetime import date, timedelta

import pytest

from beacons.applications.models import NamedPeer, PlannedActivity
from beacons.core.steps import Step
from grants import actions, agreement, timetable
from grants.models import Grant
from grants.statuses import GrantStatus
from tests import factories as make
from tests.grants.making import announced, fresh

pytestmark = pytest.mark.django_db
# Others can be helped from 20 July to 27 November 2026; the round ends on 24 December.
OPENS, CLOSES = date(2026, 7, 20), date(2026, 11, 27)


@pytest.fixture
def world():
    return announced()


def promises(case):
    """Two open days, six visits and two people, for fourteen authorities."""
    bid = case.application
    bid.authorities_to_help, bid.struggling_to_help = 14, 4
    bid.save()
    for position, (kind, count, until, note) in enumerate(
        [("open_day", 2, date(2026, 9, 23), "Heads of service"), ("visit", 6, CLOSES, "")]
    ):
        PlannedActivity.objects.create(
            application=bid, kind=kind, count=count, until=until, note=note, position=position
        )
    for position, (name, days) in enumerate([("Sam Taylor", 8), ("Alex Green", 4)]):
        NamedPeer.objects.create(
            application=bid, name=name, job_title="Head of skills", days=days, position=position
        )
    return case


def undertaken(grant):
    return [(each.kind, each.count, each.until, each.note) for each in grant.undertakings.all()]


def offered(grant):
    return [(peer.name, peer.job_title, peer.days) for peer in grant.offered_peers.all()]


def test_a_grant_begins_with_the_plan_of_its_bid(world):
    case = promises(world.case())

    grant = actions.draft(case, by=None, at=world.announced_at)

    assert undertaken(grant) == [
        ("open_day", 2, date(2026, 9, 23), "Heads of service"), ("visit", 6, CLOSES, ""),
    ]  # fmt: skip
    assert offered(grant) == [("Sam Taylor", "Head of skills", 8), ("Alex Green", "Head of skills", 4)]
    assert (grant.authorities_to_help, grant.struggling_to_help) == (14, 4)
    assert Step.objects.of(grant).get(step="begin").words.data["plan"]["authorities"] == 14


def test_a_bid_without_a_plan_promises_what_its_round_expects_of_each_holder(world):
    world.round.authorities_to_help, world.round.struggling_to_help = 9, 2
    world.round.save()

    grant = world.drafted()

    assert (grant.authorities_to_help, grant.struggling_to_help) == (9, 2)
    assert (undertaken(grant), offered(grant)) == ([], [])


def test_what_the_bid_says_later_changes_nothing_of_the_grant(world):
    case = promises(world.case())
    grant = actions.draft(case, by=None, at=world.announced_at)

    case.application.planned_activities.all().delete()

    assert len(undertaken(fresh(grant))) == 2


# A reserve that starts late


@pytest.mark.parametrize(
    ("day", "begins", "moved"),
    [
        (date(2026, 9, 23), OPENS - timedelta(days=40), date(2026, 9, 23)),
        (date(2026, 9, 23), OPENS, date(2026, 9, 23)),
        (OPENS, date(2026, 8, 9), date(2026, 8, 9)),
        (CLOSES, date(2026, 8, 9), CLOSES),
        (CLOSES + timedelta(days=3), date(2026, 8, 9), CLOSES + timedelta(days=3)),
        # Half-way between opening and closing: half-way through what is left.
        (date(2026, 9, 23), date(2026, 8, 9), date(2026, 10, 3)),
        (OPENS, CLOSES + timedelta(days=9), CLOSES),
    ],
)
def test_days_move_into_what_is_left_of_their_time(day, begins, moved):
    assert timetable.moved_into(day, begins, opens_on=OPENS, closes_on=CLOSES) == moved


def test_a_reserve_has_fewer_of_everything_and_later(world):
    award = world.offered(amount=100_000)
    case = promises(world.case("reserve", 60_000, reserve_place=1))
    at = world.stage("close").closes_at - timedelta(days=125)
    actions.refuse(
        award, why="The service moves away.", by=make.certifier(award.authority), at=world.signed_at
    )

    grant = actions.offer_reserve(case, by=None, at=at)

    assert grant.status == GrantStatus.OFFERED
    assert (grant.authorities_to_help, grant.struggling_to_help) == (12, 4)
    counts = {kind: count for kind, count, _, _ in undertaken(grant)}
    assert counts == {"open_day": 2, "visit": 5}
    assert [days for _, _, days in offered(grant)] == [7, 4]
    begins = at.date()
    assert all(begins < until <= CLOSES for _, _, until, _ in undertaken(grant))
    assert {kind: until for kind, _, until, _ in undertaken(grant)}["visit"] == CLOSES


# What is signed


def test_the_agreement_holds_the_plan_without_its_days(world):
    plain = agreement.digest(world.drafted())
    grant = actions.draft(promises(world.case()), by=None, at=world.announced_at)

    peer_support = next(clause for clause in agreement.clauses(grant) if clause.title == "Give peer support")

    assert peer_support.sentences[-3:] == (
        "At least 14 authorities will have been helped by the end, 4 of them among those that find the outcome hardest.",
        "As it planned in its bid, the council holds 2 open days and 6 visits.",
        "2 people whom it named give 12 days to other councils.",
    )
    assert agreement.digest(grant) != plain
    assert not any("2026" in sentence for clause in agreement.clauses(grant) for sentence in clause.sentences)


def test_what_is_signed_is_the_plan_that_was_carried(world):
    grant = actions.draft(promises(world.case()), by=None, at=world.announced_at)
    actions.offer(grant, by=None, at=world.announced_at)
    chief = make.certifier(grant.authority)
    actions.accept(grant, by=chief, at=world.announced_at + timedelta(days=1))

    actions.sign(grant, part="council", by=chief, at=world.signed_at)

    step = Step.objects.of(grant).get(step="sign")
    assert step.words.data["agreement"] == agreement.digest(Grant.objects.for_detail().get(pk=grant.pk))


def test_a_successor_holds_what_was_undertaken(world):
    grant = actions.draft(promises(world.case()), by=None, at=world.announced_at)

    Grant.objects.filter(pk=grant.pk).update(authority=make.AuthorityFactory())

    assert len(undertaken(fresh(grant))) == 2
