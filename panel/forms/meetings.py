"""What is written in a meeting: who is here, why an item is put on or off, what was said, notes, and changed marks."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from beacons.applications.forms.opened import TRACES, OpenedForm
from beacons.core.forms import HouseForm, WhyForm, WordsField, dress
from beacons.core.widgets import Radios
from panel.forms.sheets import ANCHORS, CANNOT, chosen
from panel.models import Appointment, Case, Item, Mark
from panel.statuses import Presence, Recommendation


class AttendanceForm(HouseForm, forms.Form):
    """For each member, in the room, away or absent; and who takes the notes."""

    submit = "Note who is here"
    optional_marks = False

    note_taker = forms.ChoiceField(
        label="Who takes the notes?",
        required=False,
        help_text="Where the note taker has an interest, whoever takes the chair for the item writes the notes.",
    )

    def __init__(
        self, *args: Any, members: Sequence[Appointment], held: Mapping[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.fields["note_taker"].choices = [
            ("", "Nobody: the chair writes the notes"),
            *((str(member.pk), str(member.user)) for member in members),
        ]
        for member in members:
            self.fields[self.name(member)] = field = forms.ChoiceField(
                label=f"{member.user}, {member.seat}",
                choices=Presence.choices,
                widget=Radios(small=True),
                initial=held.get(member.pk),
            )
            field.error_messages["required"] = f"Say whether {member.user} is here"
            dress(field, str(field.label))

    @staticmethod
    def name(member: Appointment) -> str:
        return f"presence_{member.pk}"

    def layout(self) -> Layout:
        return Layout(*(self.name(member) for member in self.members), "note_taker")

    def presences(self) -> dict[int, str]:
        return {member.pk: self.cleaned_data[self.name(member)] for member in self.members}

    def names_note_taker(self) -> int | None:
        named = self.cleaned_data["note_taker"]
        return int(named) if named else None


class ItemAddForm(WhyForm):
    """A further application for the agenda."""

    submit = "Put it on the agenda"
    optional_marks = False

    case = forms.ChoiceField(label="Which application?")
    why = WordsField(words=60, label="Why should the meeting talk about it?")

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = {str(case.pk): case for case in cases}
        self.fields["case"].choices = [
            ("", "Choose an application"),
            *(
                (pk, f"{case.application.reference} {case.application.applicant}")
                for pk, case in self.cases.items()
            ),
        ]
        self.order_fields(["case", "why"])


class ItemDeferForm(WhyForm):
    submit = "Put it off"
    why = WordsField(words=60, label="Why is it put off?")


class AskForm(WhyForm):
    """A member asks for a talk."""

    submit = "Ask for it to be discussed"
    why = WordsField(
        words=60,
        label="Why should the meeting talk about it?",
        help_text="The panel reads it on the agenda, without your name.",
    )


class ItemDecideForm(HouseForm, forms.Form):
    """What the meeting makes of an item."""

    submit = "Record it"
    optional_marks = False
    AGAIN = "again"

    recommendation = forms.ChoiceField(
        label="What does the meeting make of it?",
        choices=[*Recommendation.choices, (AGAIN, "Discuss it again later")],
        widget=Radios(
            hints={
                Recommendation.SHORTLIST: "Whether it is shortlisted, the chair says when the shortlist opens.",
                Recommendation.KEEP: "The marks stand as they are, and nothing is recommended.",
                AGAIN: "The item is put off, and its marks can still be changed when it is called again.",
            }
        ),
    )
    said = WordsField(
        words=400,
        label="What did the meeting say?",
        help_text="Why the marks are apart, and what the panel makes of it. From now on the marks stand.",
    )


class NotesForm(OpenedForm, forms.Form):
    """The note taker's text on one item; saved while it is typed."""

    submit = "Save and return to the meeting"

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    notes = WordsField(words=2_000, required=False, label="Notes")

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["notes"].label = f"Notes on {item.case.application.reference}"
        self.fields["notes"].initial = item.notes
        self.fields["seen"].initial = item.notes_version

    def layout(self) -> Layout:
        return Layout("seen", "notes", *TRACES)

    def shows(self) -> list[Any]:
        return [self.item.pk, self.item.notes_version]

    def overtaken(self, refusal: Any) -> "NotesForm":
        """What is typed stays; whoever saves again knows now what it replaces."""
        self.data = self.data.copy()
        self.data["seen"] = str(refusal.item.notes_version)
        self.refused(refusal)
        return self


class MarkChangeForm(HouseForm, forms.Form):
    """Another mark on one criterion, and why."""

    submit = "Change the mark"
    optional_marks = False

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    score = forms.ChoiceField(label="Your mark", widget=Radios(small=True))
    why = WordsField(
        words=100,
        label="What in the talk changed your mind?",
        help_text="The mark as it was is kept beside it, with this reason.",
    )

    def __init__(self, *args: Any, mark: Mark, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = dict(mark.criterion.scale) or ANCHORS
        field = self.fields["score"]
        field.choices = [
            *((str(score), f"{score}: {words}") for score, words in scale.items()),
            (CANNOT, "I cannot judge this"),
        ]
        field.label = f"Your mark on “{mark.criterion.name}”"
        field.initial = chosen(mark.said)
        self.fields["seen"].initial = len(mark.history)

    def mark(self) -> dict[str, Any]:
        score = self.cleaned_data["score"]
        return {"score": int(score) if score != CANNOT else None, "cannot_judge": score == CANNOT}
