"""Two councils press the button for the last place in the same moment: one gets it.

The lock gate: a second connection holds the event's row until every booking waits for it. The negative control
shows that the gate makes the race: without the verb's lock both pass the check, and the database's own count,
kept by a trigger and guarded by a CHECK, refuses the second.
"""

import threading
import time

import psycopg2
import pytest
from django.db import IntegrityError, close_old_connections, connection

from beacons.core.lifecycle import Refused
from grants.dissemination import actions
from grants.dissemination.models import Activity, Booking
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY

COUNCILS = 4


def other_connection():
    given = connection.get_connection_params()
    return psycopg2.connect(
        **{key: given[key] for key in ("dbname", "user", "host", "port") if given.get(key)}
    )


def wait_until_waiting(number):
    """Asked outside any transaction: within one, PostgreSQL shows the activity of its first look again and again."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.05)
    raise AssertionError(f"{number} bookings did not come to wait for the event")


def book_at_once(activity, guests):
    """Each council books from a thread of its own; none goes on before all wait for the event's row."""
    answers = []

    def press(guest):
        try:
            actions.book(activity, guest.authority, people=1, by=guest.officer, at=activity.starts_at - DAY)
        except (Refused, IntegrityError) as refusal:
            answers.append(type(refusal).__name__)
        else:
            answers.append("booked")
        finally:
            close_old_connections()
            connection.close()

    gate = other_connection()
    with gate, gate.cursor() as cursor:
        cursor.execute("SELECT id FROM dissemination_activity WHERE id = %s FOR UPDATE", [activity.pk])
        threads = [threading.Thread(target=press, args=[guest]) for guest in guests]
        for thread in threads:
            thread.start()
        wait_until_waiting(len(guests))
    gate.close()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(answers)


@pytest.fixture
def last_place(transactional_db):
    host = making.holder()
    activity = making.event(host, places=3)
    make.BookingFactory(activity=activity, people=2)
    activity.refresh_from_db()
    return activity, [making.guest(host) for _ in range(COUNCILS)]


@pytest.mark.postgres
def test_the_last_place_is_given_once(last_place):
    activity, guests = last_place

    answers = book_at_once(activity, guests)

    assert answers == ["Refused"] * (COUNCILS - 1) + ["booked"]
    assert list(Activity.objects.values_list("places", "taken")) == [(3, 3)]
    assert Booking.objects.count() == 2


@pytest.mark.postgres
def test_without_the_lock_the_rule_lets_all_pass_and_the_database_refuses(last_place, monkeypatch):
    activity, guests = last_place
    unlocked = Activity.objects.select_related("grant__authority", "grant__application__outcome")
    monkeypatch.setattr(actions, "_locked", lambda pk: unlocked.get(pk=pk))

    answers = book_at_once(activity, guests)

    assert answers == ["IntegrityError"] * (COUNCILS - 1) + ["booked"]
    assert list(Activity.objects.values_list("places", "taken")) == [(3, 3)]


@pytest.mark.django_db
def test_one_after_the_other_the_second_is_refused(host):
    activity = making.event(host, places=1)
    first, second = making.guest(host), making.guest(host)
    stale = Activity.objects.get(pk=activity.pk)

    actions.book(stale, first.authority, people=1, by=first.officer, at=activity.starts_at - DAY)
    with pytest.raises(Refused, match="no places left"):
        actions.book(stale, second.authority, people=1, by=second.officer, at=activity.starts_at - DAY)

    assert Activity.objects.get().taken == 1
