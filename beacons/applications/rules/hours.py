"""Why hours cannot be told."""

from datetime import datetime
from decimal import Decimal

from beacons.applications.models import MOST_HOURS, Application
from beacons.core.workdays import noon
from beacons.rounds.models import Round


def reasons_not_to_tell_hours(
    a_round: Round, application: Application | None, *, hours: Decimal | None, at: datetime
) -> list[str]:
    """`hours` are None for “no thanks”. Sums are made until the round ends; after it they stand."""
    reasons = []
    if application is not None and not application.is_handed_in:
        reasons.append("You are asked how long it took when the application is submitted.")
    if a_round.ends_on is not None and at >= noon(a_round.ends_on):
        reasons.append("The round has ended, and its costs are added up.")
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        reasons.append(f"Hours are between 0 and {MOST_HOURS}.")
    return reasons
