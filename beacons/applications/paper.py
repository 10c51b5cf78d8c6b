"""An application's questions and answers, section by section: plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from beacons.core import text

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

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def version(self) -> int:
        return self.answer.version if self.answer else 0

    @cached_property
    def words(self) -> int:
        return text.words(self.text)

    @property
    def over(self) -> int:
        """How many words too many."""
        return max(0, self.words - self.question.word_limit)

    @property
    def is_answered(self) -> bool:
        return not text.is_blank(self.text)

    @property
    def is_missing(self) -> bool:
        return self.question.required and not self.is_answered


@dataclass(frozen=True)
class Section:
    """Questions that stand on one page."""

    number: int
    name: str
    items: tuple[Item, ...]

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if item.is_missing]

    @property
    def over(self) -> list[Item]:
        return [item for item in self.items if item.over]

    @property
    def answered(self) -> int:
        return sum(item.is_answered for item in self.items)

    @property
    def is_optional(self) -> bool:
        return not any(item.question.required for item in self.items)

    @property
    def status(self) -> str:
        if not self.answered:
            return NOT_STARTED
        return IN_PROGRESS if self.missing or self.over else DONE


def sections(questions: Iterable[Any], answers: Iterable[Any]) -> list[Section]:
    """The questions by section, in the order in which sections first appear, each with its answer."""
    given = {answer.question_id: answer for answer in answers}
    grouped: dict[str, list[Item]] = {}
    for question in questions:
        grouped.setdefault(question.section, []).append(Item(question, given.get(question.pk)))
    return [
        Section(number, name, tuple(items)) for number, (name, items) in enumerate(grouped.items(), start=1)
    ]
