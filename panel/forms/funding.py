"""What a chair asks the best set of bids to hold at least."""

from typing import Any

from django import forms
from django.utils.text import slugify

from beacons.core.forms import FilterForm


class MinimaForm(FilterForm):
    """The fewest to be funded of each region, outcome and category that has applications; empty where any number will do."""

    submit = "Work it out"

    def __init__(self, *args: Any, able: dict[str, list[list[Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, str] = {}
        for kind, groups in able.items():
            for name, number in groups:
                field = f"{kind}-{slugify(name)}"
                self.names[field] = name
                self.fields[field] = forms.IntegerField(
                    label=f"At least, {name}",
                    help_text=f"{number} can be funded" if number != 1 else "1 can be funded",
                    required=False,
                    min_value=0,
                    max_value=number,
                )

    @property
    def least(self) -> dict[str, int]:
        """By name of region, outcome or category; nothing while what was typed makes no sense."""
        if not self.is_valid():
            return {}
        return {self.names[field]: fewest for field, fewest in self.cleaned_data.items() if fewest}
