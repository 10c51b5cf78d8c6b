"""Several connections at one moment, with a gate: a test that only posts in parallel passes on racy code too."""

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections, models, transaction

PATIENCE = 30.0


def at_once(*acts: Callable[[], Any], gate: models.Model | None = None) -> list[Any]:
    """Run the acts in threads with connections of their own; their results, or what they raised, in their order.

    With a `gate` its row stays locked until every act waits for a lock (PostgreSQL), so that all have read what they
    will read before one of them writes.
    """
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any], context: contextvars.Context) -> None:
        try:
            start.wait(PATIENCE)
            results[number] = context.run(act)
        except Exception as error:  # noqa: BLE001  # the test is given it
            results[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, act, contextvars.copy_context()), daemon=True)
        for number, act in enumerate(acts)
    ]
    if gate is None:
        for thread in threads:
            thread.start()
    else:
        with transaction.atomic():
            type(gate)._base_manager.select_for_update().get(pk=gate.pk)
            for thread in threads:
                thread.start()
            wait_until_waiting(len(threads))
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "an act hangs"
    return results


def wait_until_waiting(number: int) -> None:
    """Until so many connections to this database wait for a lock (PostgreSQL)."""
    until = time.monotonic() + PATIENCE
    waiting = 0
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            # Within a transaction the activity is read once, unless it is asked for afresh.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            (waiting,) = cursor.fetchone()
            if waiting >= number:
                return
            time.sleep(0.05)
    raise AssertionError(f"{waiting} of {number} came to wait for a lock")


def errors(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]
