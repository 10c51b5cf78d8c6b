"""What a council writes about what is hard, and why staff merge two issues."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WordsField
from beacons.core.widgets import Radios
from outcomes.models import Issue
from outcomes.rules import MOST_WHY


class IssueForm(HouseForm, forms.Form):
    submit = "State the issue"

    text = WordsField(
        words=200,
        label="What is hard about this outcome?",
        help_text="One issue at a time, in your own words. It is shown with your council’s name.",
    )


class MergeForm(HouseForm, forms.Form):
    """Which of the issues chosen stays, and why the others say the same."""

    submit = "Merge the issues"

    stays = forms.TypedChoiceField(
        label="Which one stays?",
        help_text="The others stay readable under it, and their councils count as voices for it.",
    )
    why = forms.CharField(
        max_length=MOST_WHY,
        label="Why they are the same",
        help_text="The councils whose issue is merged are told this reason, and everybody can read it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {str(issue.pk): issue for issue in issues}
        field: Any = self.fields["stays"]
        field.widget = Radios(hints={pk: said_by(issue) for pk, issue in held.items()})
        field.choices = [(pk, issue.text) for pk, issue in held.items()]
        field.coerce = held.__getitem__
        # Those ticked go along, also where a form is refused; the page looks them up itself.
        self.fields["chosen"] = forms.Field(
            initial=list(held), required=False, widget=forms.MultipleHiddenInput
        )


def said_by(issue: Issue) -> str:
    """Kent; 3 councils find this hard."""
    voices: int = issue.voices  # type: ignore[attr-defined]
    return f"{issue.authority}; {voices} council{'s find' if voices != 1 else ' finds'} this hard"
