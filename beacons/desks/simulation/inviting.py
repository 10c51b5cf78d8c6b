"""The invitations: some read them the day they come, some late, some never; and what the regions aim at."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from beacons.directory.models import Authority, Role, User
from beacons.rounds import invitations
from beacons.rounds.models import Invitation
from outcomes.actions import objectives
from outcomes.models import Outcome

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

# Of those who have a log-in, so many never look; who confirms or bids has looked by then.
NEVER = 0.12
DAYS = 30
INVENTED = "Invented for the demonstration: it is no objective of the region’s partnership."
# What an invented region wants to reach, and the outcomes that this is about.
AIMS = [
    (
        "Demonstration: work or learning for every young person",
        ("young-people-in-work-or-learning", "people-in-work"),
    ),
    ("Demonstration: fewer children in trouble", ("out-of-the-justice-system", "fewer-reoffending")),
    (
        "Demonstration: homes that last for children in care",
        ("lasting-homes-in-care", "fewer-moves-in-care", "wellbeing-of-children-in-care"),
    ),
    ("Demonstration: healthy from the start", ("healthy-weight", "fewer-teenage-conceptions")),
    ("Demonstration: less poverty, more homes", ("less-child-poverty", "more-homes")),
    ("Demonstration: lower emissions and less waste", ("lower-emissions", "less-waste")),
]


class Inviting:
    """Chances of its own, so that the rest of the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int):
        self.year, self.people = year, year.people
        self.chance = Random(f"{seed} invitations")  # noqa: S311

    def register(self) -> None:
        """Councils that will take part have somebody who is written to when the cohort is invited."""
        for council in self.year.guests:
            self.people.drafter(council)
            self.people.certifier(council)

    def read(self) -> None:
        """Whoever has a log-in opens the invitation some day in the first weeks, or never."""
        sent = Invitation.objects.filter(round=self.year.round).order_by("pk")
        for invitation in sent.select_related("authority"):
            share, never = self.chance.random(), self.chance.random() < NEVER
            if never:
                continue
            # Most of them soon, the rest one by one.
            at = self.year.clock.at + timedelta(minutes=int(share**2 * DAYS * 24 * 60) + 20)
            self.year.clock.plan(at, lambda then, i=invitation: self.open(i, then))

    def open(self, invitation: Invitation, at: datetime) -> None:
        readers = User.objects.of_authority(invitation.authority_id, Role.DRAFTER).order_by("pk")
        if reader := readers.first():
            invitations.open_invitation(invitation, by=reader, at=at)

    def before_confirming(self, council: Authority, outcome: Outcome, by: User, at: datetime) -> None:
        """Who stands by a sign-up has read what it is asked for."""
        waiting = Invitation.objects.filter(round=self.year.round, authority=council, outcome=outcome)
        for invitation in waiting.unopened():
            invitations.open_invitation(invitation, by=by, at=at)


def set_objectives(coordinators: list[User], *, at: datetime) -> None:
    """Two invented objectives for each region, written by its coordinator; the same each time."""
    known = {outcome.slug: outcome for outcome in Outcome.objects.all()}
    for number, coordinator in enumerate(coordinators):
        region = next(hat.region for hat in coordinator.hats if hat.region is not None)
        for title, slugs in (AIMS[number % len(AIMS)], AIMS[(number + 2) % len(AIMS)]):
            about = [known[slug] for slug in slugs if slug in known]
            objectives.save_objective(
                region, title=title, description=INVENTED, outcomes=about, by=coordinator, at=at
            )
