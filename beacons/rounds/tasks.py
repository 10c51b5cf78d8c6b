"""The round's clock."""

from datetime import datetime

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each, one_by_one
from beacons.rounds import actions
from beacons.rounds.models import Stage


@shared_task
def sweep() -> int:
    """Note what has opened and closed, and tell the cohort. Two queries when nothing is due."""
    return one_by_one(open_stages, close_stages, at=clock.now())


def open_stages(at: datetime) -> int:
    return each(Stage.objects.to_open(at), actions.open_stage, at=at)


def close_stages(at: datetime) -> int:
    return each(Stage.objects.to_close(at), actions.close_stage, at=at)
