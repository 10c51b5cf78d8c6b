"""A member's own papers in brief, in the order in which they are read: what is done, and which comes next."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from beacons.applications.statuses import Status
from beacons.core.workdays import last_noon, noon
from panel.models import Assessment
from panel.statuses import CaseStatus, SheetStatus


@dataclass(frozen=True)
class Paper:
    """One paper that was given to a member."""

    pk: int
    reference: str
    status: str
    stands: bool
    due_at: datetime
    applicant: str
    outcome: tuple[int, str]
    application: int
    # The panel has done: its decisions are announced, or the round has ended.
    is_over: bool

    @property
    def is_to_mark(self) -> bool:
        return self.stands and self.status == SheetStatus.OPEN


@dataclass(frozen=True)
class Pile:
    """All of them: first what is to be marked, what is due first before the rest."""

    papers: tuple[Paper, ...]

    @cached_property
    def to_mark(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.is_to_mark]

    @cached_property
    def places(self) -> dict[int, int]:
        """Where each of them stands, by its id."""
        return {paper.pk: place for place, paper in enumerate(self.papers)}

    @property
    def current(self) -> "Pile":
        """Those with which the panel has not done."""
        return Pile(tuple(paper for paper in self.papers if not paper.is_over))

    @property
    def earlier(self) -> "Pile":
        """Those with which the panel has done."""
        return Pile(tuple(paper for paper in self.papers if paper.is_over))

    @property
    def to_read(self) -> list[Paper]:
        """Those that may be taken away to be read, until the panel has done."""
        return [
            paper
            for paper in self.papers
            if paper.stands and not paper.is_over and paper.status != SheetStatus.DISCHARGED
        ]

    @property
    def lodged(self) -> int:
        return sum(paper.status == SheetStatus.LODGED for paper in self.papers)

    @property
    def given(self) -> int:
        """Those that are marked, or to be marked: all but what was discharged."""
        return sum(paper.status != SheetStatus.DISCHARGED for paper in self.papers)

    @cached_property
    def outcomes(self) -> list[tuple[int, str]]:
        """(id, title) of the outcomes they are on, each once."""
        return sorted({paper.outcome for paper in self.papers}, key=lambda outcome: outcome[1])

    def next(self, after: str = "") -> Paper | None:
        """The paper to mark that is due first; after one, the next by due date, and then from the beginning again."""
        last = next((paper for paper in self.papers if paper.reference == after), None)
        others = [paper for paper in self.to_mark if paper != last]
        if last is not None:
            key = (last.due_at, last.reference)
            others.sort(key=lambda paper: (paper.due_at, paper.reference) <= key)
        return others[0] if others else None


def pile_of(user: Any, at: datetime) -> Pile:
    """One query, whatever their number."""
    bid, today = "case__application", last_noon(at)
    rows = (
        Assessment.objects.of(user, at)
        .with_closing()
        .values_list(
            "pk",
            f"{bid}__reference",
            "status",
            "case__status",
            f"{bid}__status",
            "extended_to",
            "closes_on",
            f"{bid}__authority__name",
            f"{bid}__councillor__name",
            f"{bid}__councillor__email",
            f"{bid}__outcome",
            f"{bid}__outcome__title",
            bid,
            f"{bid}__round__announcement__at",
            f"{bid}__round__ends_on",
        )
    )
    papers = [
        Paper(
            pk=pk,
            reference=reference,
            status=status,
            stands=case != CaseStatus.WITHDRAWN and state != Status.WITHDRAWN,
            due_at=extended_to or noon(closes_on),
            applicant=f"Councillor {name or email}, {authority}" if email else authority,
            outcome=(outcome, title),
            application=application,
            is_over=(announced is not None and announced <= at) or (ends_on is not None and ends_on <= today),
        )
        for (
            pk,
            reference,
            status,
            case,
            state,
            extended_to,
            closes_on,
            authority,
            name,
            email,
            outcome,
            title,
            application,
            announced,
            ends_on,
        ) in rows
    ]
    return Pile(
        tuple(sorted(papers, key=lambda paper: (not paper.is_to_mark, paper.due_at, paper.reference)))
    )
