"""The clock's own work: the outbox and the heartbeat."""

from celery import shared_task

from beacons.core import clock, heartbeat, letters


@shared_task
def deliver_letters() -> int:
    """Send what is due in the outbox."""
    at = clock.now()
    heartbeat.beat("letters", at=at)
    return letters.deliver(at=at)


@shared_task
def beat() -> None:
    """Show that the clock goes."""
    heartbeat.beat("clock", at=clock.now())
