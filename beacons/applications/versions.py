"""What was ever saved of an answer, or of the details, as its pages list, show and compare it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from beacons.applications import comparing, kinds
from beacons.applications.models import Answer, AnswerVersion, Application, DetailsVersion
from beacons.core import text
from beacons.core.templatetags.govuk import LONDON, hour, moment
from beacons.rounds.asking import SHORT

DETAILS = "details"
# A pause after which somebody who has had a page open all day is taken to have begun again.
PAUSE = timedelta(minutes=30)
# So many words of a text stand in the list, to know it again.
WORDS = 12


@dataclass(frozen=True)
class Sitting:
    """What one person saved on one page without a long pause, mostly while typing: the last of it stands for all."""

    saved: Any
    first: Any
    count: int = 1

    @property
    def version(self) -> int:
        return self.saved.version

    @property
    def when(self) -> str:
        """'10:05am to 10:40am on 9 March 2026', in London."""
        first, last = self.first.saved_at, self.saved.saved_at
        if first.astimezone(LONDON).date() != last.astimezone(LONDON).date():
            return f"{moment(first)} to {moment(last)}"
        return moment(last) if hour(first) == hour(last) else f"{hour(first)} to {moment(last)}"

    @property
    def label(self) -> str:
        """'3: 9 Mar 10:05am, Sam Taylor', in a list to choose from, which is narrow on a telephone."""
        at = self.saved.saved_at
        return f"{self.version}: {at.astimezone(LONDON):%-d %b} {hour(at)}, {self.saved.saved_by}"


def sittings(saved: Iterable[Any], *, every: bool = False) -> list[Sitting]:
    """The newest first, as the versions come. With `every` each stands alone."""
    found: list[Sitting] = []
    for version in saved:
        last = found[-1] if found else None
        if last and not every and _goes_on(version, last.first):
            found[-1] = Sitting(last.saved, version, last.count + 1)
        else:
            found.append(Sitting(version, version))
    return found


def _goes_on(earlier: Any, later: Any) -> bool:
    return bool(
        earlier.page
        and earlier.page == later.page
        and earlier.saved_by_id == later.saved_by_id
        and later.saved_at - earlier.saved_at <= PAUSE
    )


class Kept(ABC):
    """Something of an application of which every version is kept. `what` names it in addresses."""

    what = title = ""
    application: Application
    # The version that stands.
    standing = 0

    @abstractmethod
    def all(self) -> Any:
        """Its versions, the newest first."""

    @abstractmethod
    def parts(self, version: Any) -> list[tuple[str, kinds.Shown]]:
        """What a version says, each part with its name; an answer is one part without a name."""

    @abstractmethod
    def said(self, version: Any) -> str:
        """How it begins, to know it again in a list."""

    @cached_property
    def listed(self) -> list[Any]:
        """Who saved what when, without the texts: there may be hundreds."""
        return list(self.all().select_related("saved_by").defer(*self.texts))

    @property
    @abstractmethod
    def texts(self) -> Sequence[str]:
        """The columns that hold what a version says."""

    def find(self, number: int | None) -> Any:
        """One version with its text; None if there is no such one."""
        return (
            None if number is None else self.all().filter(version=number).select_related("saved_by").first()
        )

    def in_full(self, numbers: Iterable[int]) -> dict[int, Any]:
        """These versions with their texts, by number. One query."""
        return {version.version: version for version in self.all().filter(version__in=list(numbers))}

    def compared(self, old: Any, new: Any) -> list[tuple[str, comparing.Compared]]:
        effort = comparing.Effort()
        return [
            (name, comparing.compared(before, after, effort))
            for (name, before), (_, after) in zip(self.parts(old), self.parts(new), strict=True)
        ]


class KeptAnswer(Kept):
    texts = ("text",)

    def __init__(self, application: Application, answer: Answer, question: Any) -> None:
        self.application, self.answer, self.question = application, answer, question
        self.what, self.title, self.standing = str(question.pk), question.text, answer.version

    def all(self) -> Any:
        return AnswerVersion.objects.filter(answer=self.answer).order_by("-version")

    def parts(self, version: Any) -> list[tuple[str, kinds.Shown]]:
        return [("", kinds.shown(self.question, version.text))]

    def said(self, version: Any) -> str:
        if self.question.kind in kinds.TEXTS:
            return counted(version.text, short=self.question.kind == SHORT)
        words = kinds.in_one_text(self.question, version.text)
        shown = kinds.shown(self.question, version.text)
        if shown.is_table:
            return f"{len(shown.rows)} row{'' if len(shown.rows) == 1 else 's'}" if shown.rows else "Empty"
        return begins(", ".join(words.splitlines())) or "Empty"


class KeptDetails(Kept):
    what = DETAILS
    title = "Title, summary and lead officer"
    texts = DetailsVersion.TEXTS

    def __init__(self, application: Application) -> None:
        self.application, self.standing = application, application.details_version

    def all(self) -> Any:
        return DetailsVersion.objects.filter(application=self.application).order_by("-version")

    def parts(self, version: Any) -> list[tuple[str, kinds.Shown]]:
        return [
            ("Title", kinds.Shown(version.title)),
            ("Summary for the public", kinds.Shown(version.summary)),
            ("Lead officer", kinds.Shown(version.lead_officer)),
        ]

    def said(self, version: Any) -> str:
        return f"“{version.title}”. Summary: {counted(version.summary)}"


def counted(words: str, *, short: bool = False) -> str:
    """'212 words: “We asked those who had left …”'"""
    count = text.words(words)
    if not count:
        return "Empty"
    number = "" if short else f"{count:,} word{'' if count == 1 else 's'}: "
    return f"{number}“{begins(words)}”"


def begins(words: str) -> str:
    found = words[:500].split()
    beginning = " ".join(found[:WORDS])[:120]
    return beginning if beginning == " ".join(words.split()) else f"{beginning} …"


def kept(application: Application, what: str) -> Kept | None:
    """What an address names: the details, or the answer to a question of this application's round; else None."""
    if what == DETAILS:
        return KeptDetails(application)
    number = text.whole(what)
    questions = {question.pk: question for question in application.round.questions.all()}
    for answer in application.answers.all():
        if answer.question_id == number and answer.version:
            return KeptAnswer(application, answer, questions[answer.question_id])
    return None
