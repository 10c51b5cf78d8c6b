"""Files are added, taken out, put back, deleted for good, and scanned.

Bytes come first: a file lies on the shelf, whole, before its row is written, and its row is committed before the shelf
gives it its place for good. A crash in between leaves bytes that the sweep finds, and never a row without them.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from beacons.applications import rules
from beacons.applications.actions.telling import tell
from beacons.applications.models import Application, Attachment
from beacons.core import letters, steps
from beacons.core.files import names
from beacons.core.files.shelf import Kept, NoRoom, shelf
from beacons.core.files.sniffing import sniff
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.unfit import Unfit
from beacons.directory.models import Role, User
from beacons.rounds.models import Question, Round

# A clerk that was killed while it had a file scanned gives it free when this is over.
LEASE = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)


@dataclass(frozen=True)
class Arrived:
    """A file that was looked at and lies on the shelf; no row knows of it yet."""

    name: str
    kind: str
    kept: Kept


@dataclass
class Added:
    """What became of several files: those that are in, and a sentence for each that is not."""

    files: list[Attachment] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def add_files(
    application: Application,
    uploads: Sequence[Any],
    *,
    question: Question | None = None,
    by: User,
    at: datetime,
) -> Added:
    """Look at each upload, add what fits in their order, and say of each other why it does not."""
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    arrived, faults = [], []
    for upload in uploads:
        name = names.shown(upload.name)
        try:
            arrived.append(take_in(upload, application.round))
        except Unfit as unfit:
            faults.append(f"“{name}” {unfit}.")
        except NoRoom:
            faults.append(no_room(f"“{name}”"))
    added = Added() if not arrived else add_arrived(application, arrived, question=question, by=by, at=at)
    return Added(added.files, faults + added.faults)


def take_in(upload: Any, a_round: Round) -> Arrived:
    """Look at what came and lay it on the shelf; Unfit with what to do, or NoRoom, when it is not taken."""
    if too_large := rules.reasons_too_large(upload.size, a_round):
        raise Unfit(too_large)
    kind = sniff(upload)
    return Arrived(names.shown(upload.name), kind, shelf().keep(upload))


def add_arrived(
    application: Application,
    arrived: Sequence[Arrived],
    *,
    question: Question | None = None,
    by: User,
    at: datetime,
) -> Added:
    """Make files on the shelf part of the application, as far as it has room; the others leave the shelf.

    After any error but a refusal they stay there: whether their rows were committed the sweep asks the database.
    """
    try:
        added = write_down(application, arrived, question=question, by=by, at=at)
    except Refused:
        for each in arrived:
            shelf().delete(each.kept.stored_as)
        raise
    there = {file.stored_as for file in added.files}
    for each in arrived:
        if each.kept.stored_as not in there:
            shelf().delete(each.kept.stored_as)
    return added


@verb
def write_down(
    application: Application,
    arrived: Sequence[Arrived],
    *,
    question: Question | None,
    by: User,
    at: datetime,
) -> Added:
    """The rows of files that lie on the shelf."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    refuse_if(rules.reasons_not_to_answer_with_files(application, question))
    held, added = list(application.attachments.all()), Added()
    for each in arrived:
        if faults := rules.reasons_not_to_add_file(
            application, held, name=each.name, sha256=each.kept.sha256
        ):
            added.faults += faults
            continue
        attachment = Attachment.objects.create(
            application=application,
            question=question,
            key=uuid.uuid4(),
            stored_as=each.kept.stored_as,
            name=each.name,
            kind=each.kind,
            size=each.kept.size,
            sha256=each.kept.sha256,
            scan=Attachment.Scan.WAITING if settings.CLAMD_ADDRESS else Attachment.Scan.NOT_SET_UP,
            added_by=by,
            added_at=at,
        )
        held.append(attachment)
        added.files.append(attachment)
        steps.note(application, "add_file", by=by, at=at, **facts(attachment))
        transaction.on_commit(partial(shelf().claim, each.kept.stored_as), robust=True)
    return added


def facts(attachment: Attachment) -> dict[str, Any]:
    """What a step says of a file."""
    return {
        "file": attachment.name,
        "kind": attachment.kind,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "question": attachment.question_id,
    }


def no_room(what: str) -> str:
    """What a full disk means for whoever sent a file."""
    return (
        f"{what} could not be kept: the server has no room left. Nothing of it is here, and all that was saved before"
        " is safe. Try again in a few minutes, or tell the scheme’s office."
    )


