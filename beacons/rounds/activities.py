"""The kinds of activity by which what one council knows reaches others, in the words that every room uses.

Rounds say how many of each kind a holder is expected to hold, bids plan them, and dissemination holds them.
"""

from django.db import models


class ActivityKind(models.TextChoices):
    OPEN_DAY = "open_day", "Open day"
    VISIT = "visit", "Visit"
    WORKSHOP = "workshop", "Workshop"
    EXCHANGE = "exchange", "Learning exchange"
    MENTORING = "mentoring", "Mentoring pair"
    SECONDMENT = "secondment", "Secondment"
    TOOLKIT = "toolkit", "Toolkit"
    CONFERENCE = "conference", "Conference slot"


def counted(kind: str, number: int | None) -> str:
    """'1 open day', '6 visits'; 'Visits' while nobody has said how many. A kind of another making is named as it is."""
    label = ActivityKind(kind).label if kind in ActivityKind.values else kind
    if number is None:
        return f"{label}s"
    return f"{number} {label.lower()}{'' if number == 1 else 's'}"
