"""Why a lead member cannot stand behind a bid, and whether enough of them do."""

from typing import Any

from beacons.applications.deadline import count
from beacons.applications.models import Application
from beacons.applications.statuses import APPLICATION, Status


def reasons_not_to_endorse(application: Application, *, by: Any) -> list[str]:
    """From when it is handed in until it is checked; each lead member once."""
    if not application.round.endorsements_least:
        return ["The applications of this round need no endorsement."]
    if application.status != Status.SUBMITTED:
        return [reason_too_early_or_late(application)]
    if any(each.endorsed_by_id == by.pk for each in application.endorsements.all()):
        return ["You have endorsed this application already."]
    return []


def reasons_not_to_take_back(application: Application, *, by: Any) -> list[str]:
    if application.status != Status.SUBMITTED:
        return [reason_too_early_or_late(application)]
    if all(each.endorsed_by_id != by.pk for each in application.endorsements.all()):
        return ["You have not endorsed this application."]
    return []


def reason_too_early_or_late(application: Application) -> str:
    if application.is_unfinished:
        return "This application has not been submitted yet."
    return f"{APPLICATION.stands(application)}; endorsements are no longer given or taken back."


def reasons_not_endorsed(application: Application) -> list[str]:
    """What is wanting before it can be found eligible."""
    least = application.round.endorsements_least
    given = len(application.endorsements.all()) if least else 0
    if given >= least:
        return []
    return [
        f"It has {count(given, 'endorsement')} by lead members of the LGA’s board, and {least} {'is' if least == 1 else 'are'}"
        " the least. Ask them to read it, or find it not eligible."
    ]
