"""In how many parts a grant is paid, and how often its holder reports: as its round says."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.rounds.models import Round
from grants import agreement, guidance, plans
from tests import factories as make
from tests.grants.making import announced, fresh, statuses

pytestmark = pytest.mark.django_db
ONE_REPORT = {"paid_after_middle": 0, "middle_return_at": None}


def world(**round_facts):
    return announced(**round_facts)


def laid_out(grant):
    return [(part.number, part.amount, part.after and part.after.kind) for part in grant.instalments.all()]


def clause(grant, title):
    return next(clause.sentences for clause in agreement.clauses(grant) if clause.title == title)


@pytest.mark.parametrize(
    ("facts", "parts", "money", "returns"),
    [
        (
            {},
            [(1, 36_000, None), (2, 36_000, "middle"), (3, 18_000, "closing")],
            "40 per cent is paid on signature, 40 per cent after the mid-point return and the rest after the"
            " closing return.",
            "It sends two short returns, at the mid-point and at the close. The next instalment is paid once the"
            " return it waits for has come; a late return stops it.",
        ),
        (
            {"paid_on_signature": 60},
            [(1, 54_000, None), (2, 36_000, "middle")],
            "60 per cent is paid on signature and the rest after the mid-point return.",
            "It sends two short returns, at the mid-point and at the close. The next instalment is paid once the"
            " return it waits for has come; a late return stops it.",
        ),
        (
            {"paid_on_signature": 80, **ONE_REPORT},
            [(1, 72_000, None), (2, 18_000, "closing")],
            "80 per cent is paid on signature and the rest after the closing return.",
            "It sends one short return, at the close. The next instalment is paid once the return it waits for has"
            " come; a late return stops it.",
        ),
        (
            {"paid_on_signature": 100, **ONE_REPORT},
            [(1, 90_000, None)],
            "All of it is paid on signature.",
            "It sends one short return, at the close.",
        ),
    ],
)
def test_a_grant_is_laid_out_and_agreed_as_its_round_says(facts, parts, money, returns):
    grant = world(**facts).drafted()

    assert laid_out(grant) == parts
    assert clause(grant, "Money")[0] == money
    assert clause(grant, "Pass knowledge on in time")[1] == returns
    expected = {"closing"} if "middle_return_at" in facts else {"middle", "closing"}
    assert {due.kind for due in grant.returns.all()} == expected


def test_a_round_that_asks_for_no_struggling_authorities_promises_none():
    grant = world(authorities_to_help=1, struggling_to_help=0).drafted()

    assert clause(grant, "Give peer support")[1] == "At least 1 authority will have been helped by the end."


def test_paid_at_once_and_reported_on_once_it_is_reconciled_and_what_was_not_spent_comes_back():
    house = world(paid_on_signature=100, **ONE_REPORT)
    grant = house.active()
    house.pay(grant, 1)
    assert fresh(grant).paid == 90_000
    user = make.drafter(grant.authority)

    house.report(grant, "closing", spent=70_000)

    grant = type(grant).objects.for_detail().get(pk=grant.pk)
    assert statuses(grant) == ["reported"]
    assert (grant.to_recover, grant.to_pay) == (20_000, 0)
    words = guidance.next_step(grant, user=user, at=grant.round.stage_of("close").closes_at)
    assert words == "The return has come. £20,000 was paid and not spent, and will be asked back."


def test_a_moved_plan_moves_what_waits_for_a_return_by_that_return():
    house = world(paid_on_signature=80, **ONE_REPORT)
    grant = house.active()
    stage = house.stage("close")
    before = grant.instalments.get(number=2).due_on
    type(stage).objects.filter(pk=stage.pk).update(closes_on=stage.closes_on + timedelta(days=4))

    moved = plans.moved(type(grant).objects.for_detail().get(pk=grant.pk))

    assert {(type(row).__name__, due_on > before) for row, due_on in moved} == {
        ("Instalment", True),
        ("Return", True),
    }


def test_an_offer_stays_open_for_as_many_days_as_the_round_says():
    house = world(days_to_accept=14)

    grant = house.offered()

    assert (grant.offer_ends_at - grant.offered_at) >= timedelta(days=14)


@pytest.mark.parametrize(
    "facts",
    [
        {"paid_on_signature": 0},
        {"paid_on_signature": 70},
        {"middle_return_at": None},
    ],
)
def test_the_database_keeps_parts_whole(facts):
    a_round = make.a_round()

    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=a_round.pk).update(**facts)
