"""What a council writes about a measure of its own, and its figures."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beacons.core.forms import HouseForm
from beacons.core.tables import Unfit, decimal, typed_number
from outcomes.measure_rules import MOST_SOURCE, MOST_TITLE, MOST_UNIT
from outcomes.models import Indicator

FIGURE = decimal(16, 4)


class MeasureForm(HouseForm, forms.Form):
    submit = "Save the measure"

    title = forms.CharField(
        max_length=MOST_TITLE,
        label="What is measured",
        help_text="Like “Households that went without heating last winter”.",
    )
    unit = forms.CharField(
        max_length=MOST_UNIT, label="Counted in", help_text="Like %, per 1,000 homes, or days."
    )
    polarity = forms.ChoiceField(
        choices=[
            (Indicator.Polarity.HIGH.value, "A high figure is good"),
            (Indicator.Polarity.LOW.value, "A low figure is good"),
        ],
        widget=forms.RadioSelect,
        label="Which way is good",
    )
    description = forms.CharField(
        label="How it is measured",
        help_text="Who is asked or counted, when, and how the figure is worked out, so that another council can do"
        " the same.",
        widget=forms.Textarea({"rows": 5}),
    )
    source = forms.CharField(
        max_length=MOST_SOURCE,
        label="Where the figures come from",
        help_text="Like “Our yearly housing survey”.",
    )


class FiguresForm(HouseForm, forms.Form):
    """One field a year. An empty field means that there is no figure."""

    submit = "Save the figures"
    optional_marks = False

    def __init__(
        self, *args: Any, years: Sequence[int], unit: str, held: Mapping[int, Decimal], **kwargs: Any
    ) -> None:
        self.unit = unit
        self.years = years
        super().__init__(*args, **kwargs)
        for year in years:
            field = forms.CharField(
                required=False,
                label=str(year),
                initial=f"{held[year].normalize():f}" if year in held else "",
                widget=forms.TextInput({"class": "govuk-input--width-5", "inputmode": "decimal"}),
            )
            self.fields[f"year_{year}"] = field

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for year in self.years:
            name = f"year_{year}"
            typed = said.get(name) or ""
            try:
                said[name] = typed_number(typed, FIGURE, self.unit) if typed else None
            except Unfit as unfit:
                self.add_error(name, ValidationError(f"{year}: {unfit}"))
        return said

    def figures(self) -> dict[int, Decimal | None]:
        return {year: self.cleaned_data[f"year_{year}"] for year in self.years}
