"""When each part of the clock last did its work, so that people and monitors see that it stands still.

A part is a line of the schedule, and it has beaten when its task came to a good end: in the ticker or in a Celery
worker, each of which says so by itself. A task that always fails is as late as one that nobody runs.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models

LATE_AFTER = timedelta(seconds=180)


class HeartbeatQuerySet(models.QuerySet):
    def late(self, at: datetime) -> Self:
        """Parts of the clock that have not been heard for three minutes."""
        return self.filter(beat_at__lt=at - LATE_AFTER, name__in=settings.CELERY_BEAT_SCHEDULE)


class Heartbeat(models.Model):
    """One row for each line of the schedule."""

    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%Y-%m-%d %H:%M:%S}"


def beat(name: str, *, at: datetime) -> None:
    """Note that this part of the clock did its work at `at`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})


def miss(name: str, *, at: datetime) -> None:
    """Note that it was tried and failed: one that never did its work gets late from its first failure on."""
    Heartbeat.objects.get_or_create(name=name, defaults={"beat_at": at})


def parts_of(task: str) -> list[str]:
    """The lines of the schedule that run a task."""
    return [name for name, line in settings.CELERY_BEAT_SCHEDULE.items() if line["task"] == task]
