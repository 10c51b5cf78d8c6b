"""The round's clock."""

from datetime import datetime

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each, one_by_one
from beacons.rounds import actions, invitations, rules
from beacons.rounds.models import Stage


@shared_task
def sweep() -> int:
    """Note what has opened and closed, tell the cohort, and remind it. Three queries when nothing is due."""
    return one_by_one(open_stages, close_stages, remind_cohorts, at=clock.now())


def open_stages(at: datetime) -> int:
    return each(Stage.objects.to_open(at), actions.open_stage, at=at)


def close_stages(at: datetime) -> int:
    return each(Stage.objects.to_close(at), actions.close_stage, at=at)


def remind_cohorts(at: datetime) -> int:
    """Write to those who have not signed up or said what is hard, some working days before sign-up closes."""
    return each(
        Stage.objects.to_remind(at),
        invitations.remind,
        at=at,
        when=lambda stage: rules.is_reminder_due(stage, reminded_at=stage.reminded_at, at=at),
    )
