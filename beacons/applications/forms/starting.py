"""Begin an application."""

from typing import Any

from django import forms

from beacons.applications.calls import Call
from beacons.applications.forms.fields import AuthorityField, VisibleText
from beacons.core.forms import HouseForm


class StartForm(HouseForm, forms.Form):
    """Begin an application for one outcome."""

    submit = "Begin the application"

    title = VisibleText(
        max_length=120,
        label="Title of the application",
        help_text="You can change it later. Up to 120 characters.",
    )


def start_form(call: Call) -> type[StartForm]:
    """With a category where the round has some, and a partner where the authority's area is not signed up."""
    fields: dict[str, Any] = {}
    if categories := call.round.categories.all():
        fields["category"] = forms.ModelChoiceField(
            queryset=categories, label="Category", empty_label="Choose a category"
        )
    if not call.signed_up:
        fields["partner"] = AuthorityField(
            call.outcome,
            label="Partner that is signed up",
            help_text="These are the authorities that are signed up to this outcome, or whose county is. It must agree to take part.",
        )
        fields["partner_role"] = VisibleText(max_length=200, label="Its part in the bid")
    return type("StartForm", (StartForm,), fields)
