"""Money at every door: rule, database, invariants. Two officers, one payment an instalment, never more than the grant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from beacons.core import guards
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.workdays import noon
from grants import actions, invariants, rules
from grants.models import Grant, Instalment, Payment
from tests.factories import (
    GrantFactory,
    MembershipFactory,
    a_round,
    finance_officer,
    grants_officer,
    handed_in,
    scheme_manager,
)
from tests.grants.making import announced, fresh, instalment, return_of

DAY = timedelta(days=1)


def refused_by_the_database(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# Two officers


def test_one_officer_prepares_and_another_approves(world):
    grant = world.active(amount=90_000)

    payment = world.prepare(grant, 1)
    assert (payment.status, payment.amount, payment.prepared_by) == ("prepared", 36_000, world.officer)
    assert fresh(grant).paid == 36_000
    assert fresh(grant).paid_out == 0
    payment = actions.approve_payment(payment, by=world.finance, at=world.signed_at)

    assert (payment.status, payment.approved_by, payment.approved_at) == (
        "approved",
        world.finance,
        world.signed_at,
    )
    assert fresh(grant).paid_out == 36_000
    assert [(step.step, step.by_id) for step in Step.objects.of(payment)] == [
        ("begin", world.officer.pk),
        ("approve", world.finance.pk),
    ]
    letter = Letter.objects.get(kind="grant_paid", to=grant.accepted_by.email)
    assert letter.subject == f"Payment of £36,000 approved: {grant.reference}"


def test_one_person_with_both_roles_does_one_of_the_two(world):
    grant = world.active()
    both = world.officer
    MembershipFactory(user=both, role="finance_officer")
    payment = world.prepare(grant, 1)

    for act in (
        lambda: actions.approve_payment(payment, by=both, at=world.signed_at),
        lambda: actions.reject_payment(payment, why="Wrong.", by=both, at=world.signed_at),
    ):
        with pytest.raises(Refused, match="You prepared this payment"):
            act()
    refused_by_the_database(lambda: Payment.objects.update(approved_by=both, approved_at=world.signed_at))

    assert fresh(payment).status == "prepared"


def test_roles_are_asked_by_the_action_itself(world):
    grant = world.active()
    superuser = scheme_manager()
    superuser.is_superuser = True
    superuser.save()

    for who in (world.finance, superuser, grant.accepted_by):
        with pytest.raises(Refused, match="Only a grants officer prepares"):
            actions.prepare_payment(instalment(grant, 1), by=who, at=world.signed_at)
    payment = world.prepare(grant, 1)
    for who in (grants_officer(), superuser, grant.accepted_by):
        with pytest.raises(Refused, match="Only a finance officer approves"):
            actions.approve_payment(payment, by=who, at=world.signed_at)
        with pytest.raises(Refused, match="Only a finance officer rejects"):
            actions.reject_payment(payment, why="No.", by=who, at=world.signed_at)

    assert fresh(payment).status == "prepared"


def test_a_payment_is_approved_once(world):
    payment = world.pay(world.active(), 1)

    with pytest.raises(Refused, match="approved already"):
        actions.approve_payment(payment, by=finance_officer(), at=world.signed_at)
    with pytest.raises(Refused, match="can no longer be rejected"):
        actions.reject_payment(payment, why="Late.", by=finance_officer(), at=world.signed_at)

    assert fresh(payment).approved_by == world.finance


def test_a_rejected_payment_says_why_and_makes_room_for_another(world):
    grant = world.active()
    payment = world.prepare(grant, 1)

    with pytest.raises(Refused, match="Say why"):
        actions.reject_payment(payment, why="", by=world.finance, at=world.signed_at)
    actions.reject_payment(payment, why="Wrong bank account.", by=world.finance, at=world.signed_at)
    assert fresh(grant).paid == 0
    again = world.prepare(grant, 1)

    assert [fresh(payment).status, again.status] == ["rejected", "prepared"]
    told = Letter.objects.get(kind="grant_payment_rejected", to=world.officer.email)
    assert "Wrong bank account." in told.body


# What an instalment waits for


def reasons(world, grant, number, at):
    return rules.reasons_not_to_prepare(instalment(grant, number), by=world.officer, at=at)


def test_nothing_is_paid_before_all_have_signed(world):
    grant = world.signed_by_council()

    with pytest.raises(Refused, match="needs all its signatures"):
        world.prepare(grant, 1)

    assert not Payment.objects.exists()


def test_the_second_instalment_waits_for_the_first_the_return_and_its_day(world):
    grant = world.active()
    due = return_of(grant, "middle")
    early = due.due_at - 3 * DAY

    assert reasons(world, grant, 2, early) == [
        "Instalment 1 has not been paid.",
        f"The mid-point return must come first; it is due on {due.due_on:%-d %B %Y}.",
        f"It is due on {due.due_on:%-d %B %Y}.",
    ]
    world.pay(grant, 1)
    world.report(grant, "middle", at=early)
    assert reasons(world, grant, 2, early) == [f"It is due on {due.due_on:%-d %B %Y}."]
    assert reasons(world, grant, 2, noon(due.due_on)) == []


def test_a_prepared_first_instalment_is_not_a_paid_one(world):
    grant = world.active()
    world.prepare(grant, 1)
    world.report(grant, "middle")

    assert reasons(world, grant, 2, return_of(grant, "middle").due_at) == ["Instalment 1 has not been paid."]


def test_a_late_return_stops_whatever_is_next_until_it_comes(world):
    grant = world.active()
    due = return_of(grant, "middle")
    late = due.due_at
    stopped = f"The mid-point return was due on {due.due_on:%-d %B %Y}. Payments are stopped until it comes."

    assert reasons(world, grant, 1, late - timedelta(microseconds=1)) == []
    assert reasons(world, grant, 1, late) == [stopped]
    assert stopped in reasons(world, grant, 2, late)
    with pytest.raises(Refused, match="Payments are stopped"):
        world.prepare(grant, 1, at=late)
    world.report(grant, "middle", at=late)

    assert reasons(world, grant, 1, late) == []


def test_a_return_that_falls_late_between_the_two_officers_stops_the_payment(world):
    grant = world.active()
    due = grant.returns.get(kind="middle")
    payment = world.prepare(grant, 1)

    with pytest.raises(Refused, match="Payments are stopped until it comes"):
        actions.approve_payment(payment, by=world.finance, at=due.due_at)
    world.report(grant, "middle", at=due.due_at)
    actions.approve_payment(payment, by=world.finance, at=due.due_at)

    assert payment.__class__.objects.get(pk=payment.pk).status == "approved"


def test_a_stopped_grant_pays_nothing_not_even_what_was_prepared(world):
    grant = world.active()
    payment = world.prepare(grant, 1)
    actions.stop(grant, why="The service was closed.", by=world.officer, at=world.signed_at)

    with pytest.raises(Refused, match="is stopped; nothing is paid"):
        actions.approve_payment(fresh(payment), by=world.finance, at=world.signed_at)
    assert reasons(world, grant, 2, world.signed_at) == ["The grant is stopped."]
    actions.reject_payment(fresh(payment), why="Stopped.", by=world.finance, at=world.signed_at)

    assert fresh(grant).paid == 0


def test_an_instalment_is_prepared_once(world):
    grant = world.active()
    world.prepare(grant, 1)

    with pytest.raises(Refused, match="prepared already"):
        world.prepare(grant, 1)

    refused_by_the_database(lambda: again(grant, world.officer, world.signed_at))


def again(grant, who, at):
    part = instalment(grant, 1)
    return Payment.objects.create(grant=grant, instalment=part, amount=1, prepared_by=who, prepared_at=at)


def test_the_worklist_of_instalments_agrees_with_the_rule(world):
    """SQL finds for the officers' list just what the rule would let them prepare."""
    world.signed_by_council()
    fresh_start, prepared, paid, late = world.active(), world.active(), world.active(), world.active()
    world.prepare(prepared, 1)
    for grant in (paid, late):
        world.pay(grant, 1)
    stopped = world.active()
    actions.stop(stopped, why="Closed.", by=world.officer, at=world.signed_at)
    due = return_of(paid, "middle").due_at
    world.report(paid, "middle", at=due - DAY)

    for at in (world.signed_at, due - DAY, due, due + DAY):
        by_rule = {
            part.pk
            for part in Instalment.objects.select_related("grant")
            if not rules.reasons_not_to_prepare(part, by=world.officer, at=at)
        }
        assert set(Instalment.objects.to_prepare(at).values_list("pk", flat=True)) == by_rule
    assert set(Grant.objects.with_instalments_to_prepare(world.signed_at)) == {fresh_start}
    assert set(Grant.objects.with_instalments_to_prepare(due)) == {paid}
    assert set(Grant.objects.with_payments_to_approve()) == {prepared}
    assert {fresh_start, late} <= set(Grant.objects.with_late_returns(due))


