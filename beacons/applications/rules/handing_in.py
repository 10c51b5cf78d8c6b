"""Why it cannot be certified, sent back, submitted, withdrawn or taken up again."""

from datetime import datetime
from typing import Any

from beacons.applications import calls
from beacons.applications.deadline import day_in_words
from beacons.applications.models import Application
from beacons.applications.rules.completeness import reasons_incomplete, reasons_not_entitled
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.starting import reasons_shut, taken
from beacons.applications.rules.words import reasons_unsaid
from beacons.applications.statuses import APPLICATION, Status
from beacons.core.workdays import day_in_london
from beacons.rounds.models import Stage


def reasons_not_to_ask_certifier(
    application: Application,
    *,
    at: datetime,
    is_incomplete: bool | None = None,
    can_certify: bool | None = None,
) -> list[str]:
    """Why those who certify are not written to now: when nothing is left to be done, and once a day at most.

    `is_incomplete` and `can_certify` say whether something is left, and somebody there, where that was asked already.
    """
    if is_incomplete is None:
        is_incomplete = application.status == Status.DRAFT and bool(reasons_incomplete(application))
    if can_certify is None:
        can_certify = application.certifiers().exists()
    reasons = reasons_closed(application, at=at)
    if application.status == Status.CERTIFIED:
        reasons.append("This application is certified already.")
    elif application.status != Status.DRAFT:
        reasons += APPLICATION.reasons_not_to(application, "certify")
    elif is_incomplete:
        reasons.append("A certifier can be asked when nothing is left to be done.")
    if not can_certify:
        reasons.append(
            "Nobody can certify it yet. Ask the scheme manager to enter your chief executive, finance director or"
            " leader as a certifier."
        )
    asked_at = application.certifier_asked_at
    if asked_at and day_in_london(asked_at) == day_in_london(at):
        reasons.append("They were asked today already. Once a day is enough.")
    return reasons


def reasons_not_to_certify(application: Application, *, by: Any, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at) + APPLICATION.reasons_not_to(application, "certify")
    if by is None or by.pk == application.drafted_by_id:
        reasons.append("An application is certified by somebody other than the person who began it.")
    if application.status == Status.DRAFT:
        reasons += reasons_incomplete(application)
    return reasons


def reasons_not_to_send_back(application: Application, *, why: str, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at) + APPLICATION.reasons_not_to(application, "send_back")
    return reasons + reasons_unsaid(why, "Say what has to be changed.")


def reasons_not_to_submit(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at)
    if application.status == Status.DRAFT:
        reasons.append("A certifier of your authority must certify the application first.")
    elif application.is_handed_in:
        reasons.append("This application has been submitted already.")
    else:
        reasons += APPLICATION.reasons_not_to(application, "submit")
    if application.status == Status.CERTIFIED and application.content_hash != application.fingerprint():
        reasons.append(
            "What it says is no longer what was certified. A certifier must send it back and certify it anew."
        )
    if application.status == Status.CERTIFIED:
        # The partner on whose sign-up it rests may have said no since.
        reasons += reasons_not_entitled(application)
    return reasons


def reasons_not_to_withdraw(application: Application, *, why: str | None = None, at: datetime) -> list[str]:
    """Before the closing always; after it only what was handed in, until the panel comes to decide.

    `why` is None while nobody has been asked yet.
    """
    reasons = APPLICATION.reasons_not_to(application, "withdraw")
    if is_final(application, at=at):
        if application.is_unfinished:
            reasons += reasons_closed(application, at=at)
        elif application.round.has_opened(Stage.Key.DECISION, at):
            reasons.append("The panel is deciding, so applications can no longer be withdrawn.")
    return reasons + ([] if why is None else reasons_unsaid(why, "Say why the application is withdrawn."))


def is_final(application: Application, *, at: datetime) -> bool:
    """After the closing nothing that was withdrawn comes back."""
    return at >= application.closes_at


def reasons_not_to_reopen(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at) + APPLICATION.reasons_not_to(application, "reopen")
    call = calls.call(application.round, application.outcome, application.authority, at)
    reasons += reasons_shut(call)
    if standing := call.standing_in(application.category):
        reasons.append(taken(call, standing))
    return reasons


def reasons_not_to_lapse(application: Application, *, at: datetime) -> list[str]:
    if at < application.closes_at:
        return [f"It can still be submitted: applications close at {day_in_words(application.closes_at)}."]
    return APPLICATION.reasons_not_to(application, "lapse")
