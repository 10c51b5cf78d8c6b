"""The questions of a round as they stood after each change, and in which sentences two editions differ."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from beacons.directory.models import User
from beacons.rounds.asking import plain
from beacons.rounds.models import Question, QuestionEdition, Round

KEY_LENGTH = 60
# What a question says, and how a change of it is called.
FACTS = {
    "section": "section",
    "text": "question",
    "hint": "hint",
    "kind": "kind",
    "word_limit": "word limit",
    "options": "choices",
    "unit": "unit",
    "lowest": "smallest number",
    "highest": "largest number",
    "columns": "columns",
    "most_rows": "rows at most",
    "shown_if": "asked only if",
    "shown_if_answer": "was answered with",
    "criterion": "counts for",
    "required": "must be answered",
    "position": "place",
}


def as_they_stand(round: Round) -> list[dict[str, Any]]:
    """The questions of a round as plain data. One query."""
    questions = Question.objects.filter(round=round).select_related("criterion", "shown_if")
    return [as_data(question) for question in questions.order_by("position", "pk")]


def as_data(question: Question) -> dict[str, Any]:
    data: dict[str, Any] = {"id": question.pk, "key": question.key}
    for name in FACTS:
        value = getattr(question, name)
        if name in ("criterion", "shown_if"):
            value = str(value) if value else ""
        elif name in ("lowest", "highest"):
            value = "" if value is None else plain(value)
        data[name] = value
    return data


def digest(content: Sequence[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def keep(round: Round, *, by: User | None, at: datetime) -> QuestionEdition:
    """Keep the questions as they stand now as the round's next edition, unless the last one says the same."""
    content = as_they_stand(round)
    last = QuestionEdition.objects.filter(round=round).order_by("-edition").first()
    if last and last.digest == digest(content):
        return last
    return QuestionEdition.objects.create(
        round=round,
        edition=last.edition + 1 if last else 1,
        content=content,
        digest=digest(content),
        kept_by=by,
        kept_at=at,
    )


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """What was changed, a sentence each."""
    old, new = {each["id"]: each for each in before}, {each["id"]: each for each in after}
    said = [f"“{each['text']}” was taken away." for each in before if each["id"] not in new]
    for each in after:
        was = old.get(each["id"])
        if was is None:
            said.append(f"“{each['text']}” was added.")
            continue
        changed = [
            f"{words} “{in_words(each.get(name))}”, was “{in_words(was.get(name))}”"
            for name, words in FACTS.items()
            if was.get(name) != each.get(name)
        ]
        if changed:
            said.append(f"“{was['text']}”: {'; '.join(changed)}.")
    return said


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(value).splitlines()) or "nothing"


def changes_of(edition: QuestionEdition) -> list[str]:
    """In what an edition differs from the one before it."""
    before = (
        QuestionEdition.objects.filter(round=edition.round_id, edition__lt=edition.edition)
        .order_by("-edition")
        .first()
    )
    if before is None:
        return ["The first edition."]
    return differences(before.content, edition.content)


def key_of(question: Question) -> str:
    """What a question is called in later rounds: its first words, unless it has a name already."""
    return question.key or slugify(question.text)[:KEY_LENGTH]
