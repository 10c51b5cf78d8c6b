"""What a council writes about its sign-up."""

from django import forms

from beacons.core.forms import HouseForm


class SignUpForm(HouseForm, forms.Form):
    submit = "Confirm the sign-up"

    lead_officer = forms.CharField(
        max_length=120,
        label="Lead officer for this outcome",
        help_text="Who answers for it in your council: name and job title.",
    )
