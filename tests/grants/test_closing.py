"""The last payment, money that comes back, reconciliation, the close, and a stopped grant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from grants import actions, tasks
from grants.models import Grant, Recovery
from tests.factories import closing, finance_officer
from tests.grants.making import fresh, instalment, return_of, statuses

MICROSECOND = timedelta(microseconds=1)


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


@pytest.fixture
def end(world):
    """The closing return's day, in the close of the round."""
    return world.stage("close").closes_at - timedelta(days=10)


def reconcile(world, grant, at):
    return actions.reconcile(grant, by=world.finance, at=at)


def test_a_grant_that_spent_all_is_paid_reconciled_and_closed_with_its_application(world, end):
    grant = world.reported(amount=90_000, spent=95_000)

    with pytest.raises(Refused, match="£18,000 is still to be paid"):
        reconcile(world, grant, end)
    payment = world.prepare(grant, 3, at=end)
    with pytest.raises(Refused, match="£18,000 waits for approval"):
        reconcile(world, grant, end)
    actions.approve_payment(payment, by=world.finance, at=end)
    reconcile(world, grant, end)

    over = world.stage("close").closes_at
    assert statuses(grant) == ["reconciled"]
    assert sweep(over - MICROSECOND) == 0
    assert sweep(over) == 1
    assert sweep(over) == 0
    assert statuses(grant) == ["closed"]
    assert fresh(grant.application).status == "closed"
    assert Letter.objects.filter(kind="grant_closed", to=grant.accepted_by.email).exists()


def test_the_last_instalment_is_cut_to_the_actual_cost(world, end):
    grant = world.reported(amount=90_000, spent=80_000)

    payment = world.pay(grant, 3, at=end)
    reconcile(world, grant, end)

    assert payment.amount == 8_000
    assert fresh(grant).paid_out == 80_000


def test_a_grant_that_spent_just_what_it_was_paid_needs_no_last_payment(world, end):
    grant = world.reported(amount=90_000, spent=72_000)

    with pytest.raises(Refused, match="Nothing more is due"):
        world.prepare(grant, 3, at=end)
    with pytest.raises(Refused, match="Nothing is to come back"):
        actions.recover(grant, by=world.finance, at=end)
    reconcile(world, grant, end)

    assert statuses(grant) == ["reconciled"]


def test_money_not_spent_comes_back_before_the_grant_is_reconciled(world, end):
    grant = world.reported(amount=90_000, spent=50_000)

    with pytest.raises(Refused, match="£22,000 was paid and not spent"):
        reconcile(world, grant, end)
    actions.recover(grant, by=world.finance, at=end)
    assert statuses(grant) == ["recovering"]
    assert "£22,000" in Letter.objects.get(kind="grant_recover", to=grant.accepted_by.email).subject
    actions.record_recovery(grant, amount=20_000, note="BACS 1", by=world.finance, at=end)
    with pytest.raises(Refused, match="£2,000 was paid and not spent"):
        reconcile(world, grant, end)
    with pytest.raises(Refused, match="Between £1 and £2,000"):
        actions.record_recovery(grant, amount=2_001, note="BACS 2", by=world.finance, at=end)
    actions.record_recovery(grant, amount=2_000, note="BACS 2", by=world.finance, at=end)
    reconcile(world, grant, end)

    assert statuses(grant) == ["reconciled"]
    assert fresh(grant).recovered == 22_000
    assert fresh(grant).to_recover == 0


