"""Why a file cannot be added, taken out, put back, deleted or opened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from beacons.applications import kinds
from beacons.applications.deadline import count
from beacons.applications.models import Application, Attachment
from beacons.applications.rules.writing import reasons_not_to_edit
from beacons.core.files.looking import MEGABYTE
from beacons.rounds.models import Question, Round

# What was taken out still lies on the disk; more of it than this is to be deleted first.
MOST_TAKEN_OUT = 20


def reasons_not_to_add_any(application: Application, *, at: datetime) -> list[str]:
    """Why no file at all can be added now."""
    reasons = reasons_not_to_edit(application, at=at)
    most = application.round.files_most
    return reasons or ([full(most)] if len(application.files) >= most else [])


def reasons_not_to_answer_with_files(application: Application, question: Question | None) -> list[str]:
    """None stands for the application as a whole, which takes files like a question of that kind."""
    if question is None or (question.round_id == application.round_id and question.kind == kinds.FILE):
        return []
    return ["This question does not take files in this round. Open the page again."]


def reasons_not_to_add_file(
    application: Application, held: Sequence[Attachment], *, name: str, sha256: str
) -> list[str]:
    """Why this very file cannot be added to those that the application holds or has taken out.

    What is here already is said first: it may be the second press of a button.
    """
    inside = [each for each in held if each.removed_at is None]
    if same := next((each for each in inside if each.sha256 == sha256), None):
        as_what = "" if same.name == name else f", as “{same.name}”"
        return [f"“{name}” is in the application already{as_what}. It was not added again."]
    most = application.round.files_most
    if len(inside) >= most:
        return [f"“{name}” was not added. {full(most)}"]
    if len(taken_out(held)) >= MOST_TAKEN_OUT:
        return [
            f"“{name}” was not added: {MOST_TAKEN_OUT} files were taken out already and are still kept. Delete some of"
            " them for good first."
        ]
    return []


def full(most: int) -> str:
    if not most:
        return "This round takes no files."
    return f"There can be {count(most, 'file')} with one application at most. Take one out before you add another."


def taken_out(held: Iterable[Attachment]) -> list[Attachment]:
    """Those that can still be put back, the last first."""
    out = [each for each in held if each.removed_at and not each.erased_at]
    return sorted(out, key=lambda each: (each.removed_at, each.pk), reverse=True)


def reasons_too_large(size: int, a_round: Round) -> str:
    """Why a file of this size is refused, as words behind its name; nothing if it is not."""
    most = a_round.file_megabytes * MEGABYTE
    if size <= most:
        return ""
    return (
        f"is too large: it has {size:,} bytes, and {a_round.file_megabytes} MB, which is {most:,} bytes, is the most."
        " Save its pictures smaller, or send only the part that matters"
    )


def reasons_not_to_remove_file(
    attachment: Attachment, application: Application, *, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at)
    if attachment.removed_at:
        reasons.append(f"“{attachment}” was taken out already.")
    return reasons


def reasons_not_to_restore_file(
    attachment: Attachment, application: Application, *, at: datetime
) -> list[str]:
    if attachment.erased_at:
        return [f"“{attachment}” was deleted for good, so it cannot be put back."]
    if not attachment.removed_at:
        return [f"“{attachment}” is in the application."]
    return reasons_not_to_edit(application, at=at) or reasons_not_to_add_file(
        application,
        [each for each in application.attachments.all() if each.pk != attachment.pk],
        name=attachment.name,
        sha256=attachment.sha256,
    )


def reasons_not_to_erase_file(attachment: Attachment) -> list[str]:
    """Only what was taken out before is deleted, so that nothing goes by one slip."""
    if attachment.erased_at:
        return [f"“{attachment}” was deleted already."]
    return [] if attachment.removed_at else [f"Take “{attachment}” out before you delete it for good."]


def reasons_not_to_open(attachment: Attachment, *, own: bool) -> list[str]:
    """Its own people know what they gave; everybody else waits for the scanner. Nobody opens what it found."""
    if attachment.is_infected:
        return [
            f"The virus scanner found “{attachment.found}” in this file, so nobody can open it."
            + (" Take it out, and add a clean copy if you need it." if own else "")
        ]
    if not own and not attachment.is_safe:
        return ["The virus scanner has not looked at this file yet. It can be opened as soon as it has."]
    return []


def reasons_files(application: Any) -> list[str]:
    """What of its files stands against certifying it. One that is not scanned yet does not."""
    return [
        f"A virus was found in “{each}”. Take the file out, and add a clean copy if you need it."
        for each in application.files
        if each.is_infected
    ]
