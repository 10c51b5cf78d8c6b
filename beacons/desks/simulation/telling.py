"""What people say besides: that a council will not apply this time, and how many hours it took."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from beacons.applications import actions as applying
from beacons.applications import reminding
from beacons.applications.models import Application
from beacons.directory.models import Authority, User
from beacons.rounds import actions as planning
from outcomes.models import Outcome, SignUp
from panel import hours as panel_hours
from panel.models import Appointment

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

# Of those that apply for nothing so many say so; of those asked for hours so many tell, and so many say “no thanks”.
SAY_SO, TELL, NO_THANKS = 0.4, 0.7, 0.15
WHY_NOT = [
    "We are in the middle of a reorganisation, and nobody could lead it.",
    "Our figures have only just begun to move. Perhaps next year.",
    "We would rather learn from those who win than compete with them.",
    "",
]


class Telling:
    """Chances of its own, so that the rest of the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int):
        self.year, self.people = year, year.people
        self.chance = Random(f"{seed} telling")  # noqa: S311

    def who_will_not(self) -> None:
        """Councils with somebody there, and without a bid: some say so, and are reminded no more."""
        bidding = {authority for authority, _ in self.year.bids}
        for council in self.year.guests:
            if council in bidding or self.chance.random() > SAY_SO:
                continue
            signed_up = SignUp.objects.filter(authority=council, outcome__in=self.year.outcomes)
            outcomes = [each.outcome for each in signed_up.select_related("outcome").order_by("pk")]
            at = self.year.stage.opens_at + timedelta(days=self.chance.randrange(2, 20))
            self.year.clock.plan(at, lambda then, c=council, o=outcomes: self.abstain(c, o, then))

    def abstain(self, council: Authority, outcomes: list[Outcome], at: datetime) -> None:
        if outcomes:
            officer, why = reminding.writers(council)[0], self.chance.choice(WHY_NOT)
            applying.abstain(self.year.round, council, outcomes, why=why, by=officer, at=at)

    def of_applying(self, bid: Application, at: datetime) -> None:
        """Who wrote it and who certified it are asked on the receipt and on their desks."""
        for person, most in ((bid.drafted_by, 60), (bid.certified_by, 6)):
            if person is not None:
                then = at + timedelta(minutes=self.chance.randrange(1, 600))
                self.year.clock.plan(then, lambda now, p=person, m=most: self.tell(bid, p, m, now))

    def tell(self, bid: Application, person: User, most: int, at: datetime) -> None:
        answers, hours = self.answer(most / 4, most)
        bid = Application.objects.get(pk=bid.pk)
        if bid.is_handed_in and answers:
            applying.tell_hours(bid, hours=hours, by=person, at=at)

    def of_assessing(self) -> None:
        """Members have lodged their last paper when the meeting comes; the office adds up its own hours."""
        hours = self.chance.randrange(3, 6) * 100
        self.year.clock.plan(
            self.year.stage.opens_at,
            lambda at: planning.set_costs(self.year.round, office_hours=hours, by=self.people.manager, at=at),
        )
        for held in Appointment.objects.filter(seat__round=self.year.round).select_related("user"):
            at = self.year.stage.opens_at + timedelta(minutes=self.chance.randrange(60, 2000))
            self.year.clock.plan(at, lambda then, h=held: self.tell_of_assessing(h, then))

    def tell_of_assessing(self, held: Appointment, at: datetime) -> None:
        mine = panel_hours.to_ask(held.user, at).filter(case__application__round=self.year.round)
        for marked in mine.order_by("case__application__round"):
            answers, hours = self.answer(1.5 * marked["lodged"], 4 * marked["lodged"])
            if answers:
                applying.tell_hours_of_assessing(self.year.round, hours=hours, by=held.user, at=at)

    def answer(self, least: float, most: float) -> tuple[bool, Decimal | None]:
        """Does this person answer, and with what: hours in halves, or None for “no thanks”?"""
        share, figure = self.chance.random(), self.chance.uniform(least, most)
        hours = Decimal(round(figure * 2)) / 2 if share < TELL else None
        return share < TELL + NO_THANKS, hours
