"""Which two versions are compared."""

from collections.abc import Sequence

from django import forms

from beacons.applications.versions import Sitting
from beacons.core.forms import FilterForm


class CompareForm(FilterForm):
    """Sent by GET and read by the page itself: what it is given that it does not offer, it takes for nothing."""

    submit = "Compare"

    old = forms.ChoiceField(label="Older version")
    new = forms.ChoiceField(label="Newer version")

    def __init__(self, offered: Sequence[Sitting], old: int, new: int) -> None:
        super().__init__(initial={"old": old, "new": new})
        choices = [(sitting.version, sitting.label) for sitting in offered]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]
