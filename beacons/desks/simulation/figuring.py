"""The figures that simulated bids rest on: official ones, and what only the council counts."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from beacons.applications import actions as applying
from beacons.applications.evidence import own
from beacons.applications.evidence.choice import offers
from beacons.applications.models import Application
from beacons.core.workdays import day_in_london
from beacons.directory.models import User

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

SHOWN = (
    "It fell faster here than in places like ours once the team was whole.",
    "The change came in the year after we began, and has lasted.",
    "We are not yet where we want to be, and the way is the right one.",
)
OWN = (
    (
        "Families who came back after a first visit",
        "%",
        "high",
        "Our own records of visits, counted each March",
    ),
    ("Days from a first call to a first visit", "days", "low", "Our case system; the query can be sent for"),
    (
        "Residents trained by their neighbours",
        "people",
        "high",
        "Attendance lists of the neighbourhood offices",
    ),
)


class Figuring:
    """Six in ten bids pick official figures, and a third of all write one of their own. Chance of its own."""

    def __init__(self, year: Year, seed: int) -> None:
        self.year = year
        self.chance = Random(f"{seed} figures")  # noqa: S311

    def add(self, bid: Application, officer: User, at: datetime) -> None:
        if self.chance.random() < 0.6:
            self.pick(bid, officer, at)
        if self.chance.random() < 0.33:
            self.write(bid, officer, at)

    def pick(self, bid: Application, officer: User, at: datetime) -> None:
        """The outcome's own measure where there is one, and one or two that the council's report opens with."""
        groups = dict(offers(bid.authority, bid.outcome))
        first, beside = groups.get("Of this outcome", []), groups.get("Of your headline report", [])
        chosen = [*first[:1], *beside[: self.chance.randrange(1, 3)]]
        picked = applying.pick_figures(
            bid, [(offer.indicator, bid.authority) for offer in chosen], by=officer, at=at
        )
        for figure in picked[:1]:
            applying.edit_official(
                figure,
                comparison=figure.comparison,
                comment=self.chance.choice(SHOWN),
                by=officer,
                at=at,
            )

    def write(self, bid: Application, officer: User, at: datetime) -> None:
        title, unit, polarity, source = self.chance.choice(OWN)
        today, value = day_in_london(at), self.chance.randrange(30, 60)
        step = self.chance.randrange(1, 9) * (1 if polarity == "high" else -1)
        boxes = [[str(today.year - 3 + n), str(value + n * step)] for n in range(3)]
        rows, _ = own.read(json.dumps(boxes), unit, today)
        applying.write_figure(
            bid, title=title, unit=unit, polarity=polarity, source=source, rows=rows, by=officer, at=at
        )
