"""Who takes part, and what it says to that."""

from typing import Any

from django import forms

from beacons.applications.content import partner_fingerprint
from beacons.applications.forms.fields import AuthorityField, VisibleText
from beacons.applications.models import Partner
from beacons.core.crispy import Group, Layout
from beacons.core.forms import HouseForm, WordsField
from beacons.core.lifecycle import Refused

CONTACT = ("contact_name", "contact_job", "contact_email")
# As long as a reason to decline may be.
WORDS = 150


class ContactForm(HouseForm, forms.Form):
    """What a partner does, and whom to ask there."""

    optional_marks = False

    role = VisibleText(max_length=200, label="Its part in the application", help_text="In a sentence.")
    contact_name = forms.CharField(max_length=120, required=False, label="Name")
    contact_job = forms.CharField(max_length=120, required=False, label="Job")
    contact_email = forms.EmailField(max_length=254, required=False, label="Email address")


class PartnerForm(ContactForm):
    """Another authority, or a body that is none."""

    submit = "Add this partner"

    authority = AuthorityField(label="An authority", required=False, empty_label="None of these")
    name = forms.CharField(
        max_length=160,
        required=False,
        label="Or the name of another body",
        help_text="A charity, a college, a company, a health body.",
    )

    def layout(self) -> Layout:
        hint = "Who can say that the partner takes part. You send a letter with a link; an account is not needed."
        return Layout("authority", "name", "role", Group("Contact at the partner", *CONTACT, hint=hint))


class PartForm(ContactForm):
    """A partner that is named already: written by the lead authority, and by the partner's own people."""

    submit = "Save"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, partner: Partner, own: bool = False, **kwargs: Any) -> None:
        self.own, self.partner = own, partner
        if own:
            self.labels = {"role": "Your part in the application"}
        kwargs["initial"] = {name: getattr(partner, name) for name in ("role", *CONTACT)} | {
            "seen": partner_fingerprint(partner)
        }
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        legend = "Who answers for you" if self.own else "Contact at the partner"
        hint = "" if self.own else "Who can say that the partner takes part. An account is not needed."
        return Layout("role", Group(legend, *CONTACT, hint=hint), "seen")

    def shows(self) -> list[Any]:
        return [partner_fingerprint(self.partner)]

    def overtaken(self, partner: Partner, refusal: Refused) -> "PartForm":
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = partner_fingerprint(partner)
        self.refused(refusal)
        return self


class AnswerForm(HouseForm, forms.Form):
    """Who answers for the partner."""

    optional_marks = False

    name = VisibleText(max_length=120, label="Your name")
    job = VisibleText(max_length=120, label="Your job")


class ConfirmForm(AnswerForm):
    """The part, exactly as it is shown."""

    submit = "Confirm our part"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def shown_again(self, partner: Partner, refusal: Refused) -> "ConfirmForm":
        """With the part as it stands now above it: the next press is one that knows it."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = partner.fingerprint
        self.refused(refusal)
        return self


class DeclineForm(AnswerForm):
    submit = "Decline"

    why = WordsField(
        words=WORDS,
        label="Why?",
        help_text="The authority that leads the application reads this. Say what would have to change, if you would take part then.",
    )
