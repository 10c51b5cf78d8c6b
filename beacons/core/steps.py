"""The history of everything and, chained, the audit.

A `Step` says what happened to which row, when and by whom. The steps of a transaction are gathered while its
verbs run and written last, by the outermost verb, under the chain's lock: taking that lock in the middle of a
verb would let two verbs wait for each other. Each step's hash covers the one before it, UTC microseconds (never
a timestamp's text, which changes with the session's time zone) and a *digest* of the payload, so that the
payload itself, which may hold a person's words, can be erased without breaking the chain.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

P = ParamSpec("P")
R = TypeVar("R")
CHAIN_LOCK = 20_081_125
FIRST = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class StepQuerySet(models.QuerySet):
    def of(self, row: models.Model) -> "StepQuerySet":
        """The history of one row, oldest first."""
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("pk")

    def with_words(self) -> "StepQuerySet":
        return self.select_related("words")


class Step(models.Model):
    """Something that happened. Never changed, never deleted: guards in the database refuse both."""

    subject_type = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=60)
    from_status = models.CharField(max_length=40, blank=True)
    to_status = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    # A plain id: a foreign key with SET_NULL would be an update, which the guard refuses.
    by_id = models.BigIntegerField(null=True, blank=True)
    payload_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="step_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.step}"

    def own_hash(self) -> str:
        """SHA-256 over the step before and all that this one says."""
        micros = (self.at - EPOCH) // MICROSECOND
        parts = [
            self.previous_hash,
            self.subject_type,
            str(self.subject_id),
            self.step,
            self.from_status,
            self.to_status,
            str(micros),
            "" if self.by_id is None else str(self.by_id),
            self.payload_digest,
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class StepWords(models.Model):
    """What a step said: its reason and details. May be erased; the chain keeps its digest."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="words", primary_key=True)
    why = models.TextField(blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name_plural = "step words"

    def __str__(self) -> str:
        return self.why or "(no reason given)"


def digest(why: str, data: dict) -> str:
    """SHA-256 of a payload in its canonical JSON form."""
    canonical = json.dumps(
        {"why": why, "data": data}, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def as_kept(data: dict) -> dict:
    """As the database will hand it back. JSON knows keys by their words alone, which stand in another order than numbers."""
    kept: dict = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return kept


@dataclass
class _Gathering:
    noted: list[tuple[Step, str, dict]] = field(default_factory=list)


_gathering: ContextVar[_Gathering | None] = ContextVar("steps", default=None)


def note(
    row: models.Model,
    step: str,
    *,
    by: Any,
    at: datetime,
    why: str = "",
    from_status: str = "",
    to_status: str = "",
    **data: Any,
) -> None:
    """Remember that `step` happened to `row`; the outermost verb writes it. `by=None` is the clock."""
    gathering = _gathering.get()
    if gathering is None:
        raise RuntimeError(f"{step}: a step is noted only inside a @verb")
    data = as_kept(data)
    taken = Step(
        subject_type=row._meta.label_lower,
        subject_id=row.pk,
        step=step,
        from_status=from_status,
        to_status=to_status,
        at=at,
        by_id=None if by is None else by.pk,
        payload_digest=digest(why, data),
    )
    gathering.noted.append((taken, why, data))


def verb(act: Callable[P, R]) -> Callable[P, R]:
    """One transaction; what the act and the verbs it calls note is written last, by the outermost of them."""

    @functools.wraps(act)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        outer = _gathering.get()
        if outer is not None:
            before = len(outer.noted)
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except BaseException:
                del outer.noted[before:]
                raise
        gathering = _Gathering()
        token = _gathering.set(gathering)
        try:
            with transaction.atomic():
                given = act(*args, **kwargs)
                _write(gathering.noted)
                return given
        finally:
            _gathering.reset(token)

    return whole


def _write(noted: list[tuple[Step, str, dict]]) -> None:
    if not noted:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    previous = head()
    for step, _, _ in noted:
        step.previous_hash = previous
        step.hash = previous = step.own_hash()
    written = Step.objects.bulk_create([step for step, _, _ in noted])
    StepWords.objects.bulk_create(
        StepWords(step=step, why=why, data=data)
        for step, (_, why, data) in zip(written, noted, strict=True)
        if why or data
    )


def head() -> str:
    """The hash of the last step, which an auditor keeps outside the system."""
    return Step.objects.order_by("-pk").values_list("hash", flat=True).first() or FIRST


def faults_in_chain() -> Iterator[str]:
    """One sentence for each step that does not follow from the one before, or whose words were altered."""
    previous = FIRST
    for step in Step.objects.with_words().order_by("pk").iterator(chunk_size=2000):
        if step.previous_hash != previous:
            yield f"Step {step.pk} does not follow the step before it."
        if step.hash != step.own_hash():
            yield f"Step {step.pk} was altered after it was written."
        said = getattr(step, "words", None)
        if said is not None and step.payload_digest != digest(said.why, said.data):
            yield f"The words of step {step.pk} were altered after they were written."
        previous = step.hash
