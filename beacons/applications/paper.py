"""An application's questions and answers, section by section: plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from beacons.applications import kinds
from beacons.core import text
from beacons.rounds import asking

NOT_STARTED = "Not started"
IN_PROGRESS = "In progress"
DONE = "Done"
CANNOT_START = "Cannot start yet"
SENT_BACK = "Sent back"


@dataclass(frozen=True)
class Item:
    """A question, with the answer given so far (None when nothing was ever saved)."""

    question: Any
    answer: Any
    # What was typed in a question that is no longer asked is kept, and neither checked nor handed in.
    is_asked: bool = True
    # The question whose answer decides whether this one is asked.
    follows: Any = None
    # What answers a question of the kind “file”.
    files: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def version(self) -> int:
        return self.answer.version if self.answer else 0

    @property
    def earlier(self) -> int:
        """How many versions were saved before the one that stands."""
        return max(0, self.version - 1)

    @cached_property
    def words(self) -> int:
        return text.words(self.text)

    @cached_property
    def shown(self) -> kinds.Shown:
        """The answer as a page shows it."""
        return kinds.shown(self.question, self.text)

    @property
    def counts_words(self) -> bool:
        return self.question.kind in kinds.TEXTS

    @property
    def over(self) -> int:
        """How many words too many."""
        return kinds.over(self.question, self.text)

    @cached_property
    def faults(self) -> list[str]:
        """What is wrong with the answer, in sentences; nothing is wrong with one that is not given or not asked."""
        return kinds.faults(self.question, self.text) if self.is_asked else []

    @property
    def is_answered(self) -> bool:
        return kinds.is_answered(self.question, self.text, len(self.files))

    @property
    def is_missing(self) -> bool:
        return self.is_asked and self.question.required and not self.is_answered

    @property
    def when(self) -> str:
        """'Only if you answered “Yes” to “Did it cost more?”.' Empty for a question that everybody is asked."""
        return asking.when(self.follows, self.question.shown_if_answer) if self.follows else ""


def everything_asked(item: Item) -> Item:
    """The same question as one that is asked, whatever was answered before."""
    return replace(item, is_asked=True)


@dataclass(frozen=True)
class Section:
    """Questions that stand on one page."""

    number: int
    name: str
    items: tuple[Item, ...]

    @property
    def part(self) -> str:
        """What it is called among the parts of the task list."""
        return f"section_{self.number}"

    @cached_property
    def asked(self) -> list[Item]:
        return [item for item in self.items if item.is_asked]

    @cached_property
    def on_the_page(self) -> list[Item]:
        """Those asked, and those that may yet be: their deciding question stands on the same page."""
        here = {item.question.pk for item in self.items}
        return [item for item in self.items if item.is_asked or item.question.shown_if_id in here]

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.asked if item.is_missing]

    @property
    def faults(self) -> list[str]:
        """What is wrong with the answers that are given."""
        return [fault for item in self.asked for fault in item.faults]

    @property
    def answered(self) -> int:
        return sum(item.is_answered for item in self.asked)

    @property
    def is_optional(self) -> bool:
        return not self.required

    @property
    def required(self) -> list[Item]:
        return [item for item in self.asked if item.question.required]

    @property
    def progress(self) -> str:
        """'4 of 5 answered', of the questions that are asked and have to be; 'Optional: 1 of 2 answered' for the others."""
        optional = [item for item in self.asked if not item.question.required]
        told = [
            f"{sum(item.is_answered for item in items)} of {len(items)} answered"
            for items in (self.required, optional)
        ]
        if not self.asked:
            return "Asked only after certain answers elsewhere"
        if not self.required:
            return f"Optional: {told[1]}"
        return f"{told[0]}; optional: {told[1]}" if optional else told[0]

    @property
    def status(self) -> str:
        if not self.answered:
            return NOT_STARTED
        return IN_PROGRESS if self.missing or self.faults else DONE


def sections(questions: Iterable[Any], answers: Iterable[Any], files: Iterable[Any] = ()) -> list[Section]:
    """The questions by section, in the order in which sections first appear, each with its answer and its files."""
    questions, files = list(questions), list(files)
    by_pk = {question.pk: question for question in questions}
    given = {answer.question_id: answer for answer in answers}
    asked = kinds.asked(questions, {pk: answer.text for pk, answer in given.items()})
    grouped: dict[str, list[Item]] = {}
    for question in questions:
        item = Item(
            question,
            given.get(question.pk),
            is_asked=question.pk in asked,
            follows=by_pk.get(question.shown_if_id) if question.shown_if_id else None,
            files=tuple(file for file in files if file.question_id == question.pk),
        )
        grouped.setdefault(question.section, []).append(item)
    return [
        Section(number, name, tuple(items)) for number, (name, items) in enumerate(grouped.items(), start=1)
    ]
