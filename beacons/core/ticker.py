"""Runs the beat schedule where there is no broker: the same tasks, in this process, on time."""

import logging
import signal
import time
from types import FrameType
from typing import Any

from celery import Celery
from django.db import close_old_connections

from beacons.core.tasks import note_beat, note_miss

logger = logging.getLogger(__name__)


def run_one(task: Any) -> None:
    """Run a task, and note how it ended, as the signals of a Celery worker do."""
    try:
        task.run()
    except Exception:
        logger.exception("%s failed", task.name)
        close_old_connections()
        note_miss(sender=task)
    else:
        note_beat(sender=task)


class Ticker:
    """Calls each task of the schedule when its time has come, until told to stop.

    An exception in one task is logged and does not stop the others; its heartbeat stays away. What a killed ticker
    left undone is found again by the next one, since every task finds its work in the database.
    """

    def __init__(self, app: Celery):
        app.loader.import_default_modules()
        self.entries = [
            (app.tasks[line["task"]], float(line["schedule"])) for line in app.conf.beat_schedule.values()
        ]
        self.due = {task.name: 0.0 for task, _ in self.entries}
        self.stopping = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self.stopping = True

    def tick(self, now: float) -> int:
        """Run what is due at `now` (seconds of a steady clock); returns how many tasks ran."""
        ran = 0
        for task, seconds in self.entries:
            if self.due[task.name] > now or self.stopping:
                continue
            self.due[task.name] = now + seconds
            close_old_connections()
            try:
                run_one(task)
            except Exception:
                logger.exception("that %s failed could not be noted", task.name)
            ran += 1
        return ran

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while not self.stopping:
            self.tick(time.monotonic())
            time.sleep(0.25)
