"""What a certifier confirms, or sends back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WhyForm, dress


class CertifyForm(HouseForm, forms.Form):
    """A box for each statement of the round, on what was shown."""

    submit = "Certify the application"

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, statements: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, statement in enumerate(statements, start=1):
            name = f"statement_{number}"
            self.fields[name] = forms.BooleanField(label=statement)
            dress(self.fields[name], statement)


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