# The database


def bare_grant(a_round, amount, **fields):
    return {
        "application": handed_in(round=a_round),
        "amount": amount,
        "develop": amount,
        "innovate": 0,
        "disseminate": 0,
        "support": 0,
        **fields,
    }


def test_grants_never_come_to_more_than_the_pot_however_they_are_written(db):
    the_round = a_round(pot=100_000)
    first = GrantFactory(**bare_grant(the_round, 60_000))
    more = bare_grant(the_round, 50_000)
    unsaved = GrantFactory.build(
        **more, reference="GRT-A", authority=more["application"].authority, round=the_round
    )
    unsaved.drafted_at = first.drafted_at

    refused_by_the_database(unsaved.save)
    refused_by_the_database(lambda: Grant.objects.bulk_create([unsaved]))
    first.amount = first.develop = 100_001
    refused_by_the_database(first.save)
    refused_by_the_database(lambda: Grant.objects.update(amount=100_001, develop=100_001))
    refused_by_the_database(lambda: sql("UPDATE grants_grant SET amount = 100001, develop = 100001"))
    refused_by_the_database(lambda: sql("UPDATE rounds_round SET pot = 59999"))

    the_round.refresh_from_db()
    assert the_round.granted == 60_000


def test_a_freed_grant_leaves_room_and_cannot_come_back_into_a_full_pot(db):
    the_round = a_round(pot=100_000)
    lapsed = GrantFactory(**bare_grant(the_round, 60_000), status="lapsed")
    GrantFactory(**bare_grant(the_round, 100_000))

    refused_by_the_database(lambda: Grant.objects.filter(pk=lapsed.pk).update(status="accepted"))
    Grant.objects.exclude(pk=lapsed.pk).update(status="refused")
    Grant.objects.filter(pk=lapsed.pk).update(status="accepted")

    the_round.refresh_from_db()
    assert the_round.granted == 60_000


