"""What won nothing and is offered to the library all the same: by a few councils of a simulated round."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from beacons.applications.models import Application
from grants.dissemination import actions as spreading
from grants.dissemination.models import Practice
from panel.results import announced_decisions
from panel.statuses import Verdict

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

OFFERS = 3
LESSONS = "We would ask residents first, and not after the plan was written."


class NearMissing:
    """Chances of its own, so that the rest of the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int) -> None:
        self.year, self.people = year, year.people
        self.chance = Random(f"{seed} near misses")  # noqa: S311

    def offer(self) -> None:
        """While holders develop their practice, a few of those declined offer theirs; one says where it comes from."""
        declined = announced_decisions(self.year.round, self.year.clock.at).filter(verdict=Verdict.DECLINE)
        bids = Application.objects.filter(case__decision__in=declined).select_related("authority")
        found = list(bids.order_by("reference"))
        for number, bid in enumerate(self.chance.sample(found, k=min(OFFERS, len(found)))):
            length = self.year.stage.closes_at - self.year.stage.opens_at
            at = self.year.stage.opens_at + length * self.chance.uniform(0.1, 0.5)
            self.year.clock.plan(at, lambda then, b=bid, n=number: self.offer_one(b, n == 0, then))

    def offer_one(self, bid: Application, tells_of_bid: bool, at: datetime) -> None:
        officer = self.people.drafter(bid.authority)
        practice = spreading.offer_practice(bid, tells_of_bid=tells_of_bid, by=officer, at=at)
        self.year.clock.plan(at + timedelta(days=2), lambda then: self.hand_in(practice, then))

    def hand_in(self, practice: Practice, at: datetime) -> None:
        officer = self.people.drafter(practice.authority)
        lessons = practice.lessons or LESSONS
        spreading.edit_practice(
            practice, title=f"{practice.title}: {practice.authority.name}", lessons=lessons, by=officer, at=at
        )
        spreading.develop(practice, by=officer, at=at + timedelta(hours=1))
        reviewed, review_on = at + timedelta(days=5), (at + timedelta(days=2 * 365)).date()
        self.year.clock.plan(
            reviewed, lambda then: spreading.review(practice, by=self.people.case_officer, at=then)
        )
        self.year.clock.plan(
            reviewed + timedelta(days=2),
            lambda then: spreading.publish(practice, review_on=review_on, by=self.people.manager, at=then),
        )