@verb
def remove_file(attachment: Attachment, *, by: User, at: datetime) -> Attachment:
    """Take it out. It can be put back until the closing."""
    application, attachment = _locked(attachment)
    refuse_if(rules.reasons_not_to_remove_file(attachment, application, at=at))
    attachment.removed_by, attachment.removed_at = by, at
    attachment.save(update_fields=["removed_by", "removed_at"])
    steps.note(application, "remove_file", by=by, at=at, **facts(attachment))
    return attachment


@verb
def restore_file(attachment: Attachment, *, by: User, at: datetime) -> Attachment:
    """Put back what was taken out."""
    application, attachment = _locked(attachment)
    refuse_if(rules.reasons_not_to_restore_file(attachment, application, at=at))
    attachment.removed_by = attachment.removed_at = None
    attachment.save(update_fields=["removed_by", "removed_at"])
    steps.note(application, "restore_file", by=by, at=at, **facts(attachment))
    return attachment


@verb
def erase_file(attachment: Attachment, *, by: User | None, at: datetime) -> Attachment:
    """Delete the bytes of what was taken out, for good. The row stays, and says that there was a file."""
    application, attachment = _locked(attachment)
    refuse_if(rules.reasons_not_to_erase_file(attachment))
    attachment.erased_by, attachment.erased_at = by, at
    attachment.save(update_fields=["erased_by", "erased_at"])
    steps.note(application, "erase_file", by=by, at=at, sha256=attachment.sha256)
    transaction.on_commit(partial(let_go, attachment), robust=True)
    return attachment


def let_go(attachment: Attachment, *, by: User | None = None, at: datetime | None = None) -> None:
    """Take the bytes of an erased file off the shelf, and then their name from its row. Safe to repeat."""
    held = Attachment.objects.only("stored_as").get(pk=attachment.pk)
    if held.stored_as:
        shelf().delete(held.stored_as)
        Attachment.objects.filter(pk=held.pk, erased_at__isnull=False).update(stored_as=None)


def _locked(attachment: Attachment) -> tuple[Application, Attachment]:
    """The application first, as everywhere, so that two verbs never wait for each other."""
    application = Application.objects.lock(attachment.application_id)
    return application, Attachment.objects.lock(attachment.pk)


# Scanned


def claim_for_scan(at: datetime) -> Attachment | None:
    """Take one file that waits for the scanner under a lease, or None. The lease is all that a crash leaves."""
    with transaction.atomic():
        waiting = Attachment.objects.to_scan(at).select_for_update(skip_locked=True, of=("self",))
        attachment = waiting.first()
        if attachment is not None:
            attachment.scan_not_before = at + LEASE
            attachment.save(update_fields=["scan_not_before"])
        return attachment


def give_back(attachment: Attachment, *, until: datetime | None) -> None:
    """It was not scanned; not before then is it tried again."""
    Attachment.objects.filter(pk=attachment.pk).update(scan_not_before=until)


@verb
def note_scan(attachment: Attachment, *, found: str, by: User | None = None, at: datetime) -> Attachment:
    """Write down what the scanner said: a virus's name, or nothing where it found none. People hear of a virus."""
    application, attachment = _locked(attachment)
    if attachment.scan in (Attachment.Scan.CLEAN, Attachment.Scan.INFECTED):
        raise Refused("It was scanned already.")
    attachment.scan = Attachment.Scan.INFECTED if found else Attachment.Scan.CLEAN
    attachment.found, attachment.scanned_at, attachment.scan_not_before = found[:200], at, None
    attachment.save(update_fields=["scan", "found", "scanned_at", "scan_not_before"])
    steps.note(application, "scan_file", by=by, at=at, found=found, **facts(attachment))
    if found:
        key = str(attachment.key)
        tell(application, "application_file_infected", at=at, key=key, attachment=attachment)
        tell_the_office(application, key=key, at=at)
    return attachment


def tell_the_office(application: Application, *, key: str, at: datetime) -> None:
    """That a virus came, and with which application: of a draft's files the office knows no more."""
    people: Iterable[User] = User.objects.with_role(Role.SCHEME_MANAGER, Role.CASE_OFFICER)
    for person in sorted(set(people), key=lambda user: user.pk):
        letters.write(
            "office_file_infected",
            to=person,
            at=at,
            key=f"{application.reference}:{key}",
            context={"application": application},
        )
