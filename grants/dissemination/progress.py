"""How far a grant has come with what its holder undertook: held of it, still planned of it, and what is late."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count

from beacons.core.workdays import day_in_london
from beacons.rounds.activities import counted
from grants.dissemination.models import Activity
from grants.dissemination.statuses import ActivityStatus
from grants.models import Grant, Undertaking


@dataclass
class Line:
    """One undertaking, with how many activities of its kind were held and how many more are planned."""

    undertaking: Undertaking
    held: int = 0
    planned: int = 0

    @property
    def is_done(self) -> bool:
        return self.held >= self.undertaking.count

    @property
    def is_arranged(self) -> bool:
        """Is nothing of it left to be planned?"""
        return self.held + self.planned >= self.undertaking.count

    def is_late(self, today: date) -> bool:
        return not self.is_done and today > self.undertaking.until


@dataclass
class Progress:
    """All the undertakings of a grant, and what it holds beside them."""

    lines: list[Line] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)


def progress(grant: Grant) -> Progress:
    """One query beside those for the grant's undertakings. Of two undertakings of a kind the earlier is met first."""
    tally: dict[str, Counter[str]] = {}
    rows = Activity.objects.filter(grant=grant).exclude(status=ActivityStatus.CANCELLED)
    for kind, status, number in rows.order_by().values_list("kind", "status").annotate(number=Count("pk")):
        tally.setdefault(kind, Counter())[status] = number
    lines = [Line(undertaking) for undertaking in grant.undertakings.all()]
    for line in sorted(lines, key=lambda line: line.undertaking.until):
        left = tally.get(line.undertaking.kind, Counter())
        line.held = min(line.undertaking.count, left[ActivityStatus.HELD])
        left[ActivityStatus.HELD] -= line.held
        line.planned = min(line.undertaking.count - line.held, left[ActivityStatus.PLANNED])
        left[ActivityStatus.PLANNED] -= line.planned
    beside = [
        counted(kind, left[ActivityStatus.HELD] + left[ActivityStatus.PLANNED])
        for kind, left in sorted(tally.items())
        if left[ActivityStatus.HELD] + left[ActivityStatus.PLANNED]
    ]
    return Progress(lines, beside)


def to_plan(grant: Grant, kind: str) -> Line | None:
    """The undertaking that an activity of this kind would serve: the earliest of which some are left to be planned."""
    lines = [line for line in progress(grant).lines if line.undertaking.kind == kind]
    return min(
        (line for line in lines if not line.is_arranged),
        key=lambda line: line.undertaking.until,
        default=None,
    )


def as_table(grant: Grant, at: datetime) -> dict[str, object]:
    """What the table of undertakings shows on a page."""
    come, today = progress(grant), day_in_london(at)
    return {
        "lines": [(line, line.is_late(today)) for line in come.lines],
        "beside": come.beside,
        "done": come.done,
        "peers": list(grant.offered_peers.all()),
        "grant": grant,
    }
