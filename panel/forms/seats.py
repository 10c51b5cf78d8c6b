"""Opening a panel, and who sits on it."""

from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WordsField
from beacons.directory.models import OFFICE_ROLES, Role, User
from beacons.rounds.models import Round
from outcomes.models import Outcome
from panel.models import Appointment, Seat
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

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Who is proposed?",
        empty_label="Choose a person",
        help_text="People who can sign in. Not the scheme's office, not signatories, nobody with a seat here.",
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

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = candidates(seat.round)  # type: ignore[attr-defined]
        self.fields["expertise"].queryset = seat.round.outcomes.all()  # type: ignore[attr-defined]


def candidates(round: Round) -> Any:
    """People who may be proposed: `rules.seats` refuses the same ones."""
    barred = Role.SIGNATORY, *OFFICE_ROLES
    seated = Appointment.objects.filter(seat__round=round, ended_at__isnull=True).values("user")
    return (
        User.objects.filter(is_active=True)
        .exclude(pk__in=User.objects.with_role(*barred).values("pk"))
        .exclude(pk__in=seated)
        .order_by("name", "email")
    )


class WhyForm(HouseForm, forms.Form):
    """A reason, for an act that needs one."""

    why = WordsField(words=150, label="Why?")


class EndForm(WhyForm):
    submit = "End the appointment"
