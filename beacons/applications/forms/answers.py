"""The questions of a section, and their answers."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from beacons.applications import kinds, rules
from beacons.applications.actions import Overtaken, meanwhile, saved_by
from beacons.applications.forms.opened import TRACES, OpenedForm
from beacons.applications.models import Answer
from beacons.applications.paper import Item, Section
from beacons.core import text
from beacons.core.crispy import EnterSaves, Layout, Press, Shown
from beacons.core.templatetags.govuk import moment
from beacons.core.widgets import (
    Checkbox,
    Checkboxes,
    DateParts,
    FiguresTable,
    PoundsInput,
    Radios,
    UnitInput,
    WordsTextarea,
)
from beacons.directory.models import User
from beacons.rounds import asking


class OtherText(LayoutObject):
    """What somebody else saved meanwhile, above the box that still holds what was typed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        shown = kinds.shown(self.answer.question, self.answer.text)
        return render_to_string("applications/_other_text.html", {"answer": self.answer, "shown": shown})


class AnswersForm(OpenedForm, forms.Form):
    """One section's questions. Half a section may be saved, and so may too many words: nothing typed is lost."""

    submit = "Save and return to the task list"

    def __init__(
        self,
        *args: Any,
        section: Section,
        reference: str = "",
        comments: Mapping[int, int] | None = None,
        **kwargs: Any,
    ) -> None:
        """`comments` says how many open ones stand beside each question; without it none are spoken of."""
        self.section, self.reference, self.comments = section, reference, comments
        self.others: dict[int, Answer] = {}
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        parts: list[Any] = []
        for item in self.section.on_the_page:
            if item.question.pk in self.others:
                parts.append(OtherText(self.others[item.question.pk]))
            if item.question.kind == kinds.FILE:
                parts.append(Shown("applications/_file_question.html", item=item, url=self.files_url()))
            else:
                parts += [answer_name(item), version_name(item)]
            if item.question.kind == kinds.TABLE and self.reference:
                parts.append(Press("row", first_box(item.question), "Save and add a row"))
            if self.comments is not None:
                number = self.comments.get(item.question.pk, 0)
                beside = {"item": item, "number": number, "reference": self.reference}
                parts.append(Shown("applications/_beside_answer.html", **beside))
        return Layout(EnterSaves(), *parts, *(TRACES if self.reference else ()))

    def shows(self) -> list[Any]:
        """A preview of the questions, which has several of these forms, shows no versions."""
        return [(item.question.pk, item.version) for item in written(self.section)] if self.reference else []

    def files_url(self) -> str:
        """The application's page of files; a preview of the questions belongs to no application."""
        return reverse("application_files", args=[self.reference]) if self.reference else ""

    def answers(self) -> dict[int, tuple[str, int]]:
        """What `actions.save_answers` takes: each answer as it is kept, but for those that cannot be kept at all."""
        return {
            item.question.pk: (
                kinds.canonical(item.question, self.cleaned_data[answer_name(item)]),
                self.cleaned_data.get(version_name(item)) or 0,
            )
            for item in written(self.section)
            if answer_name(item) in self.cleaned_data
        }

    def faults(self) -> list[str]:
        """What is wrong with the answers that were typed, and will have to be put right."""
        saved = self.answers()
        return [
            fault
            for item in written(self.section)
            for fault in kinds.faults(item.question, saved[item.question.pk][0])
        ]

    def overtaken(self, refusal: Overtaken) -> "AnswersForm":
        """Show both texts; the next save is one made in knowledge of the other's."""
        self.others = refusal.answers
        data: Any = self.data
        self.data = data = data.copy()
        for item in written(self.section):
            other = self.others.get(item.question.pk)
            if other is not None:
                data[self.add_prefix(version_name(item))] = other.version
                self.add_error(answer_name(item), overtaken_by(other, refusal.by))
        return self


