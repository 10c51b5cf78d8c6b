"""How a sweep hands its items on: each in a transaction of its own, so that one bad row stops no other.

What is due is found from facts, and only failures are stored: what the clock found due and could not do, time
after time, is a `Failure` that staff can see. It is over when it is heard of no more.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction

from beacons.core.lifecycle import Refused

logger = logging.getLogger(__name__)
# A sweep comes round each minute. What failed longer ago than this, and not since, is over.
RECENT = timedelta(seconds=180)
# How the names of the panel's models begin.
SEALED = "panel."


class FailureQuerySet(models.QuerySet):
    def standing(self, at: datetime) -> Self:
        """What the clock has tried at least twice running, and still cannot do."""
        return self.filter(times__gte=2, last_at__gt=at - RECENT)


class Failure(models.Model):
    """Something that was due, and that the clock could not do to this row: refused, or ended by an error."""

    act = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    error = models.TextField()
    times = models.PositiveIntegerField("times running", default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = FailureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "subject_type", "subject_id"], name="failure_once")
        ]

    def __str__(self) -> str:
        return self.act

    @property
    def is_sealed(self) -> bool:
        """Is it of the panel's, whose seals cover even which row it was?"""
        return self.subject_type.startswith(SEALED)


def each(
    found: Iterable[Any],
    act: Callable[..., Any],
    *,
    at: datetime,
    when: Callable[[Any], Any] | None = None,
) -> int:
    """Call `act(item, by=None, at=at)` for each item that is due; returns how many were done.

    `when` says whether an item is due, where a query cannot tell. A refusal means that somebody else was quicker, or
    that the facts changed: it is left for the next sweep, which asks the facts again. Any other error is logged with
    its traceback. Neither stops the rest.
    """
    done = 0
    for item in found:
        try:
            if when is not None and not when(item):
                continue
            act(item, by=None, at=at)
        except Refused as refusal:
            # Why the panel's work was refused may name a member or a bid: a log has more readers than a seal.
            why = "sealed" if is_sealed(item) else refusal
            logger.info("%s left %s %s: %s", name_of(act), type(item).__name__, item.pk, why)
            note_failure(act, item, str(refusal), at=at)
        except Exception as error:
            logger.exception("%s failed on %s %s", name_of(act), type(item).__name__, item.pk)
            note_failure(act, item, f"{type(error).__name__}: {error}", at=at)
        else:
            done += 1
    return done


def is_sealed(item: Any) -> bool:
    return item._meta.label_lower.startswith(SEALED)


def one_by_one(*parts: Callable[[datetime], int], at: datetime) -> int:
    """Run the parts of a sweep in their order, each whatever became of the one before; returns how many were done.

    The first error is raised when all have run, so that the task counts as failed and its heartbeat stays away.
    """
    done = 0
    errors = []
    for part in parts:
        try:
            done += part(at)
        except Exception as error:
            logger.exception("%s failed", name_of(part))
            errors.append(error)
    if errors:
        raise errors[0]
    return done


def note_failure(act: Callable[..., Any], item: Any, error: str, *, at: datetime) -> None:
    """Keep what could not be done, in a transaction of its own. If even that fails, the log has both."""
    same = {"act": name_of(act), "subject_type": item._meta.label_lower, "subject_id": item.pk}
    try:
        with transaction.atomic():
            failure, is_new = Failure.objects.select_for_update().get_or_create(
                **same, defaults={"error": error, "first_at": at, "last_at": at}
            )
            if not is_new:
                if failure.last_at <= at - RECENT:
                    failure.times, failure.first_at = 0, at
                failure.times, failure.error, failure.last_at = failure.times + 1, error, at
                failure.save()
    except Exception:
        logger.exception("that %s failed could not be noted", same["act"])


def name_of(act: Callable[..., Any]) -> str:
    return f"{act.__module__}.{act.__name__}"