def test_payments_never_come_to_more_than_the_grant_however_they_are_written(world):
    grant = world.active(amount=90_000)
    world.pay(grant, 1)
    second = instalment(grant, 2)
    over = {"grant": grant, "instalment": second, "amount": 54_001}
    over |= {"prepared_by": world.officer, "prepared_at": world.signed_at}

    refused_by_the_database(lambda: Payment.objects.create(**over))
    refused_by_the_database(lambda: Payment.objects.bulk_create([Payment(**over)]))
    refused_by_the_database(lambda: Payment.objects.update(amount=90_001))
    refused_by_the_database(lambda: sql("UPDATE grants_payment SET amount = 90001"))
    refused_by_the_database(lambda: sql("UPDATE grants_grant SET amount = 35999, develop = develop - 54001"))
    refused_by_the_database(lambda: Payment.objects.update(amount=0))
    Payment.objects.create(**over | {"amount": 54_000})

    assert fresh(grant).paid == 90_000


def test_the_database_wants_a_second_officer_for_every_approval(world):
    payment = world.prepare(world.active(), 1)

    refused_by_the_database(lambda: Payment.objects.update(status="approved"))
    refused_by_the_database(
        lambda: Payment.objects.update(
            status="approved", approved_by=world.officer, approved_at=world.signed_at
        )
    )
    refused_by_the_database(
        lambda: sql("UPDATE grants_payment SET status = 'approved', approved_by_id = prepared_by_id")
    )

    assert fresh(payment).status == "prepared"


