"""Outcomes by sign-ups: the list from which a round's outcomes are chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Subquery

from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from outcomes.models import Outcome
from outcomes.standing import FEWEST, MOST

# What the list can be sorted by; of equals the larger cohort first.
ORDERS = {
    "areas": "-cohort_size",
    "confirmed": "-confirmed_size",
    "joined": "-joined_size",
    "issues": "-issue_count",
    "flags": "-red_flags",
    "outcome": "title",
}


@dataclass(frozen=True)
class Line:
    """One outcome as it stands in the list."""

    outcome: Any
    rounds: list[Round] = field(default_factory=list)

    @property
    def share(self) -> int:
        """The per cent of England's areas that are signed up."""
        of_areas = self.outcome.of_areas
        return round(100 * self.outcome.cohort_size / of_areas) if of_areas else 0

    @property
    def is_measured(self) -> bool:
        return self.outcome.measure_id is not None

    @property
    def warning(self) -> str:
        """A cohort that is too small or too large for a round to rest on it without a second thought."""
        if self.outcome.cohort_size < FEWEST:
            return "Under five councils"
        return "Over a hundred councils" if self.outcome.cohort_size > MOST else ""

    @property
    def hint(self) -> str:
        """The facts of the line in one sentence."""
        outcome = self.outcome
        councils = f"{outcome.cohort_size} council{'' if outcome.cohort_size == 1 else 's'}"
        parts = [f"{councils}, {self.share}% of all areas", f"{outcome.confirmed_size} confirmed"]
        if outcome.joined_size:
            parts.append(f"{outcome.joined_size} joined")
        parts.append(f"{outcome.issue_count} issue{'' if outcome.issue_count == 1 else 's'} stated")
        parts.append("measured" if self.is_measured else "no measure")
        if self.rounds:
            parts.append(f"already in {', '.join(held.name for held in self.rounds)}")
        if self.warning:
            parts.append(self.warning.lower())
        return "; ".join(parts) + "."


def ranking(user: Any, at: datetime, *, order: str = "", red_flags: bool = False) -> Any:
    """All outcomes with their facts, by sign-ups or as asked; one query, and `lines` takes one more."""
    areas = Authority.objects.existing_on(day_in_london(at)).filter(
        nation="England", tier__in=[Authority.Tier.UPPER, Authority.Tier.SINGLE]
    )
    counted = areas.order_by().values("nation").annotate(n=Count("pk")).values("n")
    found: Any = Outcome.objects.visible_to(user, at).ranked().annotate(of_areas=Subquery(counted))
    if red_flags:
        found = found.with_red_flags(user, at)
    if order == "flags" and not red_flags:
        order = ""
    return found.order_by(ORDERS.get(order, ORDERS["areas"]), "-cohort_size", "title")


def lines(
    outcomes: Iterable[Outcome], user: Any, at: datetime, *, apart_from: Round | None = None
) -> list[Line]:
    """These outcomes, each with the rounds in which it is already."""
    outcomes = list(outcomes)
    held = rounds_of(outcomes, user, at)
    return [
        Line(outcome, [each for each in held.get(outcome.pk, []) if each != apart_from])
        for outcome in outcomes
    ]


def rounds_of(outcomes: Iterable[Outcome], user: Any, at: datetime) -> dict[int, list[Round]]:
    """For each outcome, by its id, the rounds this person may know in which it is or was, the newest first."""
    known = Round.objects.visible_to(user, at).values("pk")
    rows = Round.outcomes.through.objects.filter(outcome__in=[each.pk for each in outcomes], round__in=known)
    found: dict[int, list[Round]] = {}
    for row in rows.select_related("round").order_by("-round__starts_on", "round"):
        found.setdefault(row.outcome_id, []).append(row.round)
    return found
