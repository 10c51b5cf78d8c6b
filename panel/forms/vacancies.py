"""Offering a seat, and coming forward for it."""

from datetime import datetime
from typing import Any

from django import forms

from beacons.applications.forms.fields import VisibleText
from beacons.core import workdays
from beacons.core.forms import HouseForm, WhyForm, WordsField


class AdvertiseForm(HouseForm, forms.Form):
    """What the panel looks for, and until when."""

    submit = "Publish the vacancy"

    sought = WordsField(
        words=300,
        label="What the panel looks for",
        help_text="Everybody reads this: what a member does, how many days it takes, and what experience is wanted.",
    )
    closes_on = forms.DateField(
        label="Day on which it closes",
        help_text="It closes at noon. Leave candidates five days at least. For example, 27 3 2027.",
    )

    def closes_at(self) -> datetime:
        return workdays.noon(self.cleaned_data["closes_on"])


class CandidacyForm(HouseForm, forms.Form):
    """Who somebody is, and why they would sit on the panel. A known person is not asked who they are."""

    submit = "Come forward"

    name = VisibleText(label="Your name", max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label="Your email address",
        max_length=254,
        help_text="We send a link to it by which you confirm.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    job = VisibleText(
        label="Your present post", max_length=160, help_text="For example, Head of housing, Barsetshire."
    )
    statement = WordsField(
        words=300,
        label="Why you",
        help_text="What you know of the outcomes and of judging fairly. CLG, the LGA and the scheme’s office read it.",
    )
    register = WordsField(
        words=300,
        label="General register of interests",
        help_text="Employments, offices, memberships. It is published if you are appointed. Write “None” if there are none.",
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by is not None:
            del self.fields["email"]


class WithdrawVacancyForm(WhyForm):
    submit = "Withdraw the vacancy"
    labels = {"why": "Why is the seat no longer offered?"}
    hints = {"why": "Whoever has come forward is told this."}
