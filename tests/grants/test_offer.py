"""From the announcement to an answer: drafted, offered, accepted, refused, lapsed, and the reserve."""

from datetime import timedelta

import pytest

from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from grants import actions, awards, rules, tasks
from grants.models import Grant
from grants.sums import Heads
from panel.models import Announcement
from tests.factories import GrantFactory, certifier, drafter, handed_in
from tests.grants.making import announced, fresh, statuses

MICROSECOND = timedelta(microseconds=1)


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


def to(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


# Drafting


def test_an_award_becomes_a_grant_with_heads_instalments_and_returns(world):
    case = world.case(amount=90_001)

    grant = actions.draft(case, by=None, at=world.announced_at)

    agreement, spread, close = (world.stage(key) for key in ("agreement", "spread", "close"))
    assert grant.reference == f"GRT-{grant.pk:05d}"
    assert grant.round == world.round
    assert grant.authority == case.application.authority
    assert grant.lead_officer == case.application.lead_officer
    assert grant.heads == Heads(27_001, 18_000, 27_000, 18_000)
    middle, closing = grant.returns.order_by("due_on")
    assert (middle.kind, closing.kind) == ("middle", "closing")
    assert spread.opens_on < middle.due_on < spread.closes_on
    assert close.opens_on < closing.due_on < close.closes_on
    assert list(grant.instalments.values_list("number", "amount", "due_on", "after")) == [
        (1, 36_000, agreement.closes_on, None),
        (2, 36_000, middle.due_on, middle.pk),
        (3, 18_001, closing.due_on, closing.pk),
    ]
    assert Step.objects.of(grant).get().step == "begin"
    world.round.refresh_from_db()
    assert world.round.granted == 90_001


def test_nothing_is_drafted_before_the_announcement_instant(world):
    case = world.case()

    with pytest.raises(Refused, match="has not been announced"):
        actions.draft(case, by=None, at=world.announced_at - MICROSECOND)

    assert not Grant.objects.exists()
    assert actions.draft(case, by=None, at=world.announced_at).status == "drafted"


def test_a_sealed_decision_makes_no_grant(world):
    case = world.case()
    case.status = "awarded"
    case.save()

    assert sweep(world.announced_at) == 0
    with pytest.raises(Refused, match="has not been announced"):
        actions.draft(case, by=None, at=world.announced_at)


def test_only_an_award_is_drafted_and_only_once(world):
    declined, award = world.case("decline", 0), world.case()
    actions.draft(award, by=None, at=world.announced_at)

    with pytest.raises(Refused, match="Only an award"):
        actions.draft(declined, by=None, at=world.announced_at)
    with pytest.raises(Refused, match="has its grant already"):
        actions.draft(award, by=None, at=world.announced_at)

    assert Grant.objects.count() == 1


def test_an_award_beyond_the_pot_is_refused_in_words(db):
    world = announced(pot=100_000)
    GrantFactory(
        round=world.round,
        application=handed_in(round=world.round),
        amount=60_000,
        develop=0,
        innovate=0,
        disseminate=40_000,
    )

    with pytest.raises(Refused, match="£50,000 is more than the £40,000 left in the pot"):
        world.drafted(amount=50_000)


# The clock


def test_the_clock_drafts_and_offers_at_the_announcement_and_not_before(world):
    for _ in range(3):
        world.case()

    assert sweep(world.announced_at - MICROSECOND) == 0
    assert sweep(world.announced_at) == 6
    assert sweep(world.announced_at) == 0

    offers = Grant.objects.all()
    assert {grant.status for grant in offers} == {"offered"}
    assert {grant.offer_ends_at for grant in offers} == {world.announced_at + timedelta(days=7)}


def test_one_award_that_cannot_be_drafted_stops_no_other(db):
    world = announced(pot=200_000)
    before = GrantFactory(round=world.round, application=handed_in(round=world.round), amount=100_000)
    world.case(amount=105_000), world.case(amount=90_000)

    assert sweep(world.announced_at) == 2

    assert Grant.objects.exclude(pk=before.pk).get().amount == 90_000


def test_an_offer_is_told_to_everybody_who_acts_for_the_council(world):
    case = world.case()
    officer = case.application.drafted_by
    chief = case.application.certified_by
    elsewhere = certifier(world.case().application.authority)

    sweep(world.announced_at)

    letters = Letter.objects.filter(kind="grant_offer")
    assert {officer.email, chief.email, elsewhere.email} <= set(to("grant_offer"))
    letter = letters.get(to=chief.email)
    grant = Grant.objects.get(application=case.application)
    assert letter.subject.startswith(f"Offer of a grant: {grant.reference}, answer before noon on ")
    assert f"/grants/{grant.reference}/" in letter.body
    assert elsewhere.email not in {one.to for one in letters if grant.reference in one.subject}


# Answering


def test_the_certifier_accepts_until_the_offer_ends_to_the_microsecond(world):
    grant, late = world.offered(), world.offered()
    ends = grant.offer_ends_at

    actions.accept(grant, by=certifier(grant.authority), at=ends - MICROSECOND)
    with pytest.raises(Refused, match="The offer ended at noon on"):
        actions.accept(late, by=certifier(late.authority), at=ends)

    assert statuses(grant, late) == ["accepted", "offered"]
    assert fresh(grant).accepted_at == ends - MICROSECOND


def test_a_drafter_does_not_accept(world):
    grant = world.offered()

    with pytest.raises(Refused, match="Only the council's certifier"):
        actions.accept(grant, by=drafter(grant.authority), at=world.announced_at)

    assert statuses(grant) == ["offered"]


def test_the_person_who_began_the_application_does_not_accept_even_as_certifier(world):
    grant = world.offered()
    author = grant.application.drafted_by
    author.memberships.update(role="certifier")

    with pytest.raises(Refused, match="You began the application"):
        actions.accept(grant, by=author, at=world.announced_at)


def test_a_refusal_says_why_and_frees_the_money(world):
    grant = world.offered()

    with pytest.raises(Refused, match="Say why"):
        actions.refuse(grant, why=" \u200b", by=certifier(grant.authority), at=world.announced_at)
    actions.refuse(grant, why="We merge in May.", by=certifier(grant.authority), at=world.announced_at)

    assert statuses(grant) == ["refused"]
    world.round.refresh_from_db()
    assert world.round.granted == 0
    assert Letter.objects.filter(
        kind="grant_refused", to=world.officer.email, body__contains="We merge in May."
    ).exists()


def test_the_clock_lapses_an_offer_at_its_end_and_not_before(world):
    grant = world.offered()

    assert sweep(grant.offer_ends_at - MICROSECOND) == 0
    with pytest.raises(Refused, match="The council has until noon"):
        actions.lapse(grant, by=None, at=grant.offer_ends_at - MICROSECOND)
    assert sweep(grant.offer_ends_at + clock.STRAGGLERS) == 1
    assert sweep(grant.offer_ends_at + clock.STRAGGLERS) == 0

    assert statuses(grant) == ["lapsed"]
    assert {grant.application.certified_by.email, world.officer.email} <= set(to("grant_lapsed"))


def test_an_accepted_offer_does_not_lapse(world):
    grant = world.accepted()

    assert sweep(grant.offer_ends_at + clock.STRAGGLERS) == 0

    assert statuses(grant) == ["accepted"]


# Reserves


def refuse(grant, at):
    return actions.refuse(grant, why="We merge.", by=certifier(grant.authority), at=at)


def test_the_first_reserve_is_offered_what_came_free(world):
    second = world.case("reserve", 50_000, reserve_place=2)
    first = world.case("reserve", 60_000, reserve_place=1)
    grant = world.offered(amount=90_000)
    at = world.announced_at + timedelta(days=3)

    assert sweep(at) == 0
    refuse(grant, at)
    assert sweep(at) == 1
    assert sweep(at) == 0

    offered = Grant.objects.get(from_reserve=True)
    assert offered.application == first.application
    assert (offered.status, offered.amount) == ("offered", 60_000)
    assert not Grant.objects.filter(application=second.application).exists()
    assert "was a reserve" in Letter.objects.filter(kind="grant_offer").last().body


def test_the_next_reserve_follows_when_enough_is_left_and_its_plan_is_cut_to_what_is_free(world):
    world.case("reserve", 60_000, reserve_place=1)
    world.case("reserve", 70_000, reserve_place=2)
    at = world.announced_at + timedelta(days=3)
    refuse(world.offered(amount=110_000), at)

    assert [sweep(at), sweep(at), sweep(at)] == [1, 1, 0]

    grants = Grant.objects.filter(from_reserve=True).order_by("pk")
    assert [grant.amount for grant in grants] == [60_000, 50_000]
    assert all(sum(part.amount for part in grant.instalments.all()) == grant.amount for grant in grants)


def test_a_reserve_is_not_offered_less_than_the_smallest_grant(world):
    world.case("reserve", 80_000, reserve_place=1)
    at = world.announced_at + timedelta(days=3)
    refuse(world.offered(amount=world.round.grant_least - 1), at)

    assert sweep(at) == 0

    assert awards.freed(fresh(world.round)) == 39_999


def test_a_reserve_without_an_amount_is_offered_what_it_asked_for(world):
    world.case("reserve", 0, reserve_place=1)
    at = world.announced_at + timedelta(days=3)
    refuse(world.offered(amount=150_000), at)

    sweep(at)

    assert Grant.objects.get(from_reserve=True).amount == 100_000


def test_money_the_panel_left_in_the_pot_is_not_given_to_reserves(world):
    world.case("reserve", 60_000, reserve_place=1)
    world.offered(amount=90_000)

    assert world.round.pot > 500_000
    assert sweep(world.announced_at) == 0


def test_when_a_reserve_refuses_too_the_next_one_is_offered_the_money(world):
    world.case("reserve", 60_000, reserve_place=1)
    world.case("reserve", 60_000, reserve_place=2)
    at = world.announced_at + timedelta(days=3)
    refuse(world.offered(amount=60_000), at)
    sweep(at)

    refuse(Grant.objects.get(from_reserve=True), at)
    sweep(at)

    assert list(Grant.objects.filter(from_reserve=True).order_by("pk").values_list("status", flat=True)) == [
        "refused",
        "offered",
    ]
    world.round.refresh_from_db()
    assert world.round.granted == 60_000


@pytest.mark.parametrize(("days", "offered"), [(120, True), (119, False)])
def test_a_reserve_is_offered_only_while_a_hundred_and_twenty_days_remain(world, days, offered):
    case = world.case("reserve", 60_000, reserve_place=1)
    refuse(world.offered(amount=90_000), world.announced_at)
    at = world.stage("close").closes_at - timedelta(days=days)

    assert awards.days_left(world.round, at) == days
    assert bool(rules.reasons_not_to_offer_reserve(case, at=at)) is not offered
    assert sweep(at) == (1 if offered else 0)

    if offered:
        grant = Grant.objects.get(from_reserve=True)
        middle = grant.returns.get(kind="middle").due_on
        assert at.date() < middle < world.stage("spread").closes_on
        assert (grant.authorities_to_help, grant.struggling_to_help) == (10, 3)
    else:
        with pytest.raises(Refused, match="Only 119 days are left"):
            actions.offer_reserve(case, by=None, at=at)


def test_a_reserve_is_not_offered_out_of_turn(world):
    world.case("reserve", 60_000, reserve_place=1)
    second = world.case("reserve", 60_000, reserve_place=2)
    refuse(world.offered(amount=90_000), world.announced_at)

    with pytest.raises(Refused, match="Another reserve comes first"):
        actions.offer_reserve(second, by=None, at=world.announced_at)


def test_the_reserve_of_another_round_gets_nothing(world):
    other = announced()
    other.case("reserve", 60_000, reserve_place=1)
    refuse(world.offered(amount=90_000), world.announced_at)

    assert sweep(world.announced_at) == 0
    assert Announcement.objects.count() == 2


def test_the_clock_follows_the_plan_of_the_round(world):
    grant = world.active()
    spread = world.stage("spread")
    spread.closes_on -= timedelta(days=30)
    spread.save()
    close = world.stage("close")
    close.opens_on -= timedelta(days=30)
    close.save()
    due = grant.returns.get(kind="middle").due_on
    at = world.signed_at

    assert sweep(at) == 1
    assert sweep(at) == 0

    assert (due - grant.returns.get(kind="middle").due_on).days in range(13, 18)
    assert grant.instalments.get(number=3).due_on == grant.returns.get(kind="closing").due_on
    assert grant.instalments.get(number=1).due_on == at.date()  # fell due on signature, and stays
    assert grant.application.certified_by.email in to("grant_dates_moved")
