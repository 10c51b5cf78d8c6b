"""What each question asks for, in words, and how long answering takes. Plain Python."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from beacons.core import burden

SHORT, LONG, NUMBER, MONEY, DATE = "short", "long", "number", "money", "date"
CHOICE, CHOICES, TABLE, FILE, STATEMENT = "choice", "choices", "table", "file", "statement"
TEXTS = frozenset({SHORT, LONG})
# Those on whose answer another question can depend.
DECIDING = frozenset({CHOICE, CHOICES, STATEMENT})

# Who knows the work writes so many words in an hour, and needs so many minutes for any other answer.
WORDS_AN_HOUR = 500
MINUTES_EACH = 5

MOST_ROWS = 40


@dataclass(frozen=True)
class Asked:
    """A question with its number, and on what it depends that it is asked."""

    number: int
    question: Any
    when: str

    @property
    def limit(self) -> str:
        return limit(self.question)

    @property
    def is_long(self) -> bool:
        return self.question.kind == LONG

    @property
    def options(self) -> list[str]:
        """Boxes to tick on paper."""
        if self.question.kind == STATEMENT:
            return ["I confirm this"]
        return self.question.choices if self.question.kind in (CHOICE, CHOICES) else []

    @property
    def blank_rows(self) -> range:
        """Rows of a table on paper."""
        return range(self.question.most_rows if self.question.kind == TABLE else 0)


def by_section(questions: Iterable[Any]) -> list[tuple[str, list[Asked]]]:
    """The questions with their numbers, by section, in the order in which sections first appear."""
    questions = list(questions)
    by_pk = {question.pk: question for question in questions}
    grouped: dict[str, list[Asked]] = {}
    for number, question in enumerate(questions, start=1):
        first = by_pk.get(question.shown_if_id)
        said = when(first, question.shown_if_answer) if first else ""
        grouped.setdefault(question.section, []).append(Asked(number, question, said))
    return list(grouped.items())


def most_words(questions: Iterable[Any]) -> int:
    return sum(question.word_limit for question in questions if question.kind in TEXTS)


def minutes(questions: Iterable[Any]) -> int:
    """How many minutes answering takes one person who knows the work."""
    questions = list(questions)
    others = sum(question.kind not in TEXTS for question in questions)
    return most_words(questions) * 60 // WORDS_AN_HOUR + others * MINUTES_EACH


def how_long(questions: Iterable[Any]) -> str:
    """'about 4 hours': for one person who knows the work."""
    return burden.about(max(burden.SHORTEST, minutes(questions)))


def faults_in(questions: Iterable[Any]) -> list[str]:
    """What is wrong with the questions of a round as a whole, in sentences."""
    ordered = sorted(questions, key=lambda each: (each.position, each.pk or math.inf))
    if not ordered:
        return ["Keep one question at least."]
    reasons: list[str] = []
    before: dict[int, Any] = {}
    seen: set[str] = set()
    for question in ordered:
        said = " ".join(question.text.casefold().split())
        if said in seen:
            reasons.append(f"“{question}” is asked twice; ask it once, or in other words.")
        seen.add(said)
        reasons += faults_of_kind(question)
        if question.shown_if_id:
            reasons += faults_in_follow_up(question, before.get(question.shown_if_id))
        if question.pk:
            before[question.pk] = question
    return reasons


def faults_in_files(questions: Iterable[Any], most: int) -> list[str]:
    """Questions that want a file each, where an application may have fewer files than that."""
    asking = [question for question in questions if question.kind == FILE]
    if asking and not most:
        return [f"“{asking[0]}” asks for a file, and an application may have none in this round."]
    if sum(question.required for question in asking) > most:
        return [
            f"More questions need a file than an application may have files in this round, which is {most}."
        ]
    return []


def faults_of_kind(question: Any) -> list[str]:
    if question.kind in (CHOICE, CHOICES):
        options = question.choices
        if len(options) < 2:
            return [f"“{question}” needs two choices at least, one on each line."]
        if len(set(options)) < len(options):
            return [f"“{question}” offers the same choice twice."]
    if question.kind == TABLE:
        headings = question.headings
        if len(headings) < 2:
            return [f"“{question}” needs two columns at least, one on each line; the first names the rows."]
        if len(set(headings)) < len(headings):
            return [f"“{question}” has two columns of the same name."]
        if not 1 <= question.most_rows <= MOST_ROWS:
            return [f"“{question}” may have 1 to {MOST_ROWS} rows."]
    low, high = question.lowest, question.highest
    if question.kind in (NUMBER, MONEY) and low is not None and high is not None and low > high:
        return [f"“{question}”: the smallest number must not be larger than the largest."]
    return []


def faults_in_follow_up(question: Any, first: Any) -> list[str]:
    """A question can only depend on one that comes before it: so none can depend on itself, however far round."""
    if first is None:
        return [
            f"“{question}” is asked only after another question, which must come before it in this round."
        ]
    if first.kind not in DECIDING:
        return [
            f"“{question}” cannot depend on “{first}”: only a choice, several choices or a statement can decide."
        ]
    wanted = question.shown_if_answer
    if first.kind != STATEMENT and wanted not in first.choices:
        return [f"“{question}”: “{wanted}” is not one of the choices of “{first}”."]
    return []


def when(first: Any, wanted: str) -> str:
    """On what it depends that a question is asked."""
    if first.kind == STATEMENT:
        return f"Only if you ticked “{first}”."
    return f"Only if you answered “{wanted}” to “{first}”."


def limit(question: Any) -> str:
    """What an answer may be, as one sentence: 'Up to 300 words.'"""
    kind = question.kind
    if kind in TEXTS:
        return f"Up to {question.word_limit:,} {'word' if question.word_limit == 1 else 'words'}."
    if kind in (NUMBER, MONEY):
        return _range(question)
    if kind == TABLE:
        return f"A table of up to {question.most_rows} rows: {', '.join(question.headings)}."
    return LIMITS.get(kind, "")


LIMITS = {
    DATE: "A date, like 27 3 2027.",
    CHOICE: "Choose one.",
    CHOICES: "Choose all that apply.",
    FILE: "A file: PDF, Word (.docx), Excel (.xlsx), PNG or JPEG.",
    STATEMENT: "Tick to confirm.",
}


def _range(question: Any) -> str:
    what = "Whole pounds" if question.kind == MONEY else "A number"
    low, high = (
        None if bound is None else figure(question, tidy(bound))
        for bound in (question.lowest, question.highest)
    )
    if low is not None and high is not None:
        return f"{what} from {low} to {high}."
    if low is not None:
        return f"{what}, {low} or more."
    if high is not None:
        return f"{what}, {high} or less."
    return f"{what}{'' if question.kind == MONEY or not question.unit else f' of {question.unit}'}."


def tidy(number: Any) -> Decimal:
    """2.5000 of the database as 2.5."""
    return Decimal(plain(Decimal(number)))


def plain(number: Decimal) -> str:
    """12.50 as 12.5, 1200 as 1200, and no number as 1E+3."""
    words = f"{number:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def figure(question: Any, number: Decimal) -> str:
    """£1,200, 12.5%, 40 homes."""
    if question.kind == MONEY:
        return f"{'-' if number < 0 else ''}£{abs(number):,f}"
    unit = question.unit
    return f"{number:,f}{'' if unit in ('', '%') else ' '}{unit}"
