"""The round's clock."""

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each
from beacons.rounds import actions
from beacons.rounds.models import Stage


@shared_task
def sweep() -> int:
    """Note what has opened and closed, and tell the cohort. Two queries when nothing is due."""
    at = clock.now()
    opened = each(Stage.objects.to_open(at), actions.open_stage, at=at)
    return opened + each(Stage.objects.to_close(at), actions.close_stage, at=at)
