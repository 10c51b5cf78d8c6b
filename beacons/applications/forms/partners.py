"""Who takes part."""

from django import forms

from beacons.applications.forms.fields import AuthorityField, VisibleText
from beacons.core.forms import HouseForm


class PartnerForm(HouseForm, forms.Form):
    """Another authority, or a body that is none."""

    submit = "Add this partner"
    optional_marks = False

    authority = AuthorityField(label="An authority", required=False, empty_label="None of these")
    name = forms.CharField(
        max_length=160,
        required=False,
        label="Or the name of another body",
        help_text="A charity, a college, a company, a health body.",
    )
    role = VisibleText(max_length=200, label="Its part in the bid", help_text="In a sentence.")
