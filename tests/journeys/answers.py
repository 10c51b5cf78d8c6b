"""How every kind of question is answered."""

from datetime import date
from typing import Any

from beacons.rounds.models import Question
from tests import factories as make

SAID = make.ANSWER


def answer_all(officer: Any, bid: Any) -> None:
    """Every section of an application, each on its own page, with something of its kind for each question."""
    officer.goes_to(bid.get_absolute_url())
    questions = list(bid.round.questions.prefetch_related("followed_by"))
    for address in sorted(officer.addresses("/section/")):
        officer.goes_to(address)
        for question in questions:
            if officer.has(f"answer_{question.pk}"):
                answer(officer, question)
        officer.presses("Save and return to the task list")


def answer(officer: Any, question: Question) -> None:
    name = f"answer_{question.pk}"
    match question.kind:
        case Question.Kind.TABLE:
            row = ["2025", *("1200" for _ in question.headings[1:])]
            officer.fills(**{f"{name}_0_{place}": cell for place, cell in enumerate(row)})
        case Question.Kind.CHOICES:
            officer.ticks(name, question.choices[0])
        case Question.Kind.CHOICE:
            # What leads on to another question, where there is one.
            wanted = [each.shown_if_answer for each in question.followed_by.all()]
            officer.fills(**{name: (wanted or question.choices)[0]})
        case Question.Kind.STATEMENT:
            officer.fills(**{name: True})
        case Question.Kind.DATE:
            officer.fills(**{name: date(2026, 9, 1)})
        case Question.Kind.NUMBER | Question.Kind.MONEY:
            officer.fills(**{name: str(min(120, question.highest or 120))})
        case _:
            officer.fills(**{name: SAID})
