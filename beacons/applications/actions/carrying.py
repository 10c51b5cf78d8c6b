"""Carried over from the first phase of a programme into the second, so that nothing is typed twice.

Each part of an application copies its own, and says how much it was; `PARTS` names them as the page does. What was
carried over is the second application's own: it is changed there, and the first stays as it was handed in.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models

from beacons.applications import kinds
from beacons.applications.actions.writing import keep_details
from beacons.applications.budget import HEADS
from beacons.applications.models import (
    Answer,
    AnswerVersion,
    Application,
    EvidenceFigure,
    NamedPeer,
    Partner,
    PlannedActivity,
)
from beacons.core import steps
from beacons.directory.models import User
from beacons.rounds.asking import TEXTS

Part = Callable[[Application, Application, User, datetime], int]
# What of a row was typed for good. What somebody confirmed, or was frozen, belongs to the first application.
KEPT: dict[type[models.Model], tuple[str, ...]] = {
    Partner: ("authority", "name", "role", *HEADS, "pooled", "contact_name", "contact_job", "contact_email"),
    EvidenceFigure: (
        "indicator",
        "authority",
        "comparison",
        "picked",
        "title",
        "unit",
        "polarity",
        "source",
        "own_values",
        "comment",
        "position",
    ),
    PlannedActivity: ("kind", "count", "note", "position"),
    NamedPeer: ("name", "job_title", "days", "position"),
}


def carry_over(old: Application, new: Application, *, by: User, at: datetime) -> None:
    """Copy every part of an application of the first phase, within the verb that begins the second."""
    carried = {name: copy(old, new, by, at) for name, copy in PARTS.items()}
    # The database keeps what partners have of the grant.
    new.refresh_from_db()
    steps.note(new, "carry_over", by=by, at=at, carried_from=old.reference, carried=carried)


def details(old: Application, new: Application, by: User, at: datetime) -> int:
    """The summary and who leads; the title was typed, or kept, when the application was begun."""
    new.summary, new.lead_officer = old.summary, old.lead_officer or new.lead_officer
    keep_details(new, by=by, at=at)
    return sum(bool(words) for words in (new.summary, new.lead_officer))


def answers(old: Application, new: Application, by: User, at: datetime) -> int:
    """Each answer whose question is asked again under the same key and in the same kind."""
    said = {answer.question_id: answer for answer in old.answers.select_related("question")}
    asked = kinds.asked(list(old.round.questions.all()), {pk: answer.text for pk, answer in said.items()})
    by_key = {answer.question.key: answer for pk, answer in said.items() if pk in asked and answer.text}
    by_key.pop("", None)
    carried = 0
    for question in new.round.questions.all():
        first = by_key.get(question.key)
        if first is None or not is_same_kind(first.question.kind, question.kind):
            continue
        facts = {"version": 1, "text": kinds.canonical(question, first.text), "saved_by": by, "saved_at": at}
        answer = Answer.objects.create(application=new, question=question, carried_from=first, **facts)
        AnswerVersion.objects.create(answer=answer, **facts)
        carried += 1
    return carried


def is_same_kind(one: str, other: str) -> bool:
    """A long text answers what asks for a short one, if it is not too long; a number answers no date."""
    return one == other or {one, other} <= TEXTS


def budget(old: Application, new: Application, by: User, at: datetime) -> int:
    """The sums as they were: another grant has other limits, and the page of the budget says what does not fit."""
    money = {name: getattr(old, name) for name in (*HEADS, "pooled", "is_whole_area")}
    Application.objects.filter(pk=new.pk).update(**money)
    for name, value in money.items():
        setattr(new, name, value)
    return sum(bool(money[head]) for head in HEADS)


def partners(old: Application, new: Application, by: User, at: datetime) -> int:
    """Who takes part, with its part of the money and whom to ask. Each confirms its part in the second bid anew."""
    return copied(old.partners.select_related("authority").order_by("pk"), new)


def figures(old: Application, new: Application, by: User, at: datetime) -> int:
    """The figures it rests on; official ones are frozen again when this application is handed in."""
    return copied(old.figures.select_related("indicator"), new, added_by=by, added_at=at)


def activities(old: Application, new: Application, by: User, at: datetime) -> int:
    """What was planned for others, without its dates, which lie in the first phase.

    The second phase may expect more kinds: they follow, as in a plan that begins with what its round expects.
    """
    carried = copied(old.planned_activities.all(), new)
    if carried:
        planned = {activity.kind for activity in old.planned_activities.all()}
        last = max(activity.position for activity in old.planned_activities.all())
        PlannedActivity.objects.bulk_create(
            PlannedActivity(application=new, kind=expected.kind, count=expected.count, position=last + number)
            for number, expected in enumerate(
                new.round.expected_activities.exclude(kind__in=planned), start=1
            )
        )
    return carried


def peers(old: Application, new: Application, by: User, at: datetime) -> int:
    return copied(old.named_peers.all(), new)


def copied(rows: models.QuerySet[Any], new: Application, **facts: Any) -> int:
    """What is kept of each row, as rows of the new application."""
    kept = KEPT[rows.model]
    copies = [
        rows.model(application=new, **{name: getattr(row, name) for name in kept}, **facts) for row in rows
    ]
    rows.model.objects.bulk_create(copies)
    return len(copies)


# The budget before the partners, whose parts lie within it.
PARTS: dict[str, Part] = {
    "details": details,
    "answers": answers,
    "budget": budget,
    "partners": partners,
    "figures": figures,
    "activities": activities,
    "peers": peers,
}
