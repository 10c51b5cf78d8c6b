"""What is hard: councils state it and support each other, staff merge what is the same, the chairs make criteria of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from beacons.desks.simulation import words
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from outcomes.actions import issues as issuing
from outcomes.models import Issue, Outcome, SignUp
from outcomes.rules import reasons_not_to_merge_now
from panel.actions import criteria as settling

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

# How many members of the cohorts read what others say, and how many issues each supports at most.
READERS, MOST = 18, 3


class Listening:
    """The cohort, the office and the chairs before applications open. It has chances of its own, so that the rest of
    the year comes out as it would without it."""

    def __init__(self, year: Year, seed: int):
        self.year, self.people = year, year.people
        self.chance = Random(seed)  # noqa: S311

    # While councils sign up -----------------------------------------------------------------------------

    def hear(self) -> None:
        """Late in the stage members read what others have said; the office merges what says the same."""
        guests = [council.pk for council in self.year.guests]
        signed = SignUp.objects.filter(outcome__in=self.year.outcomes, authority__in=guests)
        readers = list(signed.select_related("authority", "outcome").order_by("pk"))
        for reader in self.chance.sample(readers, k=min(READERS, len(readers))):
            self.plan(0.5, 0.95, lambda at, r=reader: self.support(r.authority, r.outcome, at))
        self.plan(0.6, 0.62, self.merge)

    def plan(self, first: float, last: float, act) -> None:  # type: ignore[no-untyped-def]
        stage = self.year.stage
        share = self.chance.uniform(first, last) * (stage.closes_at - stage.opens_at).total_seconds()
        self.year.clock.plan(stage.opens_at + timedelta(seconds=int(share)), act)

    def support(self, council: Authority, outcome: Outcome, at: datetime) -> None:
        said = Issue.objects.standing().filter(outcome=outcome)
        others = list(said.exclude(authority=council).exclude(merged__authority=council).order_by("pk"))
        officer = self.people.drafter(council)
        for issue in self.chance.sample(others, k=min(MOST, len(others))):
            issuing.support_issue(issue, council, by=officer, at=at)

    def merge(self, at: datetime) -> None:
        """Of those who say the same, the first stays."""
        for outcome in self.year.outcomes:
            same: dict[str, list[Issue]] = defaultdict(list)
            for issue in Issue.objects.standing().filter(outcome=outcome).order_by("stated_at", "pk"):
                same[words.in_first_words(issue.text)].append(issue)
            for stays, *others in same.values():
                if others and not reasons_not_to_merge_now(outcome, at=at):
                    why = "They say the same in other words."
                    issuing.merge_issues(stays, others, why=why, by=self.people.manager, at=at)

    # While the criteria are made ------------------------------------------------------------------------

    def settle(self) -> None:
        self.plan(0.1, 0.2, self.merge)
        self.plan(0.5, 0.6, self.make_criteria)

    def make_criteria(self, at: datetime) -> None:
        """Each criterion rests on what councils said about it; that on the issues, on those with most voices."""
        a_round = Round.objects.get(pk=self.year.round.pk)
        standing = list(Issue.objects.standing().filter(outcome__in=self.year.outcomes).by_voices())
        rests = []
        for criterion in a_round.criteria.order_by("position"):
            about = [issue for issue in standing if words.bears_on(issue.text) == criterion.key]
            rests.append((criterion, standing[:3] if criterion.key == "issues" else about))
        settling.set_criteria(a_round, keep=rests, remove=[], by=self.people.chair, at=at)
