"""Begin an application."""

from typing import Any

from django import forms

from beacons.applications.calls import Call
from beacons.applications.forms.fields import AuthorityField, VisibleText
from beacons.core.forms import HouseForm
from beacons.core.widgets import Radios
from beacons.rounds.models import Category


class StartForm(HouseForm, forms.Form):
    """Begin an application for one outcome."""

    submit = "Begin the application"

    title = VisibleText(
        max_length=120,
        label="Title of the application",
        help_text="You can change it later. Up to 120 characters.",
    )


def start_form(call: Call) -> type[StartForm]:
    """With a category where the round has some, and a partner where it asks for a sign-up and the area has none.

    In a second phase the title is that of the first, until another is typed.
    """
    fields: dict[str, Any] = {}
    if call.admitting is not None:
        fields["title"] = VisibleText(
            max_length=120,
            label="Title of the application",
            help_text="As in the first phase, unless you change it. Up to 120 characters.",
            initial=call.admitting.title,
        )
    if call.round.categories.all():
        free = call.free_categories
        fields["category"] = forms.ModelChoiceField(
            queryset=Category.objects.filter(pk__in=[category.pk for category in free]),
            label="Category",
            help_text="It is marked and decided among the applications of its category, and cannot be changed later.",
            empty_label=None,
            error_messages={"required": "Choose a category"},
            widget=Radios(hints={category.pk: category.about for category in free if category.about}),
        )
    if call.needs_partner:
        fields["partner"] = AuthorityField(
            call.outcome,
            label="Partner that is signed up",
            help_text="These are the authorities that are signed up to this outcome, or whose county is. It must agree to take part.",
        )
        fields["partner_role"] = VisibleText(max_length=200, label="Its part in the bid")
    return type("StartForm", (StartForm,), fields)
