"""What time it is, asked once by each task and by the door of the house, and by nothing else.

The simulated year and tests set the clock; everything below a view or a task is given `at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone

# A request counts by the instant at which it came, and may be handled up to so much later. So the clock ends nothing
# that people may still do until this is over, or it would refuse those who came in time.
STRAGGLERS = timedelta(minutes=2)
_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present instant, in UTC, or the instant a simulation has set."""
    return _set_to.get() or timezone.now()


@contextmanager
def set_to(at: datetime) -> Iterator[datetime]:
    """Within this block the clock stands at `at`."""
    token = _set_to.set(at)
    try:
        yield at
    finally:
        _set_to.reset(token)
