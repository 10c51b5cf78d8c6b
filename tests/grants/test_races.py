"""Officers and clocks at one moment. The lock gate holds a row until all wait for it, then lets go.

Each gate has its negative control: the same act asked first and done without a lock, which it catches.
"""

import threading
import time

import pytest
from django.db import IntegrityError, connection, connections, transaction

from beacons.core import guards
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds.models import Round
from grants import actions, rules
from grants.models import Grant, Payment
from panel.models import Case
from tests.factories import certifier, finance_officer, grants_officer
from tests.grants.making import announced, beyond_the_pot, fresh, instalment, statuses

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return announced(pot=100_000)


def at_once(row, acts):
    """Run each act in a thread of its own, all held up by a lock on `row`; the names of what came of them, sorted."""
    came = []

    def run(act):
        try:
            act()
        except (Refused, IntegrityError) as refusal:
            came.append(type(refusal).__name__)
        else:
            came.append("done")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    with transaction.atomic():
        type(row).objects.select_for_update().get(pk=row.pk)
        for thread in threads:
            thread.start()
        wait_until_waiting(len(threads))
    for thread in threads:
        thread.join(timeout=30)
    return sorted(came)


def wait_until_waiting(number):
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.05)
    raise AssertionError(f"{number} acts did not come to wait for the row")


# Two officers approve


def test_two_officers_approve_at_once_and_one_approval_counts(world):
    payment = world.prepare(world.active(amount=90_000), 1)
    officers = [finance_officer() for _ in range(4)]

    came = at_once(
        payment.grant,
        [lambda who=who: actions.approve_payment(payment, by=who, at=world.signed_at) for who in officers],
    )

    assert came == ["Refused", "Refused", "Refused", "done"]
    approvals = Step.objects.of(payment).filter(step="approve")
    assert [step.by_id for step in approvals] == [fresh(payment).approved_by_id]


def test_the_gate_finds_an_approval_without_a_lock(world):
    payment = world.prepare(world.active(amount=90_000), 1)
    officers = [finance_officer() for _ in range(4)]

    def careless(who):
        row = Payment.objects.select_related("grant").get(pk=payment.pk)
        assert rules.reasons_not_to_approve(row, by=who, at=world.signed_at) == []
        row.status, row.approved_by, row.approved_at = "approved", who, world.signed_at
        row.save()

    assert at_once(payment, [lambda who=who: careless(who) for who in officers]) == ["done"] * 4


def test_approved_and_rejected_at_once_is_one_of_the_two(world):
    payment = world.prepare(world.active(amount=90_000), 1)
    one, two = finance_officer(), finance_officer()

    came = at_once(
        payment.grant,
        [
            lambda: actions.approve_payment(payment, by=one, at=world.signed_at),
            lambda: actions.reject_payment(payment, why="Wrong.", by=two, at=world.signed_at),
        ],
    )

    assert came == ["Refused", "done"]
    assert Step.objects.of(payment).exclude(step="begin").count() == 1
    assert fresh(payment.grant).paid == (36_000 if fresh(payment).status == "approved" else 0)


# Two officers prepare


def test_two_officers_prepare_at_once_and_one_payment_is_made(world):
    grant = world.active(amount=90_000)
    part = instalment(grant, 1)
    officers = [grants_officer() for _ in range(3)]

    came = at_once(
        grant, [lambda who=who: actions.prepare_payment(part, by=who, at=world.signed_at) for who in officers]
    )

    assert came == ["Refused", "Refused", "done"]
    assert Payment.objects.get().amount == 36_000
    assert fresh(grant).paid == 36_000


def test_without_a_lock_the_database_alone_stops_a_second_payment(world):
    grant = world.active(amount=90_000)
    officers = [grants_officer() for _ in range(3)]

    def careless(who):
        part = instalment(grant, 1)
        assert rules.reasons_not_to_prepare(part, by=who, at=world.signed_at) == []
        Payment.objects.create(
            grant=grant, instalment=part, amount=part.amount, prepared_by=who, prepared_at=world.signed_at
        )

    came = at_once(grant, [lambda who=who: careless(who) for who in officers])

    assert came == ["IntegrityError", "IntegrityError", "done"]


