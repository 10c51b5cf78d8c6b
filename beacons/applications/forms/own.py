"""What a councillor says to begin, and what a lead member says who stands behind a bid."""

from typing import Any

from django import forms

from beacons.applications.forms.fields import VisibleText
from beacons.core.forms import HouseForm, WordsField
from beacons.rounds.models import Round
from outcomes.models import Outcome

WORDS = 200


class OwnStartForm(HouseForm, forms.Form):
    """One of the round's outcomes, and a title."""

    submit = "Begin your application"

    outcome = forms.ModelChoiceField(
        Outcome.objects.none(),
        label="Which outcome is closest to what you want to change?",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    title = VisibleText(
        max_length=120,
        label="What do you want to change, in a few words?",
        help_text="It is the title of your application. You can change it later. Up to 120 characters.",
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].queryset = round.outcomes.order_by("title")  # type: ignore[attr-defined]


class EndorseForm(HouseForm, forms.Form):
    """A lead member need not say why, and may."""

    submit = "Endorse this application"

    reason = WordsField(
        words=WORDS,
        required=False,
        label="Why you stand behind it",
        help_text=f"Read by the applicants, the office and the panel. Up to {WORDS} words.",
    )
