"""How staff bring figures in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beacons.core.forms import HouseForm
from outcomes.actions.figures import LARGEST, MEGABYTE


class FigureImportForm(HouseForm, forms.Form):
    submit = "Look at the file"

    file = forms.FileField(
        label="File of figures",
        help_text=(
            "CSV or Excel (.xlsx), up to 20 MB. Columns: indicator, authority, year, period, value, and published_on"
            " if figures of the file were published on different days."
        ),
        error_messages={"empty": "The file is empty. Choose another."},
    )
    published_on = forms.DateField(
        label="When were these figures published?",
        help_text="For rows that do not say it themselves. Leave it empty if it is not known.",
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                f"The file has {file.size / MEGABYTE:.0f} MB, and {LARGEST // MEGABYTE} MB are the most."
                " Split it into smaller files."
            )
        return file
