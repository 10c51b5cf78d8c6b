"""A form that two people, or two windows of one, may have open at once, and that is saved while somebody types."""

import secrets
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from beacons.applications.overtaking import Page
from beacons.core.forms import HouseForm

# How its page is known again, and how often it has sent; a layout of one's own ends with them.
TRACES = ("page", "turn")


class OpenedForm(HouseForm):
    """Mixed in before forms.Form; says by `opened()` on which page it was typed."""

    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False
    # Where the page's script sends what is typed; empty on a page that waits for its button.
    autosave_url = ""
    # Whose page it is: the script offers text that could not be sent to nobody else.
    person = ""
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mark, turn = TRACES
        self.fields[mark] = forms.CharField(
            widget=forms.HiddenInput, required=False, max_length=32, initial=secrets.token_urlsafe(12)
        )
        self.fields[turn] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9, initial=0
        )

    def opened(self) -> Page:
        """The page on which it was typed."""
        return Page(self.cleaned_data.get("page") or "", self.cleaned_data.get("turn") or 0)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        if self.autosave_url:
            helper.attrs |= {"data-autosave": self.autosave_url, "data-person": self.person}
            if self.is_bound:
                # It opened with text that was carried through a sign-in.
                helper.attrs["data-unsaved"] = "yes"
        return helper
