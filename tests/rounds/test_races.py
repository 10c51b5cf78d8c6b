"""Two sweeps, two managers, two approvals at one moment: each thing happens once. The gate holds the row."""

from contextvars import copy_context
from datetime import date
from threading import Thread

import pytest
from django.db import connections, transaction
from django.urls import reverse

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.models import Letter
from beacons.core.steps import Step, verb
from beacons.rounds import actions, rules
from beacons.rounds.models import Round, Stage
from beacons.rounds.querysets import RoundQuerySet
from tests import factories as make
from tests.reliability.racing import PATIENCE, at_once, errors, wait_until_waiting
from tests.rounds.made import AT, approved, set_up
from tests.rounds.test_round_admin import errors as page_errors
from tests.rounds.test_round_admin import typed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@verb
def approve_without_lock(round, *, by, at):
    round = Round.objects.get(pk=round.pk)
    refuse_if(rules.reasons_not_to_approve(round))
    round.approved_at = at
    round.save(update_fields=["approved_at"])
    steps.note(round, "approve", by=by, at=at)


@pytest.mark.parametrize(("approve", "times"), [(actions.mark_approved, 1), (approve_without_lock, 2)])
def test_a_round_is_approved_once(approve, times):
    sign_up = make.SignUpFactory()
    make.drafter(sign_up.authority)
    round = set_up(sign_up.outcome)

    came = at_once(lambda: approve(round, by=None, at=AT), lambda: approve(round, by=None, at=AT), gate=round)

    assert [type(error) for error in errors(came)] == [Refused] * (2 - times)
    assert Step.objects.of(round).filter(step="approve").count() == times
    if times == 1:
        assert Letter.objects.filter(kind="round_invitation").count() == 1


def test_two_sweeps_open_a_stage_once():
    sign_up = make.SignUpFactory()
    make.drafter(sign_up.authority)
    stage = approved(sign_up.outcome).stage_of("applications")

    came = at_once(
        *[lambda: actions.open_stage(stage, by=None, at=stage.opens_at)] * 3,
        gate=stage,
    )

    assert [type(error) for error in errors(came)] == [Refused] * 2
    assert Step.objects.of(stage).count() == 1
    assert Letter.objects.filter(kind="applications_open").count() == 1


def test_of_two_managers_the_second_decides_on_what_the_first_left():
    """Each move is possible alone. After the other it is too late, or nothing is left to move."""
    round = set_up()
    one, other = round.stage_of("develop"), round.stage_of("spread")

    came = at_once(
        lambda: actions.move_stage(one, closes_on=date(2027, 7, 27), why="", by=None, at=AT),
        lambda: actions.move_stage(other, closes_on=date(2027, 12, 3), why="", by=None, at=AT),
        gate=round,
    )

    refused = errors(came)
    assert len(refused) == 1
    assert isinstance(refused[0], Refused)
    round = Round.objects.get()
    assert round.ends_on == Stage.objects.get(key="close").closes_on <= round.limit_on


@pytest.mark.parametrize("locks", [True, False])
def test_what_is_typed_while_the_round_is_approved_comes_back(visit, settings, monkeypatch, locks):
    """The form's own question found nothing; the approval came before its verb. Without the lock it would pass."""
    settings.DEMONSTRATION = True
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = reverse("admin:rounds_round_change", args=[round.pk])
    sent = {**typed(client.get(page)), "pot": 2_000_000}
    if not locks:
        monkeypatch.setattr(RoundQuerySet, "lock", lambda rows, pk: rows.get(pk=pk))
    came = []

    def post():
        try:
            came.append(client.post(page, sent))
        finally:
            connections.close_all()

    posting = Thread(target=copy_context().run, args=[post], daemon=True)
    with transaction.atomic():
        Round._base_manager.select_for_update().get(pk=round.pk)
        posting.start()
        wait_until_waiting(1)
        Round._base_manager.filter(pk=round.pk).update(approved_at=AT)
    posting.join(PATIENCE)

    assert [response.status_code for response in came] == [200 if locks else 302]
    assert Round.objects.get().pot == (round.pot if locks else 2_000_000)
    if locks:
        assert page_errors(came[0]) == rules.reasons_not_to_change(Round.objects.get())
        assert typed(came[0])["pot"] == "2000000"
