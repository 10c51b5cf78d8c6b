"""Opening a panel, and who sits on it."""

from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WhyForm, WordsField
from beacons.directory.models import User
from outcomes.models import Outcome
from panel.models import Candidacy, Seat
from panel.rules.seats import MOST_SEATS


class OpenPanelForm(HouseForm, forms.Form):
    """How many seats each body has. The chair's and the vice-chair's come by themselves."""

    submit = "Open the panel"

    clg = forms.IntegerField(label="CLG's seats", min_value=1, max_value=MOST_SEATS, initial=5)
    lga = forms.IntegerField(label="LGA's seats", min_value=1, max_value=MOST_SEATS, initial=5)
    independent = forms.IntegerField(
        label="Independent seats",
        min_value=0,
        max_value=MOST_SEATS,
        initial=0,
        help_text="Agreed by both bodies, and counted for neither.",
    )


class ProposeForm(HouseForm, forms.Form):
    """Who is to sit in a seat, and what the public will read about them."""

    submit = "Propose"

    email = forms.EmailField(
        label="Email address of the person",
        help_text="With which they sign in here, or came forward. Anybody else is added in the office’s list of people first.",
    )
    register = WordsField(
        words=300,
        label="General register of interests",
        help_text="Published with the panel: employments, offices, memberships. Interests in single bids are not.",
    )
    expertise = forms.ModelMultipleChoiceField(
        Outcome.objects.none(),
        label="Knows most about",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Used to share papers out with a good fit.",
    )

    until = forms.DateField(
        label="Last day of the term",
        required=False,
        help_text="Leave it empty if the term ends with the round.",
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        self.fields["expertise"].queryset = seat.round.outcomes.all()  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """A list of everybody to choose from would tell too much, and be too long."""
        email = self.cleaned_data["email"].lower()
        self.user = User.objects.filter(email=email).first()
        self.candidacy = (
            Candidacy.objects.standing()
            .filter(vacancy__seat=self.seat, vacancy__withdrawn_at__isnull=True, email=email)
            .for_list()
            .last()
        )
        if self.user is None and self.candidacy is None:
            raise forms.ValidationError("Nobody signs in here, or came forward, with this email address")
        return email


class EndForm(WhyForm):
    submit = "End the appointment"
