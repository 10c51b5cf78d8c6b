"""The kinds of questions: how what was typed is kept, shown and checked. Plain Python.

Every kind keeps its answer as text, so that versions, conflicts and the fingerprint work alike for all. What cannot be
read (a number, a date) is kept as it was typed and is a fault until it is put right: nothing typed is lost.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from beacons.core import text as texts
from beacons.rounds.asking import (
    CHOICE,
    CHOICES,
    DATE,
    FILE,
    LONG,
    MONEY,
    NUMBER,
    SHORT,
    STATEMENT,
    TABLE,
    TEXTS,
    figure,
    plain,
    tidy,
)

YES = "yes"
TICKED = frozenset({"yes", "on", "true", "1"})

# 1200, 1,200, 12.5 and -3; never 1e9, 12,5 or NaN. Fifteen digits are more than anybody counts.
NUMBER_WRITTEN = re.compile(r"([+-]?)([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,8}))?")
DATE_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("−"): "-"}
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: lines of words, a list, or a table."""

    words: str = ""
    points: Sequence[str] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    @property
    def is_list(self) -> bool:
        return bool(self.points)

    @property
    def is_table(self) -> bool:
        return bool(self.headings)


# Kept


def canonical(question: Any, typed: Any) -> str:
    """The text under which an answer is kept."""
    if question.kind == TABLE:
        return _kept_table(question, typed)
    if question.kind == CHOICES:
        return _kept_choices(question, typed)
    words = texts.clean(YES if typed is True else "" if typed in (None, False) else str(typed))
    if texts.is_blank(words) and question.kind not in TEXTS:
        return ""
    keep = KEPT.get(question.kind)
    return keep(question, words) if keep else words


def _kept_line(question: Any, words: str) -> str:
    return " ".join(words.split())


def _kept_number(question: Any, words: str) -> str:
    number = read_number(words, question.unit)
    return words if number is None else plain(number)


def _kept_pounds(question: Any, words: str) -> str:
    number = read_number(words.replace("£", ""))
    return words if number is None or number != int(number) else str(int(number))


def _kept_date(question: Any, words: str) -> str:
    day = read_date(words)
    return day.isoformat() if day else words


def _kept_statement(question: Any, words: str) -> str:
    return YES if words.casefold() in TICKED else words


def _kept_file(question: Any, words: str) -> str:
    return ""


KEPT = {
    SHORT: _kept_line,
    NUMBER: _kept_number,
    MONEY: _kept_pounds,
    DATE: _kept_date,
    STATEMENT: _kept_statement,
    FILE: _kept_file,
}


def _kept_choices(question: Any, typed: Any) -> str:
    """In the order of the question; what it does not offer comes last, and is a fault."""
    lines = typed.splitlines() if isinstance(typed, str) else [str(line) for line in typed or ()]
    chosen = {texts.clean(line): None for line in lines if not texts.is_blank(line)}
    offered = [option for option in question.choices if option in chosen]
    return "\n".join([*offered, *(line for line in chosen if line not in offered)])


def _kept_table(question: Any, typed: Any) -> str:
    if isinstance(typed, str):
        if texts.is_blank(typed):
            return ""
        rows = read_rows(typed)
        if rows is None:
            return texts.clean(typed)
    else:
        rows = typed or []
    wide = len(question.headings)
    kept = []
    for row in rows:
        cells = [" ".join(texts.clean(str(cell)).split()) for cell in row]
        cells += [""] * (wide - len(cells))
        cells = [cell if place == 0 else _figure(cell) for place, cell in enumerate(cells)]
        if not all(texts.is_blank(cell) for cell in cells):
            kept.append(cells)
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def _figure(cell: str) -> str:
    number = read_number(cell.replace("£", ""))
    return cell if number is None else plain(number)


# Read


def read_number(words: str, unit: str = "") -> Decimal | None:
    """What a number says, however it is grouped; None for what is none. Its unit may stand behind it."""
    words = words.translate(WIDE).strip()
    if unit:
        words = words.removesuffix(unit).rstrip()
    found = NUMBER_WRITTEN.fullmatch(words)
    if not found:
        return None
    sign, whole, part = found.groups()
    number = Decimal(whole.replace(",", "") + (f".{part}" if part else ""))
    return -number if sign == "-" and number else number


def read_date(words: str) -> date | None:
    found = DATE_WRITTEN.fullmatch(words.translate(WIDE))
    if not found:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if day.year >= 1000 else None


def read_rows(words: str) -> list[list[str]] | None:
    """The rows of a table; None if the text is no table."""
    try:
        rows = json.loads(words) if words else []
    except (ValueError, RecursionError):
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if not all(isinstance(cell, str) for row in rows for cell in row):
        return None
    return rows


def chosen(words: str) -> list[str]:
    return [line for line in words.splitlines() if line]


# Shown


def shown(question: Any, words: str) -> Shown:
    """As people read it. What cannot be read is shown as it was typed."""
    kind = question.kind
    if kind in (NUMBER, MONEY):
        number = read_number(words)
        return Shown(words if number is None else figure(question, number))
    if kind == DATE:
        day = read_date(words)
        return Shown(f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else date_as_typed(words))
    if kind == CHOICES:
        return Shown(points=chosen(words))
    if kind == STATEMENT:
        return Shown("Confirmed" if words == YES else words)
    if kind == TABLE:
        rows = read_rows(words)
        if rows is None:
            return Shown(words)
        return Shown(
            headings=_wide_enough(question.headings, rows),
            rows=[[row[0] if row else "", *(grouped(cell) for cell in row[1:])] for row in rows],
        )
    return Shown(words)


def grouped(cell: str) -> str:
    number = read_number(cell)
    return cell if number is None else f"{number:,f}"


