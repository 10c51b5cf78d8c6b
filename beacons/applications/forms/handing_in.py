"""What a certifier confirms, or sends back."""

from collections.abc import Mapping
from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WhyForm


class CertifyForm(HouseForm, forms.Form):
    """The certifier's two statements, on what was shown."""

    submit = "Certify the application"

    true = forms.BooleanField(
        label="I have read the whole application, and to the best of my knowledge it is true."
    )
    willing = forms.BooleanField(
        label="If it wins, the authority will share what it learns and support others, in time, as the application says."
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class SendBackForm(WhyForm):
    """What has to be changed, and where."""

    optional_marks = False

    parts = forms.MultipleChoiceField(
        label="Where? (optional)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you tick is marked “Sent back” on the task list until somebody changes it.",
    )

    def __init__(self, *args: Any, parts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = list(parts.items())  # type: ignore[attr-defined]