def test_a_payment_is_not_approved_while_the_grant_is_being_stopped(world):
    grant = world.active(amount=90_000)
    payment = world.prepare(grant, 1)

    at_once(
        grant,
        [
            lambda: actions.stop(grant, why="Closed.", by=world.officer, at=world.signed_at),
            lambda: actions.approve_payment(payment, by=world.finance, at=world.signed_at),
        ],
    )

    steps = list(
        Step.objects.filter(step__in=["stop", "approve"]).order_by("pk").values_list("step", flat=True)
    )
    assert steps in (["stop"], ["approve", "stop"])
    assert (fresh(payment).status == "approved") is (len(steps) == 2)


# Eight awards for the pot


def eight(world):
    return beyond_the_pot(world, 8, 40_000)


def test_eight_awards_at_once_never_overrun_the_pot(world):
    cases = eight(world)

    came = at_once(
        world.round, [lambda case=case: actions.draft(case, by=None, at=world.announced_at) for case in cases]
    )

    assert came == ["Refused"] * 6 + ["done"] * 2
    assert Round.objects.get().granted == 80_000
    assert Grant.objects.count() == 2


def careless_draft(world, case):
    """Asks first and writes later, without the round's lock."""
    case = Case.objects.select_related("decision", "application__round__announcement").get(pk=case.pk)
    assert rules.reasons_not_to_draft(case, at=world.announced_at) == []
    with transaction.atomic():
        Grant.objects.create(
            reference=f"C-{case.pk}",
            application=case.application,
            round=case.application.round,
            authority=case.application.authority,
            amount=40_000,
            develop=40_000,
            innovate=0,
            disseminate=0,
            support=0,
            drafted_at=world.announced_at,
        )


def test_without_the_lock_the_guard_of_the_pot_stops_the_overrun(world):
    cases = eight(world)

    came = at_once(world.round, [lambda case=case: careless_draft(world, case) for case in cases])

    assert came == ["IntegrityError"] * 6 + ["done"] * 2
    assert Round.objects.get().granted == 80_000


def test_without_lock_and_guard_the_gate_finds_the_overrun(world):
    cases = eight(world)
    guards.drop_all()
    try:
        came = at_once(world.round, [lambda case=case: careless_draft(world, case) for case in cases])
    finally:
        guards.set_all()

    assert came == ["done"] * 8


# The offer and the agreement


def test_two_clocks_offer_a_grant_once(world):
    grant = world.drafted(amount=90_000)

    came = at_once(grant, [lambda: actions.offer(grant, by=None, at=world.announced_at)] * 2)

    assert came == ["Refused", "done"]
    assert Step.objects.of(grant).filter(step="offer").count() == 1


def test_two_clocks_offer_a_reserve_once(world):
    case = world.case("reserve", 50_000, reserve_place=1)
    other = world.case("reserve", 50_000, reserve_place=2)
    grant = world.offered(amount=60_000)
    actions.refuse(grant, why="We merge.", by=certifier(grant.authority), at=world.announced_at)

    came = at_once(
        world.round,
        [
            lambda case=case: actions.offer_reserve(case, by=None, at=world.announced_at)
            for case in (case, case, other)
        ],
    )

    assert came.count("done") == 1
    assert Grant.objects.get(from_reserve=True).application == case.application


def test_accepted_and_refused_at_once_is_one_of_the_two(world):
    grant = world.offered(amount=90_000)
    one, two = certifier(grant.authority), certifier(grant.authority)

    came = at_once(
        grant,
        [
            lambda: actions.accept(grant, by=one, at=world.announced_at),
            lambda: actions.refuse(grant, why="We merge.", by=two, at=world.announced_at),
        ],
    )

    assert came == ["Refused", "done"]
    assert statuses(grant)[0] in ("accepted", "refused")


def test_the_last_two_signatures_at_once_start_the_grant_once(world):
    grant = world.signed_by_council(amount=90_000)

    came = at_once(
        grant,
        [
            lambda: actions.sign(grant, part="chair", by=world.chair, at=world.signed_at),
            lambda: actions.sign(grant, part="lga", by=world.lga, at=world.signed_at),
        ],
    )

    assert came == ["done", "done"]
    assert statuses(grant) == ["active"]
    assert Step.objects.of(grant).filter(step="start").count() == 1
