"""When each part of the clock last ran, so that people and monitors see that it stands still."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

LATE_AFTER = timedelta(seconds=180)


class HeartbeatQuerySet(models.QuerySet):
    def late(self, at: datetime) -> Self:
        """Parts of the clock that have not been heard for three minutes."""
        return self.filter(beat_at__lt=at - LATE_AFTER)


class Heartbeat(models.Model):
    """One row for each periodic task."""

    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%Y-%m-%d %H:%M:%S}"


def beat(name: str, *, at: datetime) -> None:
    """Note that this part of the clock ran at `at`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})
