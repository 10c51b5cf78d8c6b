"""What happened to an application, by whom and why, as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When

from beacons.applications.models import Application, Partner
from beacons.core.steps import Step
from beacons.directory.models import User

WORDS = {
    "begin": "Begun",
    "carry_over": "Carried over from the first phase",
    "certify": "Certified",
    "send_back": "Sent back",
    "submit": "Submitted",
    "withdraw": "Withdrawn",
    "reopen": "Reopened",
    "lapse": "Lapsed at the closing",
    "find_eligible": "Found eligible",
    "find_ineligible": "Found not eligible",
    "close": "Closed",
    "ask_partner": "Asked to confirm its part",
    "confirm_part": "Confirmed its part",
    "decline_part": "Declined its part",
    "inherit": "Passed to its successor",
}

# A person as `str(user)` calls them.
NAME = Subquery(
    User.objects.filter(pk=OuterRef("by_id"))
    .order_by()
    .values(called=Case(When(name="", then=F("email")), default=F("name")))
)


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    step: str
    at: datetime
    by: str
    why: str
    # What a certifier pointed at when sending it back: names by part of the task list.
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return WORDS.get(self.step, self.step.replace("_", " ").capitalize())

    @property
    def named(self) -> str:
        """The parts in words: 'Details, Your practice and Partners'."""
        *first, last = self.parts.values()
        return f"{', '.join(first)} and {last}" if first else last

    # Somebody without an account who answered by a link, as they wrote themselves.
    signed: str = ""

    @property
    def who(self) -> str:
        return self.signed or self.by or "The clock"


def of(application: Application, *, since: datetime | None = None) -> list[Entry]:
    """Its changes of status, oldest first. Staff are shown those since it was handed in: a draft is its council's."""
    steps = Step.objects.of(application).exclude(to_status="").with_words()
    if since is not None:
        steps = steps.filter(at__gte=since)
    return [entry(step) for step in steps.annotate(by_name=NAME)]


def entry(step: Any) -> Entry:
    """A line of a step that comes with `by_name`: one query for both."""
    said, who = getattr(step, "words", None), step.by_name or ""
    if said is None:
        return Entry(step.step, step.at, who, "")
    return Entry(step.step, step.at, who, said.why, said.data.get("parts", {}))


def of_partner(partner: Partner) -> list[Entry]:
    """When it was asked, and every answer it gave; a confirmation stays here when its part has changed since."""
    steps = Step.objects.of(partner).with_words().annotate(by_name=NAME)
    return [replace(entry(step), signed=signed(step)) for step in steps]


def signed(step: Step) -> str:
    """'Ann Lee, Head of Housing': as whoever answered wrote it."""
    said = step.words.data if hasattr(step, "words") else {}
    return ", ".join(said[part] for part in ("name", "job") if said.get(part))


def changes_since_sent_back(application: Application) -> tuple[QuerySet, QuerySet]:
    """Of an application that was sent back: what was done to it since, and its details as they were saved since."""
    steps = Step.objects.of(application)
    sent_back_at = Subquery(steps.exclude(to_status="").order_by("-pk").values("at")[:1])
    return (
        steps.filter(at__gt=sent_back_at),
        application.details_versions.filter(saved_at__gt=sent_back_at),
    )


def last_sent_back(application: Application) -> Entry | None:
    """The same for a page that shows no history; `application` comes from `with_last_step()`."""
    return sent_back(of(application)) if application.was_sent_back else None


def sent_back(entries: list[Entry]) -> Entry | None:
    """The last entry, if a certifier sent the application back and nothing has happened since."""
    return entries[-1] if entries and entries[-1].step == "send_back" else None
