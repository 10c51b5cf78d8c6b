"""The clock's own work: the outbox and the heartbeats."""

from typing import Any

from celery import shared_task
from celery.signals import task_failure, task_success

from beacons.core import clock, heartbeat, letters


@shared_task
def deliver_letters() -> int:
    """Send what is due in the outbox."""
    return letters.deliver(at=clock.now())


@shared_task
def beat() -> None:
    """Show that the clock goes, where nothing else is to be done."""
    heartbeat.beat("heartbeat", at=clock.now())


def note_beat(sender: Any = None, **_: Any) -> None:
    """This task came to a good end. A Celery worker says so by a signal, the ticker by a call."""
    for name in heartbeat.parts_of(sender.name):
        heartbeat.beat(name, at=clock.now())


def note_miss(sender: Any = None, **_: Any) -> None:
    for name in heartbeat.parts_of(sender.name):
        heartbeat.miss(name, at=clock.now())


task_success.connect(note_beat)
task_failure.connect(note_miss)
