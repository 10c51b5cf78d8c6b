"""What people type about a grant. Whether it may happen, the actions decide."""

from typing import Any

from django import forms

from beacons.core.forms import HouseForm, PoundsField, WordsField
from beacons.core.templatetags.govuk import pounds
from grants import rules
from grants.models import Return

WORDS_OF_RETURN = 200
WORDS_OF_REASON = 100


class RefuseForm(HouseForm, forms.Form):
    """A council refuses its grant."""

    submit = "Refuse the grant"

    why = WordsField(
        words=WORDS_OF_REASON,
        label="Why does the council refuse the grant?",
        help_text="The scheme's office reads this. Up to 100 words.",
    )


class ReturnForm(HouseForm, forms.ModelForm):
    """One of the short returns."""

    submit = "Send the return"

    done = WordsField(
        words=WORDS_OF_RETURN,
        label="What was done?",
        help_text="Activities, changes, what is in use now. Up to 200 words.",
    )
    learned = WordsField(
        words=WORDS_OF_RETURN,
        label="What was learned?",
        help_text="What did not work is as useful to others as what did. Up to 200 words.",
    )
    authorities_helped = forms.IntegerField(
        label="How many authorities have been helped so far?", min_value=0, max_value=2000
    )
    struggling_helped = forms.IntegerField(
        label="How many of them are among those that find the outcome hardest?", min_value=0, max_value=2000
    )
    spent = PoundsField(label="How much has been spent since the grant began?", max_value=100_000_000)

    class Meta:
        model = Return
        fields = ("done", "learned", "authorities_helped", "struggling_helped", "spent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grant = self.instance.grant
        said = f"Everything since the start, in whole pounds. The grant is {pounds(grant.amount)}."
        if grant.spent:
            said += f" You reported {pounds(grant.spent)} at the mid-point."
        self.fields["spent"].help_text = said
        self.fields[
            "authorities_helped"
        ].help_text = f"The agreement says at least {grant.authorities_to_help} by the end."
        self.fields[
            "struggling_helped"
        ].help_text = f"The agreement says at least {grant.struggling_to_help} by the end."
        if not (self.is_bound or self.instance.done):
            # A nought that nobody typed would be an answer.
            self.initial.update(dict.fromkeys(("authorities_helped", "struggling_helped", "spent")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        helped, struggling = cleaned.get("authorities_helped"), cleaned.get("struggling_helped")
        if helped is not None and struggling is not None:
            for fault in rules.faults_in_helped(helped, struggling):
                self.add_error("struggling_helped", fault)
        return cleaned


class ReasonForm(forms.Form):
    """Why an officer does something, in the admin."""

    why = WordsField(
        words=WORDS_OF_REASON,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Up to 100 words. It is kept in the history and sent to whom it concerns.",
    )


class RecoveryForm(forms.Form):
    """Money that came back, in the admin."""

    amount = forms.IntegerField(label="Amount (pounds)", min_value=1)
    note = forms.CharField(
        label="How it came back", max_length=200, help_text="For example, the bank reference."
    )
