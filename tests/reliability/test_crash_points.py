"""Killed at one chosen line after another, clock or web: each time all of a thing is done, or nothing of it."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.mail.backends.filebased import EmailBackend
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse
from django.utils import timezone

from beacons.applications import actions as applications
from beacons.applications.actions import clock as reminding
from beacons.applications.actions import handing_in
from beacons.applications.models import AnswerVersion
from beacons.celery import app
from beacons.core import clock, invariants, letters, steps
from beacons.core.letters import LEASE, Letter
from beacons.core.querysets import HouseQuerySet
from beacons.core.steps import Step
from beacons.core.ticker import Ticker
from grants import actions as grants
from tests import factories as make
from tests.reliability.midyear import MidYear, sent, torn

# Where the clock dies: before or after the n-th call of something.
POINTS = [
    (letters, "claim", "after", 4),
    (EmailBackend, "send_messages", "before", 4),
    (EmailBackend, "write_message", "before", 2),
    (EmailBackend, "send_messages", "after", 4),
    (letters, "send", "after", 4),
    (reminding, "tell", "after", 2),
    (steps, "_write", "before", 3),
    (steps, "_write", "after", 3),
    (grants, "_make", "after", 1),
    (grants, "offer", "before", 2),
    (BaseDatabaseWrapper, "commit", "before", 9),
    (BaseDatabaseWrapper, "commit", "after", 9),
]
# After these a letter has left, and its stamp has not been written.
SENT_UNSTAMPED = [(EmailBackend, "send_messages", "after", 4)]


def die_at(owner, name, moment, number):
    """From its n-th call on, `owner.name` ends the process before or after it has done its work."""
    act, calls = getattr(owner, name), []

    def deadly(*args, **kwargs):
        calls.append(name)
        if len(calls) == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        given = act(*args, **kwargs)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return given

    setattr(owner, name, deadly)


def dies_at(point: tuple, act: Callable[[], object]) -> bool:
    """Do this in a process of its own; was it killed at this point?"""
    connections.close_all()
    child = os.fork()
    if child == 0:
        # Connections of its own: one that it shares with its parent would be closed for both. Those that it came
        # with are held, since letting go of them would tell the server goodbye in the parent's name.
        held = [connections[alias] for alias in connections]
        for each in held:
            connections[each.alias] = connections.create_connection(each.alias)
        try:
            die_at(*point)
            act()
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def clock_that_dies(at: datetime, point: tuple) -> bool:
    """One turn of the clock; was it killed at this point?"""

    def turn():
        with clock.set_to(at):
            Ticker(app).tick(0.0)

    return dies_at(point, turn)


@pytest.fixture
def post(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "letters"
    return settings.EMAIL_FILE_PATH


@pytest.mark.django_db(transaction=True)
def test_killed_at_every_line_that_matters_nothing_is_lost_or_doubled(post):
    now = timezone.now()
    house = MidYear(now, drafts=18, awards=6, fallen=3, letters=25)
    assert list(invariants.broken()) == []
    twice = 0

    for number, point in enumerate(POINTS):
        before = len(sent(post))
        at = now + timedelta(seconds=number)
        assert clock_that_dies(at, point), f"it was never at {point[1]}"
        assert list(torn()) == [], f"killed {point[2]} {point[1]}"
        if point in SENT_UNSTAMPED:
            twice += 1
        assert len(sent(post)) >= before

    assert list(invariants.broken()) == []
    at = now + LEASE + timedelta(minutes=1)
    for minute in range(3):
        with clock.set_to(at + timedelta(minutes=minute)):
            Ticker(app).tick(0.0)

    assert list(house.faults()) == []
    assert list(invariants.broken()) == []
    left = Counter(sent(post))
    assert len(left) == house.letters().count()
    assert sum(left.values()) - len(left) == twice == 1, "one letter was in a killed clerk's hands"
    assert Letter.objects.filter(attempts__gt=1).count() <= len(POINTS)


@pytest.mark.django_db(transaction=True)
def test_without_its_transactions_the_house_would_be_torn(post):
    """The control of the test above: the same death, and verbs that write as they go."""
    now = timezone.now()
    MidYear(now, drafts=6, awards=2, fallen=2, letters=4)
    assert list(torn()) == []

    def turn_as_they_go():
        steps.transaction = SimpleNamespace(atomic=nullcontext)
        HouseQuerySet.lock = lambda rows, pk: rows.get(pk=pk)
        with clock.set_to(now):
            Ticker(app).tick(0.0)

    assert dies_at((reminding, "tell", "after", 1), turn_as_they_go)

    assert any("without a step" in told for told in torn())


# A person who presses the button, hears nothing, and presses it again


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "is_there"),
    [
        ((handing_in, "tell", "before", 1), 0),
        ((steps, "_write", "after", 1), 0),
        ((applications, "submit", "after", 1), 1),
    ],
)
def test_a_bid_whose_receipt_was_lost_is_handed_in_once(visit, point, is_there):
    bid = make.answered(make.ApplicationFactory())
    applications.certify(bid, by=make.certifier(bid.authority), at=bid.drafted_at)
    client = visit(bid.drafted_by, at=bid.drafted_at + timedelta(hours=1))
    url = reverse("application_submit", args=[bid.reference])

    assert dies_at(point, lambda: client.post(url))
    assert Step.objects.of(bid).filter(step="submit").count() == is_there
    assert Letter.objects.filter(kind="application_submitted").count() == 2 * is_there
    answer = client.post(url)

    assert answer.url == reverse("application_receipt", args=[bid.reference])
    assert Step.objects.of(bid).filter(step="submit").count() == 1
    assert Letter.objects.filter(kind="application_submitted").count() == 2
    assert list(steps.faults_in_chain()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "is_there"),
    [((AnswerVersion, "save", "after", 1), 0), ((applications, "save_answers", "after", 1), 1)],
)
def test_an_answer_whose_page_was_lost_is_kept_once(visit, point, is_there):
    bid = make.ApplicationFactory()
    question, other = bid.round.questions.all()
    client = visit(bid.drafted_by, at=bid.drafted_at)
    url = reverse("section_edit", args=[bid.reference, 1])
    form = {
        f"answer_{question.pk}": "We asked them why.",
        f"version_{question.pk}": 0,
        f"answer_{other.pk}": "",
        f"version_{other.pk}": 0,
    }

    assert dies_at(point, lambda: client.post(url, form))
    assert AnswerVersion.objects.count() == is_there
    answer = client.post(url, form)

    assert answer.status_code == 302
    kept = AnswerVersion.objects.values_list("answer__application", "version", "text")
    assert list(kept) == [(bid.pk, 1, "We asked them why.")]