def test_no_more_comes_back_than_was_paid(world):
    grant = world.active(amount=90_000)
    world.pay(grant, 1)
    fields = {"grant": grant, "note": "BACS", "recorded_by": world.finance, "recorded_at": world.signed_at}

    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(amount=36_001, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(amount=0, **fields)
    Recovery.objects.create(amount=36_000, **fields)

    assert fresh(grant).recovered == 36_000


def test_only_a_finance_officer_settles_money(world, end):
    grant = world.reported(spent=50_000)

    for act, words in (
        (lambda: actions.recover(grant, by=world.officer, at=end), "asks for money back"),
        (lambda: actions.reconcile(grant, by=world.officer, at=end), "reconciles"),
    ):
        with pytest.raises(Refused, match=f"Only a finance officer {words}"):
            act()
    actions.recover(grant, by=world.finance, at=end)
    with pytest.raises(Refused, match="Only a finance officer records"):
        actions.record_recovery(grant, amount=1, note="BACS", by=world.officer, at=end)

    assert statuses(grant) == ["recovering"]


def test_a_council_that_reports_early_in_spending_is_paid_no_more_than_its_cost_in_any_instalment(world, end):
    grant = world.active(amount=90_000)
    world.pay(grant, 1)
    world.report(grant, "middle", spent=10_000)
    world.report(grant, "closing", spent=40_000)

    second = world.pay(grant, 2, at=end)
    with pytest.raises(Refused, match="Nothing more is due"):
        world.prepare(grant, 3, at=end)
    reconcile(world, grant, end)

    assert second.amount == 4_000
    assert fresh(grant).paid == 40_000


# Stopped


def stop(world, grant, by=None):
    return actions.stop(grant, why="The service was closed.", by=by or world.officer, at=world.signed_at)


def test_a_grant_is_stopped_with_a_reason_that_its_holder_is_told(world):
    grant = world.active()

    with pytest.raises(Refused, match="Only a grants officer or the scheme manager"):
        stop(world, grant, by=world.finance)
    with pytest.raises(Refused, match="Say why"):
        actions.stop(grant, why="", by=world.officer, at=world.signed_at)
    stop(world, grant)

    assert statuses(grant) == ["stopped"]
    assert (
        "The service was closed." in Letter.objects.get(kind="grant_stopped", to=grant.accepted_by.email).body
    )


def test_a_stopped_grant_reports_its_cost_and_gives_back_the_rest(world, end):
    grant = world.active(amount=90_000)
    world.pay(grant, 1)
    stop(world, grant)

    over = world.stage("close").closes_at
    assert sweep(over) == 0  # £36,000 are outstanding
    world.report(grant, "closing", spent=30_000, at=end)
    assert statuses(grant) == ["stopped"]
    actions.recover(grant, by=world.finance, at=end)
    actions.record_recovery(grant, amount=6_000, note="BACS", by=world.finance, at=end)
    reconcile(world, grant, end)
    assert sweep(over) == 1

    assert statuses(grant) == ["closed"]


def test_a_stopped_grant_that_was_paid_nothing_closes_with_the_round(world):
    grant = world.active()
    stop(world, grant)
    over = world.stage("close").closes_at

    assert sweep(over - MICROSECOND) == 0
    assert sweep(over) == 1

    assert statuses(grant) == ["closed"]


def test_a_closing_return_sent_back_can_no_longer_be_when_money_was_asked_back(world, end):
    grant = world.reported(spent=50_000)
    actions.recover(grant, by=world.finance, at=end)

    with pytest.raises(Refused, match="is being recovered"):
        actions.send_back_return(return_of(grant, "closing"), why="Why?", by=world.officer, at=end)


def test_a_second_finance_officer_may_settle_what_the_first_began(world, end):
    grant = world.reported(spent=50_000, amount=90_000)
    actions.recover(grant, by=world.finance, at=end)

    actions.record_recovery(grant, amount=22_000, note="BACS", by=finance_officer(), at=end)

    assert fresh(grant).recovered == 22_000
    assert instalment(grant, 3).payment is None


def test_the_clock_does_not_look_at_stopped_grants_before_their_round_is_over(world):
    grant = world.active()
    stop(world, grant)
    over = closing(world.round, "close")

    assert not Grant.objects.stopped_to_close(over - MICROSECOND).exists()
    assert list(Grant.objects.stopped_to_close(over)) == [grant]
