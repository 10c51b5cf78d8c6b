"""When applications close: with the stage, and later for an authority that was given more time. Plain Python."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from beacons.core.workdays import add_working_days, noon

APPLICATIONS, CHECK = "applications", "check"


def of_round(a_round: Any) -> datetime:
    """When the round closes for everybody who was given no more time."""
    return a_round.stage_of(APPLICATIONS).closes_at


def given_until(a_round: Any, authorities: Collection[int | None]) -> datetime | None:
    """Until when these authorities, by their ids, were given time; None where they were given none."""
    given = [
        extension.until
        for extension in a_round.extensions.all()
        if extension.is_agreed and extension.authority_id in authorities
    ]
    return max(given, default=None)


def later(a_round: Any, given: datetime | None) -> datetime:
    """The round's closing, or the later one that was given."""
    return of_round(a_round) if given is None else max(of_round(a_round), given)


@dataclass(frozen=True)
class Deadline:
    """One authority's own closing in a round, whether or not it has begun anything."""

    round: Any
    authority: Any

    @property
    def closes_at(self) -> datetime:
        return later(self.round, given_until(self.round, (self.authority.pk,)))


def opens_next(plan: Sequence[Any]) -> Any:
    """The stage in which applications are read, so that each is checked before it opens; None if there is none."""
    keys = [stage.key for stage in plan]
    later = plan[keys.index(APPLICATIONS) + 1 :]
    return next((stage for stage in later if stage.key != CHECK), None)


def latest_end(plan: Sequence[Any], limit_on: date) -> datetime:
    """The last instant that more time can last to: noon, with a working day left to check what comes in."""
    reading = opens_next(plan)
    return noon(add_working_days(reading.opens_on, -1) if reading else limit_on)
