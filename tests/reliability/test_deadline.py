"""The closing instant: what came before it counts, what came at it does not, whatever the clock has done."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.applications import actions, tasks
from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.steps import Step
from grants import tasks as of_grants_tasks
from grants.models import Grant
from tests import factories as make
from tests.grants.making import announced

MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def bid(db):
    """Certified, and not handed in."""
    made = make.answered(make.ApplicationFactory())
    return actions.certify(made, by=make.certifier(made.authority), at=made.drafted_at)


@pytest.fixture
def closes(bid):
    return make.closing(bid.round, "applications")


def hand_in(visit, bid, *, handled, came=None):
    """Press the button; the application sees the request at `handled`, the proxy says that it came at `came`."""
    headers = {} if came is None else {"X-Request-Start": f"t={came.timestamp():.6f}"}
    with clock.set_to(handled):
        client = visit(bid.drafted_by)
        client.post(reverse("application_submit", args=[bid.reference]), headers=headers)
    return Application.objects.get(pk=bid.pk)


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


@pytest.mark.parametrize(
    ("early", "status"),
    [(MICROSECOND, Status.SUBMITTED), (0 * SECOND, Status.CERTIFIED), (-MICROSECOND, Status.CERTIFIED)],
)
def test_no_sweep_is_needed_to_end_it_to_the_microsecond(visit, bid, closes, early, status):
    seen = hand_in(visit, bid, handled=closes - early)

    assert seen.status == status
    handed_in = status == Status.SUBMITTED
    assert seen.submitted_at == (closes - early if handed_in else None)
    assert Step.objects.of(bid).filter(step="submit").count() == handed_in
    assert Letter.objects.filter(kind="application_submitted").exists() == handed_in


# Behind our own proxy: when it came, and not when its turn came


@pytest.mark.parametrize(
    ("early", "status"), [(MICROSECOND, Status.SUBMITTED), (0 * SECOND, Status.CERTIFIED)]
)
def test_what_came_in_time_and_waited_counts(visit, bid, closes, settings, early, status):
    settings.TRUSTED_PROXY = True

    seen = hand_in(visit, bid, handled=closes + 3 * SECOND, came=closes - early)

    assert seen.status == status
    if status == Status.SUBMITTED:
        assert seen.submitted_at == closes - early


def test_without_a_proxy_of_our_own_the_header_is_anybodys(visit, bid, closes, settings):
    settings.TRUSTED_PROXY = False

    assert hand_in(visit, bid, handled=closes + SECOND, came=closes - SECOND).status == Status.CERTIFIED


def test_a_header_from_the_far_past_is_no_arrival(visit, bid, closes, settings):
    settings.TRUSTED_PROXY = True
    handled = closes + clock.STRAGGLERS

    seen = hand_in(visit, bid, handled=handled, came=handled - clock.STRAGGLERS - MICROSECOND)

    assert seen.status == Status.CERTIFIED


def test_a_header_from_the_future_shuts_nobody_out_and_lets_nobody_stay(visit, bid, closes, settings):
    """A proxy whose clock is fast: what counts is when the application saw it."""
    settings.TRUSTED_PROXY = True

    seen = hand_in(visit, bid, handled=closes - SECOND, came=closes + SECOND)

    assert (seen.status, seen.submitted_at) == (Status.SUBMITTED, closes - SECOND)


@pytest.mark.parametrize(
    "header", ["t=", "t=nan", "t=inf", "t=-1e400", "t=soon", "now", "", "t=1e30", "t=0", "t=٣"]
)
def test_a_header_that_says_nothing_is_passed_over(visit, bid, closes, settings, header):
    settings.TRUSTED_PROXY = True
    with clock.set_to(closes):
        answer = visit(bid.drafted_by).post(
            reverse("application_submit", args=[bid.reference]), headers={"X-Request-Start": header}
        )

    assert answer.status_code == 302
    assert Application.objects.get(pk=bid.pk).status == Status.CERTIFIED


# The clock, which ends what nobody may do any more, does not overtake those who came in time


def test_the_sweep_leaves_time_to_those_who_came_before_the_closing(visit, bid, closes, settings):
    """It came at the last microsecond; the sweep ran first; it was handled when its turn came."""
    settings.TRUSTED_PROXY = True
    assert sweep(closes) == 0
    assert sweep(closes + clock.STRAGGLERS - MICROSECOND) == 0

    seen = hand_in(visit, bid, handled=closes + clock.STRAGGLERS - SECOND, came=closes - MICROSECOND)

    assert (seen.status, seen.submitted_at) == (Status.SUBMITTED, closes - MICROSECOND)
    assert sweep(closes + timedelta(days=1)) == 0


def test_then_the_sweep_lapses_it_and_no_header_brings_it_back(visit, bid, closes, settings):
    settings.TRUSTED_PROXY = True
    assert sweep(closes + clock.STRAGGLERS) == 1

    seen = hand_in(visit, bid, handled=closes + clock.STRAGGLERS, came=closes - MICROSECOND)

    assert seen.status == Status.LAPSED


def test_an_offer_accepted_in_time_does_not_lapse_while_it_waits(db, visit, settings):
    settings.TRUSTED_PROXY = True
    world = announced()
    grant = world.offered()
    ends = grant.offer_ends_at
    certifier = make.certifier(grant.authority)
    with clock.set_to(ends + SECOND):
        of_grants_tasks.sweep()
        visit(certifier).post(
            reverse("grant_accept", args=[grant.reference]),
            headers={"X-Request-Start": f"t={(ends - SECOND).timestamp()}"},
        )

    assert Grant.objects.get(pk=grant.pk).status == "accepted"
    assert Grant.objects.get(pk=grant.pk).accepted_at == ends - SECOND


def test_an_offer_nobody_answered_lapses_when_the_stragglers_are_in(db):
    world = announced()
    grant = world.offered()
    over = grant.offer_ends_at + clock.STRAGGLERS
    for at in (over - MICROSECOND, over):
        assert Grant.objects.get(pk=grant.pk).status == "offered"
        with clock.set_to(at):
            of_grants_tasks.sweep()

    assert Grant.objects.get(pk=grant.pk).status == "lapsed"
    assert Step.objects.of(grant).filter(step="lapse").count() == 1
