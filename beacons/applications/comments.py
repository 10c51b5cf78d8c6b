"""The comments on an application as its pages show them: by what they are about, the open ones first."""

from dataclasses import dataclass, field

from beacons.applications.models import Application, Comment
from beacons.applications.paper import Item, Section

WHOLE = "whole"


@dataclass(frozen=True)
class Remark:
    """A comment that somebody made of their own accord, and the answers to it in their sequence."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Its name in the ids of a page."""
        return f"c{self.comment.pk}"

    @property
    def is_open(self) -> bool:
        return self.comment.is_open


@dataclass(frozen=True)
class Talk:
    """All that was said about one answer, or about the application as a whole.

    `place` names it in addresses and in the ids of a page.
    """

    place: str
    item: Item | None
    section: int = 0
    open: list[Remark] = field(default_factory=list)
    settled: list[Remark] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.item.question.text if self.item else "The application as a whole"

    @property
    def question(self) -> str:
        """The id of the question it is about, as forms send it."""
        return str(self.item.question.pk) if self.item else ""

    @property
    def is_empty(self) -> bool:
        return not (self.open or self.settled)


def place_of(question: int | None) -> str:
    return WHOLE if question is None else f"q{question}"


def talk_about(application: Application, *sections: Section, whole: bool = False) -> list[Talk]:
    """One talk for each question of these sections, in their order, after the one about the whole. One query.

    What a section's own page does not ask has no talk there; it is found among all of them.
    """
    talks = {WHOLE: Talk(WHOLE, None)} if whole else {}
    for section in sections:
        for item in section.items if whole else section.on_the_page:
            place = place_of(item.question.pk)
            talks[place] = Talk(place, item, section.number)
    remarks: dict[int, Remark] = {}
    said = application.comments.for_list()
    if not whole:
        said = said.filter(question__in=[talk.item.question.pk for talk in talks.values() if talk.item])
    for comment in said:
        talk = talks.get(place_of(comment.question_id))
        if talk is None:
            continue
        if comment.thread_id is not None:
            remarks[comment.thread_id].replies.append(comment)
            continue
        remarks[comment.pk] = remark = Remark(comment)
        (talk.open if comment.is_open else talk.settled).append(remark)
    return list(talks.values())


def in_words(number: int) -> str:
    """'1 open comment', '3 open comments'."""
    return f"{number} open comment{'' if number == 1 else 's'}"


def in_section(application: Application, section: Section) -> int:
    """How many open comments stand beside a section's questions."""
    return sum(application.open_comments.get(item.question.pk, 0) for item in section.items)
