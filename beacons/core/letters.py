"""The outbox: what must leave the house, once.

A letter is a row of the transaction that causes it, so it is sent if and only if that happened. A clerk (the
ticker, or a Celery worker) claims one letter at a time under a lease, sends it and stamps it. A letter whose
sending was cut off is tried again when its lease ends; one that keeps failing is parked and shown to staff.

A letter with a link that lets somebody in holds a mark in its body where the link's secret belongs. The secret itself
stands in a column of its own until the letter has gone, and nowhere afterwards: who reads the outbox later finds words,
and no door.

So each letter leaves at least once, and exactly once unless its clerk was killed, or lost the database, between the
mail server's yes and the stamp. Both copies of such a letter have the same Message-ID, by which mail systems know
that they are one (docs/decisions/0005).
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
# A clerk begins no letter after so many seconds, and where there are several, Celery ends it at its time limit: so
# a lease, counted from the clerk's first second, outlives the clerk, and no two of them hold one letter.
SECONDS = 45
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
BACK_OFF = timedelta(minutes=5)
TRIES = 48
LONGEST_KEY = 200


# Stands in a body for the secret of its link. It may stand in an address.
MARK = "kept-until-it-is-sent"

# How the kinds of the panel's letters begin.
SEALED_LETTERS = "panel_"


class LetterQuerySet(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """Letters to be sent now."""
        return self.filter(sent_at__isnull=True, parked_at__isnull=True, not_before__lte=at)

    def failing(self) -> Self:
        """Letters that were tried and have not gone."""
        return self.filter(sent_at__isnull=True).exclude(last_error="")


class Letter(models.Model):
    """One letter to one address. `key` names what it is for, so that it can be written only once."""

    key = models.CharField(max_length=LONGEST_KEY, unique=True)
    kind = models.CharField(max_length=60)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # What belongs where the body says MARK; emptied when the letter has gone.
    secret = models.CharField(max_length=100, blank=True, editable=False)
    written_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"], condition=models.Q(sent_at__isnull=True), name="letter_waiting"
            )
        ]

    def __str__(self) -> str:
        # Neither subject nor address: the admin prints this, and both may tell what is sealed.
        return f"Letter {self.pk}"

    @property
    def is_sealed(self) -> bool:
        """Is it of the panel's, whose seals cover even to whom something was written?"""
        return self.kind.startswith(SEALED_LETTERS)

    @property
    def message_id(self) -> str:
        """The same however often it is sent, and of no other letter, in another database neither."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        own = hashlib.sha256(f"{self.pk} {self.key} {self.written_at.timestamp()}".encode()).hexdigest()
        return f"<{own[:40]}@{domain}>"


def key_of(kind: str, key: str, address: str) -> str:
    """What a letter is kept under. One that is too long is cut, and ends in the digest of the whole."""
    whole = f"{kind}:{key}:{address}"
    if len(whole) <= LONGEST_KEY:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return f"{whole[: LONGEST_KEY - len(digest) - 1]}#{digest}"


def write(
    kind: str,
    *,
    to: Any,
    key: str,
    at: datetime,
    not_before: datetime | None = None,
    secret: str = "",
    context: Mapping[str, Any],
) -> None:
    """Put a letter into the outbox, unless one with this key is there already.

    `to` is a person or an address; `letters/<kind>.txt` holds the subject in its first line. `not_before` holds a
    letter back until an instant, such as an announcement. `secret` is what lets the reader in; the template names it
    in a link: `{% url "colleague_open" secret %}`.
    """
    letter = draw_up(kind, to=to, key=key, at=at, not_before=not_before, secret=secret, context=context)
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def write_each(
    kind: str,
    *,
    to: Iterable[Any],
    key: str,
    at: datetime,
    not_before: datetime | None = None,
    context: Mapping[str, Any],
) -> None:
    """The same letter to several people, in one statement."""
    written = [draw_up(kind, to=each, key=key, at=at, not_before=not_before, context=context) for each in to]
    Letter.objects.bulk_create(written, ignore_conflicts=True)


def draw_up(
    kind: str,
    *,
    to: Any,
    key: str,
    at: datetime,
    not_before: datetime | None,
    secret: str = "",
    context: Mapping[str, Any],
) -> Letter:
    address = getattr(to, "email", to)
    if not address:
        # SQLite would pass over it as if it were there already.
        raise ValueError(f"{kind}: a letter needs an address")
    name = getattr(to, "name", "")
    facts = {**context, "to_name": name, "site_url": settings.SITE_URL, "at": at, "secret": MARK}
    text = render_to_string(f"letters/{kind}.txt", facts)
    subject, _, body = text.strip().partition("\n")
    return Letter(
        key=key_of(kind, key, address),
        kind=kind,
        to=address,
        subject=" ".join(subject.split())[:200],
        body=body.strip() + "\n",
        secret=secret,
        written_at=at,
        not_before=not_before or at,
    )


def write_missing(kind: str, due: Iterable[tuple[Any, str, Mapping[str, Any]]], *, at: datetime) -> int:
    """Write those letters (to whom, key, context) that are not in the outbox yet; returns how many.

    For sweeps, which find the same letters due again and again: what is there already is not rendered once more.
    """
    wanted = {key_of(kind, key, person.email): (person, key, context) for person, key, context in due}
    there = set(Letter.objects.filter(key__in=wanted).values_list("key", flat=True))
    missing = [letter for full_key, letter in wanted.items() if full_key not in there]
    for person, key, context in missing:
        write(kind, to=person, key=key, at=at, context=context)
    return len(missing)


def claim(at: datetime) -> Letter | None:
    """Take one due letter under a lease, or None."""
    with transaction.atomic():
        letter = Letter.objects.due(at).select_for_update(skip_locked=True).order_by("pk").first()
        if letter is not None:
            letter.attempts += 1
            letter.not_before = at + LEASE
            letter.save(update_fields=["attempts", "not_before"])
        return letter


def send(letter: Letter, *, at: datetime) -> bool:
    """Send a claimed letter and stamp it; on failure note the error and try later."""
    if letter.attempts > TRIES:
        return _failed(letter, letter.last_error or "Whoever sent it was cut off each time.", at=at)
    mail = EmailMessage(
        letter.subject,
        letter.body.replace(MARK, letter.secret) if letter.secret else letter.body,
        to=[letter.to],
        headers={"Message-ID": letter.message_id, "X-Beacons-Letter": str(letter.pk)},
    )
    try:
        taken = mail.send()
    except OSError as error:  # smtplib's errors are OSErrors
        logger.warning("letter %s was not sent: %s", letter.pk, error)
        return _failed(letter, f"{type(error).__name__}: {error}", at=at)
    except Exception as error:
        logger.exception("letter %s was not sent", letter.pk)
        return _failed(letter, f"{type(error).__name__}: {error}", at=at)
    if taken == 0:
        return _failed(letter, "The mail server was given nobody to send it to.", at=at)
    letter.sent_at, letter.last_error, letter.secret = at, "", ""
    letter.save(update_fields=["sent_at", "last_error", "secret"])
    return True


def _failed(letter: Letter, error: str, *, at: datetime) -> bool:
    letter.last_error = error
    letter.not_before = at + BACK_OFF
    if letter.attempts >= TRIES:
        letter.parked_at = at
    letter.save(update_fields=["last_error", "not_before", "parked_at"])
    return False


def send_again(found: LetterQuerySet, *, at: datetime) -> int:
    """Give those that have not left their tries anew, the parked ones too; returns how many."""
    unsent = found.filter(sent_at__isnull=True)
    return unsent.update(parked_at=None, attempts=0, not_before=at)


def deliver(*, at: datetime, most: int = 200, seconds: float = SECONDS) -> int:
    """Send what is due, at most `most` letters and for about so long; returns how many went."""
    last = time.monotonic() + seconds
    gone = 0
    for _ in range(most):
        if time.monotonic() > last:
            break
        letter = claim(at)
        if letter is None:
            break
        gone += send(letter, at=at)
    return gone
