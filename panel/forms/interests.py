"""The list on which a member declares in which bids it has an interest."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms

from beacons.applications.forms.fields import AuthorityField
from beacons.applications.models import Application
from beacons.core.forms import HouseForm, dress
from panel.models import Interest

LINE = re.compile(r"bid_\d{1,18}")


class DeclareForm(HouseForm, forms.Form):
    """One line for each bid: lead authority, partners, outcome. No titles: no paper has opened yet."""

    submit = "Declare"
    optional_marks = False

    sure = forms.BooleanField(
        label="I have read the whole list, have named every authority I worked for in the last five years, and have"
        " no interest in the other bids"
    )

    def __init__(
        self,
        *args: Any,
        bids: Iterable[Application],
        noted: Mapping[int, Interest],
        fixed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bids = list(bids)
        self.groups = tuple(
            (str(outcome), [name_of(bid) for bid in of_outcome])
            for outcome, of_outcome in groupby(self.bids, key=lambda bid: bid.outcome)
        )
        for bid in self.bids:
            interest = noted.get(bid.pk)
            found = interest is not None and interest.kind != Interest.Kind.DECLARED
            self.fields[name_of(bid)] = forms.CharField(
                label=label_of(bid),
                required=False,
                max_length=300,
                initial=interest.reason if interest else "",
                # What the system found, or what papers were taken away for, is not taken back here.
                disabled=interest is not None and (found or fixed),
                help_text=f"Found: {interest.get_kind_display().lower()}."
                if interest is not None and found
                else "",
                widget=forms.TextInput({"class": "govuk-input--width-20"}),
            )
            dress(self.fields[name_of(bid)], label_of(bid))
        for name in self.gone():
            # Not named: who has applied may be known to nobody any more, since the closing was moved.
            self.fields[name] = forms.CharField(
                label="What you wrote about a bid that is not on the list now",
                required=False,
                widget=forms.TextInput({"readonly": True}),
            )

    def gone(self) -> list[str]:
        """Lines that were typed beside bids which have left the list since the page was read."""
        return [
            name
            for name in self.data
            if LINE.fullmatch(name) and name not in self.fields and self.data[name].strip()
        ]

    @property
    def declared(self) -> dict[int, str]:
        """A sentence for each bid beside which something was written."""
        return {bid.pk: said for bid in self.bids if (said := self.cleaned_data[name_of(bid)])}


class EmployerForm(HouseForm, forms.Form):
    """One authority for which a member worked."""

    submit = "Add"
    optional_marks = False

    authority = AuthorityField(label="Council, or other authority")
    until = forms.DateField(
        label="Your last day there",
        required=False,
        help_text="Leave it empty if you work there still. For example, 27 3 2024.",
    )


def name_of(bid: Application) -> str:
    return f"bid_{bid.pk}"


def label_of(bid: Application) -> str:
    partners = [str(partner) for partner in bid.partners.all()]
    return f"{bid.authority}, with {', '.join(partners)}" if partners else str(bid.authority)
