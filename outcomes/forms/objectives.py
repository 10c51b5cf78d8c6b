"""How a coordinator writes an objective of the region."""

from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WordsField
from outcomes.models import Outcome
from outcomes.objective_rules import LONGEST_TITLE


class ObjectiveForm(HouseForm, forms.Form):
    submit = "Save the objective"

    title = forms.CharField(
        max_length=LONGEST_TITLE,
        label="What does the region want to reach?",
        help_text="In a few words, such as “Every young person in work or learning”. It is published.",
    )
    description = WordsField(
        words=200, required=False, label="More about it", help_text="Up to 200 words. It is published."
    )
    outcomes = forms.ModelMultipleChoiceField(
        queryset=Outcome.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Outcomes it is about",
        help_text="The desk shows where the region has gaps on them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcomes"]
        field.queryset = Outcome.objects.order_by("title")
