"""A feedback letter on one page, by criterion; and who else may write it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beacons.core.crispy import Layout
from beacons.core.forms import HouseForm, WhyForm, WordsField
from beacons.core.widgets import Radios
from panel.feedback import Feedback
from panel.models import Appointment, FeedbackLetter
from panel.rules.feedback import WORDS


class FeedbackForm(HouseForm, forms.Form):
    """A text for each criterion. `seen` is the version from which they were made."""

    submit = "Save"
    buttons = (("hand_over", "Save and hand over to the chair"),)
    optional_marks = False

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, letter: FeedbackLetter, parts: Sequence[Feedback], **kwargs: Any) -> None:
        self.letter = letter
        self.criteria = {f"text_{part.on.criterion.pk}": part for part in parts}
        self.base_fields = {
            **self.base_fields,
            **{
                name: WordsField(
                    words=WORDS, required=False, label=part.name, initial=part.text, help_text=mean_of(part)
                )
                for name, part in self.criteria.items()
            },
        }
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = letter.version

    def layout(self) -> Layout:
        return Layout("seen", *self.criteria)

    def shows(self) -> list[Any]:
        return [self.letter.pk, self.letter.version]

    def texts(self) -> dict[int, str]:
        """By the keys of the criteria."""
        return {part.on.criterion.pk: self.cleaned_data[name] for name, part in self.criteria.items()}

    def overtaken(self, refusal: Any) -> "FeedbackForm":
        """What is typed stays, with what is saved beside it; whoever saves again knows now what it replaces."""
        self.data = self.data.copy()
        self.data["seen"] = str(refusal.version)
        for name, part in self.criteria.items():
            saved = refusal.texts.get(part.on.criterion.pk, "")
            if saved != self.cleaned_data.get(name):
                self[name].help_text = f"Now saved: {saved or 'nothing'}"
        self.refused(refusal)
        return self


def mean_of(part: Feedback) -> str:
    if part.shown is None:
        return "No reader could judge it."
    return f"The applicant reads that the mean mark is {part.shown} of 5."


class SendBackForm(WhyForm):
    submit = "Send it back"
    labels = {"why": "What is to be changed?"}
    optional_marks = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        hint = "The member who writes the letter reads this. The applicant never does."
        super().__init__(*args, label="What is to be changed?", hint=hint, **kwargs)


class LeadForm(HouseForm, forms.Form):
    """Another reader of the application."""

    submit = "Let this reader write it"
    optional_marks = False

    lead = forms.TypedChoiceField(label="Who writes this letter?", coerce=int, widget=Radios())

    def __init__(self, *args: Any, readers: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readers = {reader.pk: reader for reader in readers}
        self.fields["lead"].choices = [(pk, str(reader)) for pk, reader in self.readers.items()]

    def chosen(self) -> Appointment:
        return self.readers[self.cleaned_data["lead"]]
