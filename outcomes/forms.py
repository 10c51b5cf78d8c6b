"""What a council writes about an outcome."""

from django import forms

from beacons.core.forms import HouseForm, WordsField


class SignUpForm(HouseForm, forms.Form):
    submit = "Confirm the sign-up"

    lead_officer = forms.CharField(
        max_length=120,
        label="Lead officer for this outcome",
        help_text="Who answers for it in your council: name and job title.",
    )


class IssueForm(HouseForm, forms.Form):
    submit = "State the issue"

    text = WordsField(
        words=200,
        label="What is hard about this outcome?",
        help_text="One issue at a time, in your own words. It is shown with your council’s name.",
    )
