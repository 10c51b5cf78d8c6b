"""A small round of the Local Innovation Awards: open to every authority, in four categories, up to its announcement."""

from datetime import timedelta
from itertools import cycle
from typing import Any

from beacons.applications.models import Application
from beacons.desks.simulation.clockwork import Strides
from beacons.desks.simulation.judging import Judging
from beacons.desks.simulation.year import Year
from beacons.directory.models import Authority
from outcomes.models import Outcome


class Awards(Year):
    """Lived in strides, since nothing of it hangs on the days between."""

    kind = "local_innovation"
    clockwork = Strides
    why = "What councils have tried most new things for."

    def _live(self) -> None:
        self.set_up()
        self.categories = cycle(self.round.categories.all())
        self.through("applications", self.apply)
        self.through("check", self.check)
        judging = Judging(self)
        # Whoever enters for an award has more to show than most.
        judging.worth = {bid: worth + 0.6 for bid, worth in judging.worth.items()}
        self.through("scoring", judging.declare_and_assign, judging.mark)
        self.through("shortlist", self.open_the_last_seal, judging.shortlist)
        self.through("verify", judging.verify)
        self.through("decision", judging.decide)
        self.through("agreement", judging.give_feedback)

    def choose_councils(self) -> None:
        super().choose_councils()
        self.bids = self.bids[: self.size.applications + 1]

    def open_the_last_seal(self) -> None:
        """One reader had two days more: the clock looks again before the panel meets."""
        self.clock.plan(self.stage.opens_at + timedelta(days=2), lambda at: self.clock.tick())

    def begin(self, outcome: Outcome, authority: Authority, **facts: Any) -> Application:
        return super().begin(outcome, authority, category=next(self.categories), **facts)
