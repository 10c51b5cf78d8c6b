"""What a bid that won nothing can still give: its practice, offered to the library with the words it was described in.

The panel's verdict is asked of `panel.results`, which says nothing before the announcement, and to nobody but the
council itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from beacons.applications import kinds
from beacons.applications import permissions as applying
from beacons.applications.models import Application
from beacons.applications.ways_on import WayOn, way_on
from beacons.rounds.models import Criterion, Question
from grants import awards
from grants.dissemination.models import Practice
from grants.models import Grant
from panel import results
from panel.statuses import Verdict

Key = Criterion.Key
# The parts of an entry that answers fill.
WRITTEN = ("problem", "done", "result", "conditions", "lessons")
# Where an answer goes in an entry, by the criterion that its question counts for. How it would be shared with a grant
# is left out; what counts for nothing of these tells what was done.
PARTS: dict[str, str] = {
    Key.ISSUES: "problem",
    Key.OUTCOMES: "result",
    Key.VALUE: "result",
    Key.TRANSFER: "conditions",
    Key.SHARING: "",
}
SEALED = "The results of this round have not been announced yet. Until then no application of it can be offered to the library."
NOT_JUDGED = "Only an application that a panel has judged is offered to the library."


def reasons_not_to_offer(application: Application, user: Any, *, at: datetime) -> list[str]:
    """Before the announcement the same for every application of the round, whatever the panel thinks of it."""
    if not results.announcement_has_come(application.round, at):
        return [SEALED]
    verdict = results.own_verdict(application, user, at)
    if verdict is None:
        return [NOT_JUDGED]
    if verdict == Verdict.AWARD:
        return ["It won an award: its entry in the library is written under its grant."]
    if Grant.objects.filter(application=application).exists():
        return [
            "It was offered a grant from the reserve: its entry in the library is written under its grant."
        ]
    if (
        verdict == Verdict.RESERVE
        and awards.days_left(application.round, at) >= application.round.reserve_days
    ):
        return [
            "It is in reserve, and a grant may still be offered to it. Its practice can be offered here once fewer than"
            f" {application.round.reserve_days} days of spreading are left."
        ]
    return []


@way_on
def way_to_offer(application: Application, user: Any, at: datetime) -> WayOn | None:
    """For whoever wrote the application, and not before anybody may know that it won nothing."""
    if not applying.may_edit(user, application) or reasons_not_to_offer(application, user, at=at):
        return None
    if there := entry_of(application):
        return WayOn("Your entry for the practice library", there.get_absolute_url())
    return WayOn(
        "Offer your practice to the library", reverse("practice_offer", args=[application.reference])
    )


def entry_of(application: Application) -> Practice | None:
    """What was offered from it already."""
    return Practice.objects.filter(application=application).first()


def drafted_from(application: Application, *, contact: str = "") -> dict[str, Any]:
    """An entry in the words of the application; nothing is typed twice. The council changes it as it likes."""
    texts: dict[str, list[str]] = defaultdict(list)
    cost: int | None = None
    for question, words in _answers(application):
        key = question.criterion.key if question.criterion else ""
        if key == Key.VALUE and question.kind == Question.Kind.MONEY:
            number = kinds.read_number(words)
            cost = int(number) if number is not None and number >= 0 else cost
            continue
        part = PARTS.get(key, "done")
        if part == "conditions" and texts["conditions"]:
            # What is said of transfer after the conditions is what went wrong.
            part = "lessons"
        texts[part].append(kinds.in_one_text(question, words))
    texts["result"] += [_figure(item) for item in application.evidence if item.facts]
    texts["problem"] = texts["problem"] or [application.summary]
    parts = {part: "\n\n".join(texts[part]) for part in WRITTEN}
    return {"title": application.title, **parts, "cost": cost, "contact": contact}


def _answers(application: Application) -> Iterator[tuple[Any, str]]:
    """What was handed in, question by question; boxes that were ticked and files say nothing here."""
    silent = (Question.Kind.STATEMENT, Question.Kind.FILE)
    for section in application.sections:
        for item in section.asked:
            if item.is_answered and item.question.kind not in silent:
                yield item.question, item.text


def _figure(item: Any) -> str:
    """Out of work: 5.1% in 2024. Better than in 2023 (6%). Source: Department for Work."""
    facts = item.facts
    travel = f" {facts.line.travel}." if facts.line.travel else ""
    comment = f" {item.comment}" if item.comment else ""
    return f"{facts.title}: {facts.said} in {facts.newest.period}.{travel}{comment} Source: {facts.source}."
