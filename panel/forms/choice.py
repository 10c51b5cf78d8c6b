"""Which outcomes a round takes, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beacons.core.forms import HouseForm, WordsField
from beacons.core.widgets import Checkboxes
from beacons.rounds.ranking import Line
from outcomes.models import Outcome


class ChoiceForm(HouseForm, forms.Form):
    """The ranked list with a box for each outcome, and the reason."""

    submit = "Save the choice"

    outcomes = forms.TypedMultipleChoiceField(
        label="Outcomes", error_messages={"required": "Choose one outcome at least"}
    )
    reason = WordsField(
        words=200,
        label="Why these outcomes?",
        help_text="Everybody reads it on the round’s page, so that councils see why their outcome is in or not.",
        error_messages={"required": "Say why these outcomes are chosen"},
    )
    # The choice that was on the page, so that nobody writes over what somebody else chose meanwhile.
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[Line], most: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held: dict[str, Outcome] = {str(line.outcome.pk): line.outcome for line in lines}
        field: Any = self.fields["outcomes"]
        field.coerce = held.__getitem__
        field.widget = Checkboxes(hints={line.outcome.pk: line.hint for line in lines})
        field.choices = [
            (str(line.outcome.pk), f"{line.outcome.rank}. {line.outcome.title}") for line in lines
        ]
        field.help_text = f"{f'At most {most}. ' if most else ''}Ranked by the councils signed up."
