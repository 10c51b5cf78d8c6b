"""Money under racing hands: grants stay within the pot and payments within the grant, to the pound."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from beacons.core import guards, invariants
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds.models import Round
from grants import actions
from grants.models import Grant, Instalment, Payment
from tests import factories as make
from tests.grants.making import announced, beyond_the_pot
from tests.reliability.racing import at_once, errors

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
RACERS = 8
MONEY = {"amount": 100_000, "develop": 30_000, "innovate": 20_000, "disseminate": 30_000, "support": 20_000}
# As it is written by hand, or by a room that knows nothing of pots.
pytestmark = pytest.mark.django_db(transaction=True)


def bare_grants(a_round, number):
    """One act for each grant: a row put into the table, with no verb and no lock around it."""
    bids = [make.handed_in(round=a_round) for _ in range(number)]

    def create(bid):
        return Grant.objects.create(
            reference=f"G-{bid.pk}",
            application=bid,
            round=a_round,
            authority=bid.authority,
            drafted_at=AT,
            **MONEY,
        )

    return [lambda bid=bid: create(bid) for bid in bids]


def granted(a_round):
    """What the grants add up to, and what the round keeps."""
    together = Grant.objects.filter(round=a_round).aggregate(pounds=Sum("amount"))["pounds"] or 0
    return together, Round.objects.get(pk=a_round.pk).granted


RULES = ("standing_grants_fit_the_pot", "payments_fit_their_grant", "the_audit_chain_is_whole")


def about_money():
    """Broken promises on money; what the panel decided is of no matter here."""
    return [told for told in invariants.broken() if any(rule in told for rule in RULES)]


# The pot


@pytest.mark.postgres
def test_eight_grants_race_for_a_pot_of_three():
    a_round = make.a_round(pot=350_000)

    results = at_once(*bare_grants(a_round, RACERS), gate=a_round)

    refused = errors(results)
    assert len(refused) == RACERS - 3
    assert all("round_granted_within_pot" in str(error) for error in refused)
    assert granted(a_round) == (300_000, 300_000)
    assert about_money() == []


@pytest.mark.postgres
def test_without_the_guard_all_eight_would_have_it():
    """The control of the test above: each looks before it leaps, and all have looked before one has leapt."""
    a_round = make.a_round(pot=350_000)
    guards.drop_all()

    def careful(create):
        with transaction.atomic():
            if granted(a_round)[0] + MONEY["amount"] <= a_round.pot:
                create()
            # Held up here with what it has seen: the round is locked until all are.
            Round.objects.select_for_update().get(pk=a_round.pk)

    results = at_once(*(lambda act=act: careful(act) for act in bare_grants(a_round, RACERS)), gate=a_round)

    assert not errors(results)
    assert granted(a_round)[0] == 800_000
    assert any("standing_grants_fit_the_pot" in told for told in about_money())
    guards.set_all()


def test_two_connections_race_for_the_last_of_the_pot():
    """On SQLite too, where a transaction is the lock."""
    a_round = make.a_round(pot=250_000)
    acts = bare_grants(a_round, 6)

    def three(mine):
        with suppress(IntegrityError):
            for act in mine:
                act()

    results = at_once(lambda: three(acts[:3]), lambda: three(acts[3:]))

    assert not errors(results)
    assert granted(a_round) == (200_000, 200_000)


@pytest.mark.postgres
def test_eight_awards_are_drafted_at_once_and_those_that_fit_become_grants():
    world = announced(pot=350_000)
    cases = beyond_the_pot(world, RACERS, 100_000)

    results = at_once(
        *(lambda case=case: actions.draft(case, by=None, at=world.announced_at) for case in cases),
        gate=world.round,
    )

    refused = errors(results)
    assert len(refused) == RACERS - 3
    assert all(isinstance(error, Refused) and "left in the pot" in str(error) for error in refused)
    assert granted(world.round) == (300_000, 300_000)
    assert Step.objects.filter(subject_type="grants.grant", step="begin").count() == 3
    assert Instalment.objects.count() == 9
    assert about_money() == []


@pytest.mark.postgres
def test_one_award_drafted_by_eight_is_one_grant():
    world = announced()
    case = world.case()

    results = at_once(
        *[lambda: actions.draft(case, by=None, at=world.announced_at)] * RACERS, gate=world.round
    )

    assert len(errors(results)) == RACERS - 1
    assert all(isinstance(error, Refused) for error in errors(results))
    assert Grant.objects.count() == 1
    assert granted(world.round) == (90_000, 90_000)


@pytest.mark.postgres
def test_money_that_comes_free_while_others_wait_is_given_once():
    """A lapse and eight drafts at one moment: whoever comes after it has the money, and nobody else."""
    world = announced(pot=350_000)
    falling = world.offered(amount=100_000)
    cases = beyond_the_pot(world, RACERS, 100_000)
    ended = falling.offer_ends_at

    results = at_once(
        lambda: actions.lapse(falling, by=None, at=ended),
        *(lambda case=case: actions.draft(case, by=None, at=ended) for case in cases),
        gate=world.round,
    )

    made = [result for result in results[1:] if not isinstance(result, Exception)]
    assert not isinstance(results[0], Exception)
    assert len(made) in (2, 3)
    standing = Grant.objects.standing().aggregate(pounds=Sum("amount"))["pounds"]
    assert standing == Round.objects.get(pk=world.round.pk).granted == 100_000 * len(made)
    assert about_money() == []


# The grant


def bare_payments(grant, number, amount):
    """Instalments beyond the grant, and one act for each payment, without a verb or a lock."""
    officer = make.grants_officer()
    parts = [
        make.InstalmentFactory(grant=grant, number=position, amount=amount)
        for position in range(1, number + 1)
    ]

    def create(part):
        return Payment.objects.create(
            grant=grant, instalment=part, amount=amount, prepared_by=officer, prepared_at=AT
        )

    return [lambda part=part: create(part) for part in parts]


def paid(grant):
    together = Payment.objects.filter(grant=grant).aggregate(pounds=Sum("amount"))["pounds"] or 0
    return together, Grant.objects.get(pk=grant.pk).paid


@pytest.mark.postgres
def test_eight_payments_race_for_a_grant_of_three():
    grant = make.GrantFactory(amount=100_000)

    results = at_once(*bare_payments(grant, RACERS, 30_000), gate=grant)

    refused = errors(results)
    assert len(refused) == RACERS - 3
    assert all("grant_paid_within_amount" in str(error) for error in refused)
    assert paid(grant) == (90_000, 90_000)


def test_two_connections_race_for_the_last_of_a_grant():
    grant = make.GrantFactory(amount=100_000)
    one, other = bare_payments(grant, 2, 60_000)

    (refused,) = errors(at_once(one, other))

    assert "grant_paid_within_amount" in str(refused)
    assert paid(grant) == (60_000, 60_000)


@pytest.mark.postgres
def test_an_instalment_prepared_by_eight_is_paid_once():
    world = announced()
    grant = world.active()
    part = grant.instalments.get(number=1)

    results = at_once(
        *[lambda: actions.prepare_payment(part, by=world.officer, at=world.due(part))] * RACERS, gate=grant
    )

    assert len(errors(results)) == RACERS - 1
    assert all(isinstance(error, Refused) for error in errors(results))
    assert paid(grant) == (part.amount, part.amount)
    assert Step.objects.filter(subject_type="grants.payment").count() == 1


@pytest.mark.postgres
def test_a_payment_is_approved_or_rejected_and_not_both():
    world = announced()
    grant = world.active()
    payment = world.prepare(grant, 1)
    at = payment.prepared_at

    results = at_once(
        *[lambda: actions.approve_payment(payment, by=world.finance, at=at)] * 4,
        *[lambda: actions.reject_payment(payment, why="Wrong account.", by=world.finance, at=at)] * 4,
        gate=grant,
    )

    assert len(errors(results)) == RACERS - 1
    assert Step.objects.filter(subject_type="grants.payment").exclude(step="begin").count() == 1
    payment.refresh_from_db()
    assert paid(grant)[1] == (payment.amount if payment.status == "approved" else 0)
    assert about_money() == []
