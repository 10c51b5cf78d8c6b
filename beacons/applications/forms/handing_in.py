"""What a certifier confirms."""

from django import forms

from beacons.core.forms import HouseForm


class CertifyForm(HouseForm, forms.Form):
    """The certifier's two statements, on what was shown."""

    submit = "Certify the application"

    true = forms.BooleanField(
        label="I have read the whole application, and to the best of my knowledge it is true."
    )
    willing = forms.BooleanField(
        label="If it wins, the authority will share what it learns and support others, in time, as the application says."
    )
    seen = forms.CharField(widget=forms.HiddenInput)
