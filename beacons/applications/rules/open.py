"""Does a round take an authority's applications at this instant? What is written, certified or handed in asks here."""

from datetime import datetime
from typing import Protocol

from beacons.applications.deadline import day_in_words
from beacons.rounds.models import Round, Stage


class Closing(Protocol):
    """An application, or the call to an authority: what has a round, and an own instant of closing."""

    @property
    def round(self) -> Round: ...

    @property
    def closes_at(self) -> datetime: ...


def reasons_closed(bid: Closing, *, at: datetime) -> list[str]:
    """Why nothing more is taken at this instant."""
    a_round = bid.round
    if a_round.approved_at is None or at < a_round.approved_at:
        return ["This round has not been approved yet, so it takes no applications."]
    stage = a_round.stage_of(Stage.Key.APPLICATIONS)
    if at < stage.opens_at:
        return [f"Applications open at {day_in_words(stage.opens_at)}."]
    if at >= bid.closes_at:
        return [
            f"Applications closed at {day_in_words(bid.closes_at)}. Nothing more can be changed or submitted."
        ]
    return []
