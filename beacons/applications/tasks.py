"""The clock's work on applications. Pages compare with the closing themselves: nothing waits for this."""

from celery import shared_task

from beacons.applications import actions
from beacons.applications.models import Application
from beacons.core import clock, sweeps


@shared_task
def sweep() -> int:
    """Lapse what was not handed in, and remind those who have not finished; returns how many were done."""
    at = clock.now()
    # What came before the closing and is still being handled finds its application as it was.
    due = Application.objects.unfinished_after(at - clock.STRAGGLERS)
    lapsed = sweeps.each(due, actions.lapse, at=at)
    return lapsed + sweeps.each(Application.objects.to_be_reminded(at), actions.remind, at=at)