def date_as_typed(words: str) -> str:
    """What the three boxes of a date held, in their order."""
    parts = words.split("-", 2)
    return " ".join(part for part in reversed(parts) if part) if len(parts) == 3 else words


def _wide_enough(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    most = max((len(row) for row in rows), default=0)
    return [*headings, *[""] * (most - len(headings))]


def in_one_text(question: Any, words: str) -> str:
    """The same in lines, where a page has no room for a table: beside another version, in a letter."""
    answer = shown(question, words)
    if answer.is_table:
        return "\n".join(" | ".join(row) for row in (answer.headings, *answer.rows))
    return "\n".join(answer.points) if answer.is_list else answer.words


# Checked


def is_answered(question: Any, words: str, files: int = 0) -> bool:
    if question.kind == FILE:
        return files > 0
    if question.kind == STATEMENT:
        return words == YES
    return not texts.is_blank(words)


def over(question: Any, words: str) -> int:
    """How many words too many."""
    return max(0, texts.words(words) - question.word_limit) if question.kind in TEXTS else 0


def faults(question: Any, words: str) -> list[str]:
    """What is wrong with an answer that was given, as sentences that name its question."""
    if texts.is_blank(words):
        return []
    return FAULTS[question.kind](question, words)


def _too_long(question: Any, words: str) -> list[str]:
    many = over(question, words)
    if not many:
        return []
    noun = "word" if many == 1 else "words"
    return [f"Your answer to “{question}” is {many:,} {noun} too long; the limit is {question.word_limit}."]


def _no_number(question: Any, words: str) -> list[str]:
    number = read_number(words)
    if number is None:
        return [f"“{question}”: “{short(words)}” is not a number. Write it in figures, like 12.5 or 1,200."]
    return _outside(question, number)


def _no_pounds(question: Any, words: str) -> list[str]:
    number = read_number(words)
    if number is None or number != int(number):
        return [f"“{question}”: “{short(words)}” is not a sum in whole pounds. Write it like 1,200."]
    if number < 0 and question.lowest is None:
        return [f"“{question}”: a sum must be £0 or more."]
    return _outside(question, number)


def _outside(question: Any, number: Decimal) -> list[str]:
    if question.lowest is not None and number < question.lowest:
        return [f"“{question}”: it must be {figure(question, tidy(question.lowest))} or more."]
    if question.highest is not None and number > question.highest:
        return [f"“{question}”: it must be {figure(question, tidy(question.highest))} or less."]
    return []


def _no_date(question: Any, words: str) -> list[str]:
    if read_date(words):
        return []
    return [f"“{question}”: “{short(date_as_typed(words))}” is not a real date. Write it like 27 3 2027."]


def _not_offered(question: Any, words: str) -> list[str]:
    lines = [words] if question.kind == CHOICE else chosen(words)
    offered = question.choices
    return [
        f"“{question}”: “{short(line)}” is not one of the choices." for line in lines if line not in offered
    ]


def _not_confirmed(question: Any, words: str) -> list[str]:
    return [] if words == YES else [f"“{question}”: tick the box to confirm it."]


def _in_the_table(question: Any, words: str) -> list[str]:
    rows = read_rows(words)
    if rows is None:
        return [f"“{question}”: this is not a table. Fill in its boxes again."]
    headings, found = question.headings, []
    if len(rows) > question.most_rows:
        found.append(f"“{question}”: there are {len(rows)} rows; {question.most_rows} are the most.")
    for number, row in enumerate(rows, start=1):
        if not row or texts.is_blank(row[0]):
            name = headings[0] if headings else "the first column"
            found.append(f"“{question}”: row {number} has figures and nothing under “{name}”.")
        if len(row) > len(headings):
            found.append(f"“{question}”: row {number} has more columns than the table.")
        for heading, cell in zip(headings[1:], row[1:], strict=False):
            if texts.is_blank(cell):
                found.append(f"“{question}”: row {number} has no figure under “{heading}”.")
            elif read_number(cell) is None:
                found.append(f"“{question}”: row {number}, “{heading}”: “{short(cell)}” is not a number.")
    return found


def _nothing(question: Any, words: str) -> list[str]:
    return []


FAULTS = {
    SHORT: _too_long,
    LONG: _too_long,
    NUMBER: _no_number,
    MONEY: _no_pounds,
    DATE: _no_date,
    CHOICE: _not_offered,
    CHOICES: _not_offered,
    TABLE: _in_the_table,
    STATEMENT: _not_confirmed,
    FILE: _nothing,
}


def short(words: str, most: int = 40) -> str:
    """A long paste in a sentence about it."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


# Asked


def asked(questions: Sequence[Any], given: Mapping[int, str]) -> set[int]:
    """The ids of the questions that are asked, given the answers by id: all but those that follow another answer."""
    by_pk = {question.pk: question for question in questions}
    found: dict[int, bool] = {}

    def ask(question: Any, above: frozenset[int]) -> bool:
        if question.pk not in found:
            first = by_pk.get(question.shown_if_id) if question.shown_if_id else None
            if first is None or first.pk in above:
                # The question it followed is gone, or follows it in turn: better asked than never.
                return True
            found[question.pk] = ask(first, above | {question.pk}) and leads_on(
                first, given.get(first.pk, ""), question.shown_if_answer
            )
        return found[question.pk]

    return {question.pk for question in questions if ask(question, frozenset({question.pk}))}


def leads_on(question: Any, words: str, wanted: str) -> bool:
    """Was the question answered so that the one after it is asked?"""
    if question.kind == STATEMENT:
        return words == YES
    return wanted in (chosen(words) if question.kind == CHOICES else [words])
