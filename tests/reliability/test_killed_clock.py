"""kill -9 of the real clock (`manage.py tick`) in mid-year, over and over: nothing is lost, nothing happens twice."""

import random
import signal
from collections import Counter

import pytest
from django.utils import timezone

from beacons.celery import app
from beacons.core import invariants
from beacons.core.letters import Letter
from beacons.core.steps import Step
from beacons.core.ticker import Ticker
from tests.reliability.midyear import MidYear, sent, torn
from tests.reliability.processes import environment, running, wait_until

# Of all there is to do, how far the clock comes before it is killed.
KILLED_AT = (0.04, 0.3, 0.5)


@pytest.mark.django_db(transaction=True)
def test_a_clock_killed_in_mid_year_loses_and_doubles_nothing(tmp_path):
    house = MidYear(timezone.now(), drafts=40, awards=8, fallen=6, letters=100)
    assert list(invariants.broken()) == []
    everything = sum(house.expected_steps().values()) + sum(house.expected_letters().values())
    env = environment(EMAIL_URL=f"filemail:///{tmp_path}/letters")
    log = tmp_path / "log"
    chance = random.Random(20_081_125)

    for share in KILLED_AT:
        goal = share * everything + chance.randrange(5)
        with running("tick", env=env, log=log) as clock:
            assert wait_until(lambda goal=goal: house.done() >= goal, pause=0.002), log.read_text()
            clock.send_signal(signal.SIGKILL)
            assert clock.wait() == -signal.SIGKILL
        assert not house.is_over(), "all was done before it was killed, so nothing was tried"
        assert list(torn()) == []

    # Two at once by mistake, killed too when all has been done but to begin and offer the second reserve's grant:
    # its turn comes a minute after the first one's.
    nearly_all = sum(house.expected_steps().values()) - 2
    with running("tick", env=env, log=log), running("tick", env=env, log=log):
        assert wait_until(lambda: house.counted().count() >= nearly_all), log.read_text()
    # A lease ends after some minutes. We do not wait for that: we say that they have passed.
    held = Letter.objects.filter(sent_at__isnull=True, attempts__gt=0)
    in_hand = set(held.values_list("pk", flat=True))
    held.update(not_before=timezone.now())
    # Stopped as it should be, and started again, which is sooner than its next turn at the letters.
    for done in (lambda: house.counted().count() == nearly_all + 2, house.is_over):
        with running("tick", env=env, log=log) as clock:
            assert wait_until(done), log.read_text()
            clock.send_signal(signal.SIGTERM)
            assert clock.wait(30) == 0

    assert list(house.faults()) == []
    assert list(invariants.broken()) == []
    left = Counter(sent(tmp_path / "letters"))
    letters = {(letter.subject, letter.message_id): letter for letter in house.letters()}
    assert set(left) == set(letters)
    kills = len(KILLED_AT) + 2
    assert len(in_hand) <= kills
    for name, copies in left.items():
        # Twice only what a clerk had in hand when it was killed.
        assert copies == 1 or (copies == 2 and letters[name].pk in in_hand), (name, copies)
    assert set(Letter.objects.filter(attempts__gt=1).values_list("pk", flat=True)) <= in_hand

    before = (Step.objects.count(), Letter.objects.count())
    Ticker(app).tick(0.0)
    assert (Step.objects.count(), Letter.objects.count()) == before, "nothing was left to be done"
