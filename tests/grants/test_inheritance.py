"""A grant after a merger: it goes on under the successor, and no money moves until two officers have confirmed it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core.invariants import broken
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.directory.actions import successions as directory
from grants import actions, rules
from grants.inheritance import pass_stray
from grants.models import Grant, Instalment, Payment
from tests import factories as make
from tests.grants.making import announced, fresh, instalment
from tests.mergers import merge, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return announced()


@pytest.fixture
def grant(world):
    return world.active()


@pytest.fixture
def day(world, grant):
    return world.due(instalment(grant, 1)) + timedelta(days=1)


def confirmed(world, grant, at):
    """Its certifier confirmed by the scheme manager, and two officers have done their part."""
    make.MembershipFactory(role="certifier", authority=fresh(grant).authority)
    actions.check_holder(grant, by=world.officer, at=at)
    return actions.confirm_holder(grant, by=world.finance, at=at)


def test_the_grant_goes_with_its_application(world, grant, day):
    former = grant.authority

    successor = merge(former, at=day)

    grant = fresh(grant)
    assert (grant.authority, grant.inherited_from, grant.inherited_at) == (successor, former, day)
    assert grant.application.authority == successor
    assert grant.awaits_confirmation
    assert not [broke for broke in broken() if broke.startswith("grants.") and "announced" not in broke]
    assert set(Letter.objects.filter(kind="grant_inherited").values_list("to", flat=True)) == {
        world.officer.email,
        world.finance.email,
    }
    assert Grant.objects.visible_to(fresh(grant.accepted_by), day).get() == grant


def test_nothing_is_prepared_until_two_officers_have_confirmed_the_successor(world, grant, day):
    merge(grant.authority, at=day)
    first = instalment(grant, 1)

    assert not Instalment.objects.to_prepare(day).exists()
    with pytest.raises(Refused, match="Two officers must confirm its signatories and bank details"):
        actions.prepare_payment(first, by=world.officer, at=day)
    with pytest.raises(Refused, match="Nobody certifies for"):
        actions.check_holder(grant, by=world.officer, at=day)
    make.MembershipFactory(role="certifier", authority=fresh(grant).authority)
    with pytest.raises(Refused, match="grants officer checks the signatories and bank details first"):
        actions.confirm_holder(grant, by=world.finance, at=day)
    with pytest.raises(Refused, match="Only a grants officer"):
        actions.check_holder(grant, by=world.finance, at=day)
    actions.check_holder(grant, by=world.officer, at=day)
    with pytest.raises(Refused, match="Two officers must confirm"):
        actions.prepare_payment(first, by=world.officer, at=day)
    with pytest.raises(Refused, match="Only a finance officer"):
        actions.confirm_holder(grant, by=world.officer, at=day)
    assert not Payment.objects.exists()

    actions.confirm_holder(grant, by=world.finance, at=day)

    assert Instalment.objects.to_prepare(day).get() == first
    payment = actions.prepare_payment(first, by=world.officer, at=day)
    assert actions.approve_payment(payment, by=world.finance, at=day).status == "approved"
    assert not [broke for broke in broken() if broke.startswith("grants.") and "announced" not in broke]


def test_one_person_in_both_offices_does_not_confirm_what_they_checked(world, grant, day):
    both = make.grants_officer()
    make.MembershipFactory(user=both, role="finance_officer")
    merge(grant.authority, at=day)
    make.MembershipFactory(role="certifier", authority=fresh(grant).authority)
    actions.check_holder(grant, by=both, at=day)

    with pytest.raises(Refused, match="A different officer confirms it"):
        actions.confirm_holder(grant, by=both, at=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(holder_confirmed_by=both, holder_confirmed_at=day)


def test_the_database_refuses_money_before_the_confirmation(world, grant, day):
    prepared = world.prepare(grant, 1, at=day - timedelta(hours=1))
    merge(grant.authority, at=day)

    with pytest.raises(IntegrityError, match="two officers must confirm"), transaction.atomic():
        Payment.objects.filter(pk=prepared.pk).update(
            status="approved", approved_by=world.finance, approved_at=day
        )
    with pytest.raises(IntegrityError, match="two officers must confirm"), transaction.atomic():
        make.PaymentFactory(instalment=instalment(grant, 2), prepared_at=day)
    with pytest.raises(Refused, match="Two officers must confirm"):
        actions.approve_payment(prepared, by=world.finance, at=day)

    assert actions.reject_payment(prepared, why="A merger", by=world.finance, at=day).status == "rejected"


def test_a_payment_prepared_before_the_merger_is_approved_after_the_confirmation(world, grant, day):
    prepared = world.prepare(grant, 1, at=day - timedelta(hours=1))
    merge(grant.authority, at=day)
    confirmed(world, grant, day)

    assert actions.approve_payment(prepared, by=world.finance, at=day).status == "approved"
    assert not [broke for broke in broken() if broke.startswith("grants.") and "announced" not in broke]


def test_from_the_day_of_the_merger_nothing_is_paid_even_before_the_clock_has_run(world, grant, day):
    take_over(grant.authority, at=day)

    with pytest.raises(Refused, match="was abolished"):
        actions.prepare_payment(instalment(grant, 1), by=world.officer, at=day)
    assert rules.reasons_not_to_check_holder(fresh(grant), by=world.officer, at=day) == [
        f"{grant.authority} was abolished: wait until the grant has passed to its successor."
    ]


def test_another_merger_asks_for_another_confirmation(world, grant, day):
    first = merge(grant.authority, at=day)
    confirmed(world, grant, day)
    assert not fresh(grant).awaits_confirmation

    merge(first, at=day + timedelta(days=1))

    assert fresh(grant).awaits_confirmation
    with pytest.raises(Refused, match="Two officers must confirm"):
        actions.prepare_payment(instalment(grant, 1), by=world.officer, at=day + timedelta(days=1))


def test_a_grant_that_no_merger_touched_has_nothing_to_confirm(world, grant, day):
    with pytest.raises(Refused, match="Nothing waits for this"):
        actions.check_holder(grant, by=world.officer, at=day)


def test_the_successors_certifier_accepts_and_signs(world):
    offered = world.offered()
    at = world.announced_at + timedelta(hours=1)
    before = make.certifier(offered.authority)

    successor = merge(offered.authority, at=at)

    before = fresh(before)
    with pytest.raises(Refused):
        actions.accept(offered, by=before, at=at)
    directory.confirm_certifier(before, successor, by=make.scheme_manager(), at=at)
    assert actions.accept(offered, by=fresh(before), at=at).status == "accepted"


def test_a_grant_made_while_its_application_passed_follows_it(world, grant, day):
    former = grant.authority
    successor = merge(former, at=day)
    Grant.objects.filter(pk=grant.pk).update(authority=former, inherited_at=None, inherited_from=None)

    directory.inherit(former, by=None, at=day)

    assert fresh(grant).authority == successor
    assert fresh(grant).awaits_confirmation
    assert pass_stray.__doc__


def test_officers_do_it_in_the_admin(world, grant, day, office):
    page = f"/admin/grants/grant/{grant.pk}"
    officer, finance = office(world.officer, at=day), office(world.finance, at=day)
    assert "Check signatories" not in officer.get(f"{page}/change/").content.decode()
    merge(grant.authority, at=day)
    make.MembershipFactory(role="certifier", authority=fresh(grant).authority)

    assert "Check signatories and bank details" in officer.get(f"{page}/change/").content.decode()
    shown = officer.get(f"{page}/acts/check-holder/").content.decode()
    assert fresh(grant).authority.official_name in shown
    assert officer.post(f"{page}/acts/confirm-holder/").status_code == 403
    officer.post(f"{page}/acts/check-holder/")
    finance.post(f"{page}/acts/confirm-holder/")

    grant = fresh(grant)
    assert (grant.holder_checked_by, grant.holder_confirmed_by) == (world.officer, world.finance)
