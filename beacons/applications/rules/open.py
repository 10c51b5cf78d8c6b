"""Does the round take applications at this instant? Whatever is written, certified or handed in asks here."""

from datetime import datetime

from beacons.applications.deadline import day_in_words
from beacons.rounds.models import Round, Stage


def reasons_closed(a_round: Round, *, at: datetime) -> list[str]:
    """Why this round takes no applications at this instant."""
    if a_round.approved_at is None or at < a_round.approved_at:
        return ["This round has not been approved yet, so it takes no applications."]
    stage = a_round.stage_of(Stage.Key.APPLICATIONS)
    if at < stage.opens_at:
        return [f"Applications open at {day_in_words(stage.opens_at)}."]
    if at >= stage.closes_at:
        return [
            f"Applications closed at {day_in_words(stage.closes_at)}. Nothing more can be changed or handed in."
        ]
    return []
