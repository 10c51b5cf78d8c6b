"""Why it cannot be found eligible or not."""

from datetime import datetime

from beacons.applications.deadline import day_in_words
from beacons.applications.models import Application
from beacons.applications.rules.endorsing import reasons_not_endorsed
from beacons.applications.rules.words import reasons_unsaid
from beacons.applications.statuses import APPLICATION, Status
from beacons.rounds.models import Stage


def reasons_not_to_check(application: Application, *, at: datetime) -> list[str]:
    """Eligible or not is found after the closing, and before the marks are in."""
    reasons = []
    if at < application.closes_at:
        reasons.append(
            f"Applications are checked after they have closed, at {day_in_words(application.closes_at)}:"
            " until then the council may still withdraw and change it."
        )
    if application.round.has_closed(Stage.Key.SCORING, at):
        reasons.append("Scoring has closed, so it is too late to change which applications are eligible.")
    if application.status != Status.SUBMITTED:
        reasons += APPLICATION.reasons_not_to(application, "find_eligible")
    return reasons


def reasons_not_to_find_eligible(application: Application, *, at: datetime) -> list[str]:
    return reasons_not_to_check(application, at=at) + reasons_not_endorsed(application)


def reasons_not_to_find_ineligible(application: Application, *, why: str, at: datetime) -> list[str]:
    return reasons_not_to_check(application, at=at) + reasons_unsaid(why, "Say why it is not eligible.")
