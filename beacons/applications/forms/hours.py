"""How many hours it took."""

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from beacons.applications.models import MOST_HOURS
from beacons.core.forms import HouseForm

NO_THANKS = "no_thanks"


class HoursForm(HouseForm, forms.Form):
    """One box; the second button ends the asking, whatever stands in the box."""

    submit = "Tell"
    buttons = ((NO_THANKS, "No thanks"),)
    optional_marks = False

    hours = forms.DecimalField(
        label="Hours it took you",
        min_value=Decimal(0),
        max_value=Decimal(MOST_HOURS),
        max_digits=4,
        decimal_places=1,
        help_text="A guess will do, like 12 or 7.5. Count your own time alone.",
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        self.address = address
        super().__init__(*args, **kwargs)
        if self.initial.get("hours") is not None:
            self.submit, self.buttons = "Correct it", ((NO_THANKS, "Take it back"),)
        if NO_THANKS in self.data:
            # A button that ends the asking needs no figure.
            del self.fields["hours"]

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.address
        return helper

    @property
    def told(self) -> Decimal | None:
        """The hours; None for “no thanks”."""
        return None if NO_THANKS in self.data else self.cleaned_data["hours"]
