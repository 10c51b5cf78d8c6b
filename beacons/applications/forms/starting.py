"""Begin an application."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beacons.applications.calls import Call
from beacons.applications.forms.fields import AuthorityField, VisibleText
from beacons.core.forms import HouseForm, WordsField
from beacons.core.widgets import Checkboxes, Radios
from beacons.rounds.models import Category
from outcomes.models import Outcome


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
        fields["partner_role"] = VisibleText(max_length=200, label="Its part in the application")
    return type("StartForm", (StartForm,), fields)


class AbstainForm(HouseForm, forms.Form):
    """For which outcomes a council will not apply, and why, if it likes to say."""

    submit = "We will not apply this time"

    outcomes = forms.ModelMultipleChoiceField(
        queryset=Outcome.objects.none(),
        label="For which outcomes will your council not apply?",
        widget=Checkboxes(),
    )
    why = WordsField(
        words=150,
        required=False,
        label="Why not?",
        help_text="The scheme’s office reads it, to make the next round easier to enter. You need not say.",
    )

    def __init__(self, *args: Any, offered: Sequence[Outcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcomes"].queryset = Outcome.objects.filter(  # type: ignore[attr-defined]
            pk__in=[outcome.pk for outcome in offered]
        ).order_by("title")
