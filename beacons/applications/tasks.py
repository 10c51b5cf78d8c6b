"""The clock's work on applications. Pages compare with the closing themselves: nothing waits for this."""

from datetime import datetime

from celery import shared_task

from beacons.applications import actions
from beacons.applications.models import Application
from beacons.core import clock
from beacons.core.sweeps import each, one_by_one


@shared_task
def sweep() -> int:
    """Lapse what was not handed in, and remind those who have not finished; returns how many were done."""
    return one_by_one(lapse_unfinished, remind_unfinished, at=clock.now())


def lapse_unfinished(at: datetime) -> int:
    """What came before the closing and is still being handled finds its application as it was."""
    return each(Application.objects.unfinished_after(at - clock.STRAGGLERS), actions.lapse, at=at)


def remind_unfinished(at: datetime) -> int:
    return each(Application.objects.to_be_reminded(at), actions.remind, at=at)
