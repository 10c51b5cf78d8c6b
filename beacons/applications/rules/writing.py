"""Why nothing more can be written, or not this."""

from datetime import datetime
from typing import Any

from beacons.applications.deadline import count
from beacons.applications.models import Application
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.starting import reasons_title
from beacons.applications.statuses import APPLICATION, Status

MOST_CHARACTERS = 50_000


def reasons_not_to_edit(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at)
    if application.status == Status.CERTIFIED:
        reasons.append(
            "This application is certified. A certifier must send it back before it can be changed."
        )
    elif application.status != Status.DRAFT:
        reasons.append(f"{APPLICATION.stands(application)}; it can no longer be changed.")
    return reasons


def reasons_too_long(texts: dict[str, str]) -> list[str]:
    """Texts of many pages are refused; a few words over the limit are saved, and stop certification instead."""
    return [
        f"{name}: this text has {count(len(words), 'character')}, and {MOST_CHARACTERS:,} is the most that can be kept."
        for name, words in texts.items()
        if len(words) > MOST_CHARACTERS
    ]


def reasons_not_to_save_details(
    application: Application, *, title: str, summary: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at) + reasons_title(title)
    return reasons + reasons_too_long({"Summary for the public": summary})


def reasons_not_to_restore(
    application: Application, *, standing: Any, seen: int, by: Any, at: datetime
) -> list[str]:
    """`standing` is what was saved last, and `seen` the version that stood when an earlier one was chosen."""
    reasons = reasons_not_to_edit(application, at=at)
    if standing.version != seen:
        who, where = (
            ("You", "in another window")
            if standing.saved_by_id == by.pk
            else (standing.saved_by, "meanwhile")
        )
        reasons.append(
            f"{who} saved another text {where}, so nothing was restored. Look at it first, and restore again if you"
            " still want to."
        )
    return reasons