def overtaken_by(other: Answer, by: User | None) -> str:
    whose = "That text" if by and other.saved_by_id == by.pk else "Their text"
    return (
        f"{saved_by(other, by)} this answer {meanwhile(other, by)}. {whose} is above the box and what you typed is in"
        " it: nothing was overwritten. Save again to keep what is in the box."
    )


def written(section: Section) -> list[Item]:
    """The questions of a page that are answered in a box on it."""
    return [item for item in section.on_the_page if item.question.kind != kinds.FILE]


def answers_form(section: Section, first: str = "") -> type[AnswersForm]:
    """The form class of one section, with a box and the version that was seen for each question.

    `first` is the reference of the application of a first phase whose answers were carried over.
    """
    fields: dict[str, Any] = {}
    for item in written(section):
        fields[answer_name(item)] = box(item, first)
        fields[version_name(item)] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=item.version, min_value=0
        )
    return type("SectionForm", (AnswersForm,), fields)


def box(item: Item, first: str = "") -> forms.Field:
    """What a question is answered in. Unreadable numbers and dates pass: they are kept, and checked later."""
    question, kind = item.question, item.question.kind
    facts: dict[str, Any] = {
        "label": f"{question.text}{'' if question.required else ' (optional)'}",
        "help_text": hint(item, first),
        "required": False,
        "initial": item.text,
    }
    if kind == kinds.STATEMENT:
        return forms.BooleanField(**{**facts, "initial": item.text == kinds.YES}, widget=Checkbox())
    if kind == kinds.CHOICE:
        options = [(option, option) for option in question.choices]
        none = [] if question.required else [("", "No answer")]
        return forms.ChoiceField(**facts, choices=options + none, widget=Radios())
    if kind == kinds.CHOICES:
        options = [(option, option) for option in question.choices]
        facts["initial"] = kinds.chosen(item.text)
        return forms.MultipleChoiceField(**facts, choices=options, widget=Checkboxes())
    if kind == kinds.TABLE:
        facts["validators"] = [readable_cells]
    return forms.CharField(**facts, widget=line(question), max_length=rules.MOST_CHARACTERS, strip=False)


def readable_cells(typed: str) -> None:
    """NUL and half a character, which no database here can keep, hide in JSON as six letters."""
    rows = kinds.read_rows(typed) or []
    if any(text.unreadable(cell) for row in rows for cell in row):
        # As Django's own check of a text says it, so that the field's own words are taken.
        raise forms.ValidationError("", code="null_characters_not_allowed", params={"value": typed})


def line(question: Any) -> forms.Widget:
    """Where words, a number, a sum, a date or a table are typed."""
    kind = question.kind
    if kind == kinds.LONG:
        return WordsTextarea(question.word_limit)
    if kind == kinds.TABLE:
        return FiguresTable(question.headings, question.most_rows)
    if kind == kinds.DATE:
        return DateParts()
    if kind == kinds.MONEY:
        return PoundsInput()
    if kind == kinds.NUMBER and question.unit:
        return UnitInput(question.unit)
    if kind == kinds.NUMBER:
        return forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-10"})
    return forms.TextInput()


def answer_name(item: Item) -> str:
    return f"answer_{item.question.pk}"


def first_box(question: Any) -> str:
    """The id of the first control in which a question is answered, for links to it. Files have a page of their own."""
    parts = {kinds.DATE: "_0", kinds.CHOICE: "_0", kinds.CHOICES: "_0", kinds.TABLE: "_0_0"}
    return f"id_answer_{question.pk}{parts.get(question.kind, '')}"


def version_name(item: Item) -> str:
    return f"version_{item.question.pk}"


def hint(item: Item, first: str = "") -> str:
    """When it is asked, the question's hint, its limit, and who saved it last or where it was carried over from."""
    parts = [item.when, item.question.hint, asking.limit(item.question)]
    if item.answer and item.answer.is_as_carried and first:
        parts.append(f"Carried over from {first} by {item.answer.saved_by}; nobody has changed it since.")
    elif item.answer:
        parts.append(f"Last saved by {item.answer.saved_by} at {moment(item.answer.saved_at)}.")
    return " ".join(part for part in parts if part)