def test_the_four_heads_are_the_grant(world):
    grant = world.active()

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(support=0)

    after = fresh(grant)
    assert after.amount == after.develop + after.innovate + after.disseminate + after.support


# Invariants


def test_a_year_of_money_breaks_no_promise(world):
    grant = world.reported(amount=90_000)
    world.pay(grant, 3, at=return_of(grant, "closing").due_at)
    world.prepare(world.active(), 1)

    assert broken() == set()


def broken():
    """Rules of this room that some row breaks."""
    rules_of_this_room = {
        name: ask
        for name, ask in vars(invariants).items()
        if getattr(ask, "__module__", "") == invariants.__name__
    }
    return {name for name, ask in rules_of_this_room.items() if list(ask())}


def test_invariants_notice_what_the_database_would_let_pass(world):
    grant, other = world.active(), world.active()
    payment = world.pay(grant, 1)
    assert broken() == set()

    def noticed(rule, undo, change):
        change()
        assert broken() == {rule}
        undo()
        assert broken() == set()

    noticed(
        "a_payment_is_of_its_instalment",
        lambda: Payment.objects.update(grant=grant),
        lambda: Payment.objects.update(grant=other),
    )
    noticed(
        "instalments_add_up_to_the_grant",
        lambda: Instalment.objects.filter(grant=grant, number=3).update(amount=18_000),
        lambda: Instalment.objects.filter(grant=grant, number=3).update(amount=17_999),
    )
    noticed(
        "a_payment_is_of_its_instalment",
        lambda: Payment.objects.update(amount=36_000),
        lambda: Payment.objects.update(amount=36_001),
    )
    noticed(
        "money_waits_for_its_return",
        lambda: Payment.objects.update(instalment=payment.instalment),
        lambda: Payment.objects.update(instalment=instalment(grant, 2)),
    )
    noticed(
        "a_reported_grant_has_its_closing_return",
        lambda: Grant.objects.filter(pk=grant.pk).update(status="active"),
        lambda: Grant.objects.filter(pk=grant.pk).update(status="reported"),
    )
    unsigned = world.accepted()
    noticed(
        "an_active_grant_has_three_signatures",
        lambda: Grant.objects.filter(pk=unsigned.pk).update(status="accepted"),
        lambda: Grant.objects.filter(pk=unsigned.pk).update(status="active"),
    )
    noticed(
        "an_accepted_grant_was_accepted_by_somebody",
        lambda: Grant.objects.filter(pk=unsigned.pk).update(accepted_by=other.accepted_by),
        lambda: Grant.objects.filter(pk=unsigned.pk).update(accepted_by=None),
    )
    case = other.application.case
    noticed(
        "a_grant_comes_from_an_announced_decision",
        lambda: type(case).objects.filter(pk=case.pk).update(status="announced"),
        lambda: type(case).objects.filter(pk=case.pk).update(status="declined"),
    )
    elsewhere = announced().case().application.authority
    noticed(
        "a_grant_belongs_to_its_application",
        lambda: Grant.objects.filter(pk=other.pk).update(authority=other.authority),
        lambda: Grant.objects.filter(pk=other.pk).update(authority=elsewhere),
    )


def test_invariants_notice_when_a_guard_was_lifted(world):
    grant = world.active(amount=90_000)
    world.pay(grant, 1)
    guards.drop_all()
    try:
        Payment.objects.update(amount=36_001)
        assert "payments_fit_their_grant" in broken()
        Payment.objects.update(amount=36_000)
        Grant.objects.filter(pk=grant.pk).update(amount=2_000_000, develop=1_937_000)
        assert "standing_grants_fit_the_pot" in broken()
    finally:
        guards.set_all()
