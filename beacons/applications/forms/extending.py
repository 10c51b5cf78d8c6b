"""More time for one authority."""

from datetime import datetime, time
from typing import Any

from django import forms

from beacons.applications import calls, rules
from beacons.applications.deadline import day_in_words
from beacons.applications.forms.fields import AuthorityField
from beacons.core.forms import HouseForm, WordsField
from beacons.core.workdays import LONDON
from beacons.rounds.models import Round

WORDS = 150


class ExtensionForm(HouseForm, forms.Form):
    """For whom, until when, and why. The clock is London's."""

    submit = "Ask a colleague to agree"

    authority = AuthorityField(label="Authority")
    last_day = forms.DateField(label="New last day")
    clock = forms.TimeField(
        label="Time", initial=time(12), help_text="Noon, unless there is a reason. London time."
    )
    why = WordsField(
        words=WORDS,
        label="Why does it need more time?",
        help_text="Your colleague decides by this, and it is kept. Leave names and health out of it.",
    )

    def __init__(self, *args: Any, a_round: Round, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authority = self.fields["authority"]
        authority.queryset = authority.queryset.filter(pk__in=calls.may_want_time(a_round, at))  # type: ignore[attr-defined]
        self.fields["last_day"].help_text = f"A working day, up to {day_in_words(rules.latest_end(a_round))}."

    @property
    def until(self) -> datetime:
        return datetime.combine(self.cleaned_data["last_day"], self.cleaned_data["clock"], tzinfo=LONDON)
