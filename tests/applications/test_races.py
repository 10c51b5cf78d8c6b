"""Two requests at one moment. A second connection holds the row until all of them wait for it, then lets go."""

import contextvars
import threading
import time

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections, transaction
from django.test import Client

from beacons.applications import actions
from beacons.applications.models import Answer, AnswerVersion, Application
from beacons.applications.statuses import Status
from beacons.core import clock
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from tests.applications.conftest import LONG_ENOUGH, begun, certified, written

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
POSTS = 5


def at_once(row, *acts):
    """Run the acts in threads of their own, each held up by a lock on `row` until all are; their results in order."""
    results = [None] * len(acts)

    def run(number, act, context):
        try:
            results[number] = context.run(act)
        except (Refused, IntegrityError) as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, act, contextvars.copy_context()), daemon=True)
        for number, act in enumerate(acts)
    ]
    with transaction.atomic():
        list(type(row).objects.select_for_update().filter(pk=row.pk))
        for thread in threads:
            thread.start()
        wait_until_waiting(len(threads))
    for thread in threads:
        thread.join(timeout=30)
    close_old_connections()
    return results


def wait_until_waiting(number):
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            # Within a transaction the activity is read once, unless it is asked for afresh.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.05)
    raise AssertionError(f"{number} requests did not come to wait for the row")


def posts(council, url, *bodies):
    """One signed-in browser for each body, ready to post."""
    made = []
    for body in bodies:
        client = Client()
        client.force_login(council.drafter, backend="allauth.account.auth_backends.AuthenticationBackend")
        made.append(lambda client=client, body=body: client.post(url, body))
    return made


def test_handed_in_once_however_many_press_the_button(council):
    bid = certified(council)

    with clock.set_to(council.at):
        answers = at_once(bid, *posts(council, f"/applications/{bid.reference}/submit/", *[{}] * POSTS))

    assert {answer.url for answer in answers} == {f"/applications/{bid.reference}/receipt/"}
    assert Step.objects.of(bid).filter(step="submit").count() == 1
    assert Letter.objects.filter(kind="application_submitted").count() == 2


def test_the_gate_finds_a_check_without_a_lock(council):
    """The negative control: asked before the row is locked and written without asking again, it happens each time."""
    bid = certified(council)
    done = []

    def careless():
        with transaction.atomic():
            if Application.objects.get(pk=bid.pk).status == Status.CERTIFIED:
                Application.objects.filter(pk=bid.pk).update(status=Status.SUBMITTED, submitted_at=council.at)
                done.append(1)

    at_once(bid, *[careless] * POSTS)

    assert len(done) == POSTS


def test_of_two_texts_at_one_moment_neither_is_lost(council):
    bid, question = begun(council), council.questions[0]

    def save(words, who):
        return lambda: actions.save_answers(bid, {question.pk: (words, 0)}, by=who, at=council.at)

    results = at_once(bid, save("Mine", council.drafter), save("Theirs", council.certifier))

    [refused] = [result for result in results if isinstance(result, Refused)]
    answer = Answer.objects.get(application=bid, question=question)
    assert refused.answers[question.pk].text == answer.text
    assert list(AnswerVersion.objects.values_list("text", "version")) == [(answer.text, 1)]


def test_certified_and_changed_at_one_moment(council):
    """Whichever comes first, what is certified is what it says."""
    bid, question = written(council), council.questions[0]

    at_once(
        bid,
        lambda: actions.certify(bid, by=council.certifier, at=council.at),
        lambda: actions.save_answers(
            bid, {question.pk: (f"{LONG_ENOUGH} More.", 1)}, by=council.drafter, at=council.at
        ),
    )

    after = Application.objects.get(pk=bid.pk)
    assert after.status == Status.CERTIFIED
    assert after.content_hash == after.fingerprint()


def test_withdrawn_and_handed_in_at_one_moment(council):
    bid = certified(council)

    results = at_once(
        bid,
        lambda: actions.submit(bid, by=council.drafter, at=council.at),
        lambda: actions.withdraw(bid, why="x", by=council.certifier, at=council.at),
    )

    after = Application.objects.get(pk=bid.pk)
    assert after.status == Status.WITHDRAWN
    assert after.submitted_at is None
    assert sum(isinstance(result, Refused) for result in results) in (0, 1)


def test_two_colleagues_begin_at_one_moment(council):
    """The second finds the first one's application, by the constraint that both ran into."""
    with clock.set_to(council.at):
        url = f"/applications/start/{council.round.slug}/{council.outcome.slug}/{council.authority.code}/"
        answers = at_once(council.round, *posts(council, url, {"title": "One"}, {"title": "Two"}))

    bid = Application.objects.get()
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [refused] = [answer for answer in answers if answer.status_code == 200]
    assert bid.reference in refused.content.decode()
