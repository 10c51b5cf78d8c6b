"""The questions of a section, and their answers."""

from typing import Any

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from beacons.applications import rules
from beacons.applications.actions import Overtaken
from beacons.applications.deadline import count
from beacons.applications.models import Answer
from beacons.applications.paper import Item, Section
from beacons.core.forms import HouseForm
from beacons.core.templatetags.govuk import moment
from beacons.core.widgets import WordsTextarea


class OtherText(LayoutObject):
    """What somebody else saved meanwhile, above the box that still holds what was typed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return render_to_string("applications/_other_text.html", {"answer": self.answer})


class AnswersForm(HouseForm, forms.Form):
    """One section's questions. Half a section may be saved, and so may too many words: nothing typed is lost."""

    submit = "Save and return to the task list"
    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        self.section = section
        self.others: dict[int, Answer] = {}
        super().__init__(*args, **kwargs)

    @staticmethod
    def box(item: Item) -> forms.CharField:
        question = item.question
        return forms.CharField(
            label=f"{question.text}{'' if question.required else ' (optional)'}",
            help_text=hint(item),
            required=False,
            widget=WordsTextarea(question.word_limit),
            initial=item.text,
            max_length=rules.MOST_CHARACTERS,
            strip=False,
        )

    def layout(self) -> Layout:
        parts: list[Any] = []
        for item in self.section.items:
            if item.question.pk in self.others:
                parts.append(OtherText(self.others[item.question.pk]))
            parts += [answer_name(item), version_name(item)]
        return Layout(*parts)

    def answers(self) -> dict[int, tuple[str, int]]:
        """What `actions.save_answers` takes."""
        return {
            item.question.pk: (
                self.cleaned_data[answer_name(item)],
                self.cleaned_data[version_name(item)] or 0,
            )
            for item in self.section.items
        }

    def overtaken(self, refusal: Overtaken) -> "AnswersForm":
        """Show both texts; the next save is one made in knowledge of the other's."""
        self.others = refusal.answers
        data: Any = self.data
        self.data = data = data.copy()
        for item in self.section.items:
            other = self.others.get(item.question.pk)
            if other is not None:
                data[self.add_prefix(version_name(item))] = other.version
                self.add_error(
                    answer_name(item),
                    f"{other.saved_by} saved this answer while you were writing. Their text is above the box and yours"
                    " is in it: nothing was overwritten. Save again to keep yours.",
                )
        return self


def answers_form(section: Section) -> type[AnswersForm]:
    """The form class of one section, with a box and the version that was seen for each question."""
    fields: dict[str, Any] = {}
    for item in section.items:
        fields[answer_name(item)] = AnswersForm.box(item)
        fields[version_name(item)] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=item.version, min_value=0
        )
    return type("SectionForm", (AnswersForm,), fields)


def answer_name(item: Item) -> str:
    return f"answer_{item.question.pk}"


def version_name(item: Item) -> str:
    return f"version_{item.question.pk}"


def hint(item: Item) -> str:
    """The question's hint, its limit, and who saved it last."""
    parts = [item.question.hint] if item.question.hint else []
    parts.append(f"Up to {count(item.question.word_limit, 'word')}.")
    if item.answer:
        parts.append(f"Last saved by {item.answer.saved_by} at {moment(item.answer.saved_at)}.")
    return " ".join(parts)
