"""How little a reader may know of what they are given."""

from django import forms

from beacons.core.forms import FilterForm
from panel.readers import ANOTHER_REGION, KNOWS_THE_OUTCOME


class FloorForm(FilterForm):
    submit = "Work it out"

    least = forms.TypedChoiceField(
        label="Nobody reads what they know less of than this",
        coerce=int,
        empty_value=0,
        required=False,
        choices=[
            ("", "No floor: the best fit altogether"),
            (ANOTHER_REGION, "From another region, or knows the outcome"),
            (KNOWS_THE_OUTCOME, "Knows the outcome"),
            (KNOWS_THE_OUTCOME + ANOTHER_REGION, "Knows the outcome, and comes from another region"),
        ],
    )

    @property
    def least_fit(self) -> int:
        """Nought while what was asked makes no sense."""
        return self.cleaned_data["least"] if self.is_valid() else 0
