"""What the chair writes of a case before its decision."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from beacons.core.forms import HouseForm, WordsField
from beacons.core.widgets import Radios
from panel.models import Case


class ActForm(HouseForm, forms.Form):
    """A form beside what it is about; it posts to the address of its act."""

    action = ""
    heading = ""

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.action
        return helper


class ModerateForm(ActForm):
    """What the meeting said about one case."""

    submit = "Record the note"
    heading = "Record what the meeting said"
    optional_marks = False

    note = WordsField(
        words=400,
        required=False,
        label="What the meeting said",
        help_text=(
            "Why the marks are apart, and what the panel makes of it. Marks no longer change. It may stay empty where"
            " nothing was set down for discussion."
        ),
    )


class ShortlistForm(ActForm):
    """On the shortlist, or not."""

    submit = "Save"
    heading = "Decide on the shortlist"
    about_shortlist = True
    optional_marks = False
    SHORTLIST, LEAVE_OUT = "shortlist", "leave_out"

    choice = forms.ChoiceField(
        label="Is this application shortlisted?",
        choices=[(SHORTLIST, "Shortlist it"), (LEAVE_OUT, "Leave it out")],
        widget=Radios(),
    )
    why = WordsField(
        words=200,
        required=False,
        label="Reason",
        help_text=(
            "Needed to leave it out, and to shortlist below the threshold. The applicant reads the reason for being"
            " left out after the announcement."
        ),
    )


class EqualsForm(HouseForm, forms.Form):
    """The chair's order among applications that marks cannot part: a place for each, and one reason."""

    submit = "Set the order"

    why = WordsField(words=200, label="Why this order")

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        self.cases = {f"place_{case.pk}": case for case in cases}
        places = [(str(place), str(place)) for place in range(1, len(cases) + 1)]
        self.base_fields = {
            **{
                name: forms.ChoiceField(
                    label=f"Place of {case.application.reference}, {case.application.authority}",
                    choices=[("", "Choose a place"), *places],
                    initial=case.tie_place or "",
                )
                for name, case in self.cases.items()
            },
            **self.base_fields,
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        places = [self.cleaned_data.get(name) for name in self.cases]
        if None not in places and len(set(places)) < len(places):
            self.add_error(None, "Give each application a place of its own.")
        return self.cleaned_data

    def in_order(self) -> list[Case]:
        """The cases, the first first."""
        return [
            self.cases[name] for name in sorted(self.cases, key=lambda name: int(self.cleaned_data[name]))
        ]
