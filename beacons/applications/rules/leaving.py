"""What of this room rests on a sign-up, which the room of outcomes asks before one is withdrawn."""

from typing import Any

from beacons.applications.models import Application
from beacons.rounds.models import Round
from outcomes.sign_up_rules import leaving


@leaving
def reasons_not_to_leave(outcome: Any, authorities: list[int]) -> list[str]:
    """An application rests on its council's sign-up, or its county's, in a round that asks for one."""
    standing = Application.objects.standing().filter(outcome=outcome, authority__in=authorities)
    standing = standing.filter(round__open_to=Round.OpenTo.COHORT)
    names = sorted(set(standing.values_list("authority__name", flat=True)))
    return [f"An application of {name} for this outcome rests on it." for name in names]
