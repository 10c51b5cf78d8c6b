"""The clock's part in the directory."""

from datetime import datetime

from celery import shared_task

from beacons.core import clock, sweeps
from beacons.directory import estates
from beacons.directory.actions import successions as actions


@shared_task
def sweep() -> int:
    """Let what abolished authorities held pass to those that took them over."""
    return sweeps.one_by_one(pass_on, at=clock.now())


def pass_on(at: datetime) -> int:
    return sweeps.each(estates.to_inherit(at), actions.inherit, at=at)
