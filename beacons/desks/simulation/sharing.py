"""What invented applicants promise others, and hold once they have the grant."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from beacons.applications.rules import time_to_spread
from beacons.applications.sharing import Activity, Peer, Plan
from beacons.core.workdays import working_day_on_or_before
from beacons.desks.simulation import words

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year
    from grants.models import Undertaking

# What every bid plans; of the rest that a round expects, some plan one and some another.
ALWAYS = ("open_day", "visit", "workshop")
FOR_WHOM = (
    "Heads of service and their data people",
    "Front-line teams of councils that have begun",
    "Members who lead on it, and their officers",
    "Councils whose figures stand still",
    "",
)
# Of what was undertaken, so much is held.
KEPT = 0.9
JOBS = ("Head of service", "Team manager", "Neighbourhood worker", "Data analyst", "Commissioner")


class Sharing:
    """Chances of its own, so that the rest of the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int):
        self.year = year
        self.chance = Random(f"{seed} sharing")  # noqa: S311

    def plan(self) -> Plan:
        """A whole plan for a bid of the year's round."""
        chance, a_round = self.chance, self.year.round
        activities = [
            Activity(
                expected.kind,
                max(1, expected.count + chance.choice((-1, 0, 0, 1))),
                self.some_day(),
                chance.choice(FOR_WHOM),
            )
            for expected in a_round.expected_activities.all()
            if expected.kind in ALWAYS or chance.random() < 0.3
        ]
        peers = [
            Peer(words.name(chance), chance.choice(JOBS), chance.randrange(3, 13))
            for _ in range(chance.randrange(4))
        ]
        return Plan(
            authorities=a_round.authorities_to_help + chance.randrange(9),
            struggling=a_round.struggling_to_help + chance.randrange(3),
            activities=tuple(activities),
            peers=tuple(peers),
        )

    def some_day(self) -> date:
        """By when something is held: towards the end of the time for it more often than at its beginning."""
        opens_on, closes_on = time_to_spread(self.year.round)
        share = 1 - self.chance.random() ** 2 * 0.7
        return opens_on + timedelta(days=int((closes_on - opens_on).days * share))

    def days_of(self, undertaking: Undertaking) -> list[date]:
        """The working days on which a holder plans what it undertook; of some it falls short."""
        opens_on, _ = time_to_spread(self.year.round)
        length = (undertaking.until - opens_on).days
        days = []
        for _number in range(undertaking.count):
            if self.chance.random() < KEPT:
                later = timedelta(days=max(1, int(length * self.chance.uniform(0.1, 1))))
                days.append(max(opens_on + timedelta(days=1), working_day_on_or_before(opens_on + later)))
        return sorted(days)
