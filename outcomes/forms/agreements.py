"""A file of agreements, as staff upload it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beacons.core.forms import HouseForm

LARGEST = 10 * 1024 * 1024


class AgreementFileForm(HouseForm, forms.Form):
    submit = "Check the file"

    file = forms.FileField(
        label="A file of agreements",
        help_text="CSV or XLSX, up to 10 MB. It is checked first; nothing changes yet.",
        allow_empty_file=True,
    )
    sheet = forms.CharField(
        required=False,
        max_length=31,
        label="Sheet",
        help_text="Only for a workbook of several sheets: the name of the one to read. Empty for the first.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                f"The file has {file.size / 1024 / 1024:.0f} MB, where 10 MB are the most. Save only the sheet that"
                " matters, or bring in one part after another."
            )
        return file
