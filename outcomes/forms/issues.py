"""What a council writes about what is hard."""

from django import forms

from beacons.core.forms import HouseForm, WordsField


class IssueForm(HouseForm, forms.Form):
    submit = "State the issue"

    text = WordsField(
        words=200,
        label="What is hard about this outcome?",
        help_text="One issue at a time, in your own words. It is shown with your council’s name.",
    )
