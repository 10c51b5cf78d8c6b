"""More than the agreements say: bodies join an area, a council sets a measure of its own, another refreshes its terms."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from beacons.core.workdays import day_in_london
from beacons.desks.simulation import words
from beacons.directory.models import Authority
from outcomes.actions import measures, sign_ups
from outcomes.models import Indicator, Outcome, SignUp
from outcomes.sign_up_rules import areas_to_join
from outcomes.terms import Terms

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

DISTRICTS, BODIES = 3, 2
OWN = {
    "title": "Residents who say that help came in time",
    "unit": "%",
    "polarity": Indicator.Polarity.HIGH,
    "description": "Of all who asked for help in the year, 500 are asked in March whether it came in time. Invented"
    " for the demonstration.",
    "source": "The council’s yearly survey (invented for the demonstration)",
}


class Joining:
    """Chances of its own, so that the rest of the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int):
        self.year, self.people = year, year.people
        self.chance = Random(f"{seed} joining")  # noqa: S311

    def sign_up(self) -> None:
        """In the stage in which councils sign up."""
        outcome = self.year.outcomes[0]
        day = day_in_london(self.year.clock.at)
        there = Authority.objects.existing_on(day).exclude(sign_ups__outcome=outcome).order_by("code")
        signed_up = outcome.sign_ups.of_agreements().values("authority")
        districts = list(there.filter(county__in=signed_up))
        bodies = list(there.filter(kind__in=["fire", "police", "park"], nation="England"))
        for body in [*self.some(districts, DISTRICTS), *self.some(bodies, BODIES)]:
            if areas := areas_to_join(outcome, body, day):
                area = self.chance.choice(areas)
                self.plan(0.2, 0.6, lambda at, b=body, a=area: self.join(outcome, b, a, at))
        areas_outside = list(there.filter(tier__in=["single", "upper"], nation="England", county=None))
        for council in self.some(areas_outside, 1):
            self.plan(0.2, 0.5, lambda at, c=council: self.measure(outcome, c, at))
        held = outcome.sign_ups.of_agreements().unconfirmed().exclude(authority__in=self.year.guests)
        for sign_up in self.some(list(held.select_related("authority").order_by("pk")), 1):
            self.plan(0.1, 0.3, lambda at, s=sign_up: self.refresh(s, at))

    def some(self, found: list, most: int) -> list:
        return self.chance.sample(found, k=min(most, len(found)))

    def plan(self, first: float, last: float, act) -> None:  # type: ignore[no-untyped-def]
        stage = self.year.stage
        share = self.chance.uniform(first, last) * (stage.closes_at - stage.opens_at).total_seconds()
        self.year.clock.plan(stage.opens_at + timedelta(seconds=int(share)), act)

    def join(self, outcome: Outcome, body: Authority, area: SignUp, at: datetime) -> None:
        terms = Terms(lead_officer=words.name(self.chance))
        made = sign_ups.sign_up(outcome, body, terms=terms, joins=area, by=self.people.drafter(body), at=at)
        self.plan(0.65, 0.9, lambda then: self.confirm(made, then))

    def confirm(self, sign_up: SignUp, at: datetime) -> None:
        held = SignUp.objects.select_related("authority").get(pk=sign_up.pk)
        chief = self.people.certifier(held.authority)
        lead = held.lead_officer or words.name(self.chance)
        sign_ups.confirm_sign_up(held, lead_officer=lead, by=chief, at=at)

    def measure(self, outcome: Outcome, council: Authority, at: datetime) -> None:
        """The national measure misses what it wants to know, so it asks its residents."""
        officer = self.people.drafter(council)
        own = measures.define_measure(council, **OWN, by=officer, at=at)
        first = self.chance.randrange(48, 60)
        figures = {
            at.year - back: Decimal(first + 2 * (3 - back) + self.chance.randrange(3)) for back in (3, 2, 1)
        }
        measures.enter_figures(own, council, figures=figures, by=officer, at=at)
        year = min(figures)
        terms = Terms(
            measure=own,
            baseline=figures[year],
            baseline_year=year,
            target=figures[year] + 15,
            target_year=at.year + 2,
            lead_officer=words.name(self.chance),
        )
        made = sign_ups.sign_up(outcome, council, terms=terms, by=officer, at=at)
        self.plan(0.65, 0.9, lambda then: self.confirm(made, then))

    def refresh(self, sign_up: SignUp, at: datetime) -> None:
        """Confirmed as the agreement says it; then it aims a year later, and its chief executive confirms that."""
        self.confirm(sign_up, at)
        held = SignUp.objects.select_related("authority", "measure").get(pk=sign_up.pk)
        if held.target_year is None:
            return
        later = Terms(**{**vars(Terms.of(held)), "target_year": held.target_year + 1})

        def change(then: datetime) -> None:
            sign_ups.set_terms(
                held,
                terms=later,
                why="Partners agreed on one more year.",
                year=then.year,
                by=self.people.drafter(held.authority),
                at=then,
            )
            self.plan(0.7, 0.95, lambda last: self.confirm(held, last))

        self.plan(0.4, 0.6, change)
