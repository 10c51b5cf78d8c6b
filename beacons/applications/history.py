"""What happened to an application, by whom and why, as a page shows it."""

from dataclasses import dataclass
from datetime import datetime

from beacons.applications.models import Application
from beacons.core.steps import Step
from beacons.directory.models import User

WORDS = {
    "begin": "Begun",
    "certify": "Certified",
    "send_back": "Sent back",
    "submit": "Handed in",
    "withdraw": "Withdrawn",
    "reopen": "Reopened",
    "lapse": "Lapsed at the closing",
    "find_eligible": "Found eligible",
    "find_ineligible": "Found not eligible",
    "close": "Closed",
}


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    step: str
    at: datetime
    by: User | None
    why: str

    @property
    def what(self) -> str:
        return WORDS.get(self.step, self.step.replace("_", " ").capitalize())

    @property
    def who(self) -> str:
        return str(self.by) if self.by else "The clock"


def of(application: Application, *, since: datetime | None = None) -> list[Entry]:
    """Its changes of status, oldest first. Staff are shown those since it was handed in: a draft is its council's."""
    steps = Step.objects.of(application).exclude(to_status="").with_words()
    if since is not None:
        steps = steps.filter(at__gte=since)
    taken = list(steps)
    people = User.objects.in_bulk({step.by_id for step in taken if step.by_id})
    return [
        Entry(step.step, step.at, people.get(step.by_id), step.words.why if hasattr(step, "words") else "")
        for step in taken
    ]


def sent_back(entries: list[Entry]) -> Entry | None:
    """The last entry, if a certifier sent the application back and nothing has happened since."""
    return entries[-1] if entries and entries[-1].step == "send_back" else None
