"""A clock that moves: day by day the real tasks run, and what is planned happens at its instant."""

import heapq
import itertools
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from beacons.celery import app
from beacons.core import clock, workdays

Act = Callable[[datetime], object]


class Reached(Exception):
    """The instant up to which the year was to be lived has come."""


class Overheard(logging.Handler):
    """Keeps what the clock's tasks log as errors; a simulated year must hear none."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.errors: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(record)


class Clockwork:
    """Plans acts and lives through them in their order, with the clock's tasks at the noon of each working day."""

    def __init__(self, starts_at: datetime, *, until: datetime | None = None):
        app.loader.import_default_modules()
        self.tasks = [app.tasks[line["task"]] for line in app.conf.beat_schedule.values()]
        self.at = starts_at
        self.until = until
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._number = itertools.count()

    def plan(self, at: datetime, act: Act) -> None:
        """Let `act(at)` happen at an instant; what is planned for the past happens at once."""
        heapq.heappush(self._waiting, (max(at, self.at), next(self._number), act))

    def live(self, to: datetime) -> None:
        """Do all that is planned up to an instant, and run the clock's tasks at each working day's noon on the way.

        Raises `Reached` when the end of the simulation comes first.
        """
        stop = to if self.until is None else min(to, self.until)
        while self._waiting and self._waiting[0][0] <= stop:
            at, _, act = heapq.heappop(self._waiting)
            self._move(at)
            with clock.set_to(at):
                act(at)
        self._move(stop)
        self.tick()
        if stop != to:
            raise Reached

    def _move(self, to: datetime) -> None:
        day = workdays.last_noon(self.at) + timedelta(days=1)
        while workdays.noon(day) <= to:
            # Whatever has an end ends on a working day.
            if workdays.is_working_day(day):
                self.at = workdays.noon(day)
                self.tick()
            day += timedelta(days=1)
        self.at = max(self.at, to)

    def tick(self) -> None:
        """Run every task of the schedule once, at this instant; an error in one ends the simulation."""
        overheard = Overheard()
        listened = logging.getLogger("beacons")
        listened.addHandler(overheard)
        try:
            with clock.set_to(self.at):
                for task in self.tasks:
                    task.run()
        finally:
            listened.removeHandler(overheard)
        if overheard.errors:
            first = overheard.errors[0]
            raise RuntimeError(f"at {self.at}: {first.getMessage()}") from (first.exc_info or (None, None))[1]


class Strides(Clockwork):
    """The same without the days between: the clock's tasks run only where something is lived up to."""

    def _move(self, to: datetime) -> None:
        self.at = max(self.at, to)
