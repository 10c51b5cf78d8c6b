"""What officers say about a headline report: its name, who may see it, its facts and weights, their priorities."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import forms

from beacons.core.forms import HouseForm
from beacons.core.widgets import Radios
from beacons.directory.models import Authority
from outcomes.headlines.alike import POPULATION
from outcomes.headlines.choices import HEAVIEST, WEIGHT
from outcomes.models import HeadlineReport

Sharing = HeadlineReport.Sharing


class ReportForm(HouseForm, forms.Form):
    """The name of a report, and with whom it is shared."""

    submit = "Save the report"

    title = forms.CharField(max_length=120, label="Name of the report")
    sharing = forms.ChoiceField(label="Who may see it?", widget=Radios)

    def __init__(self, *args: Any, council: Authority | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            Sharing.OWN: "Only me",
            Sharing.COUNCIL: f"Everyone of {council}",
            Sharing.PUBLIC: "Everyone",
        }
        if council is None:
            del labels[Sharing.COUNCIL]
        self.fields["sharing"].choices = list(labels.items())
        self.fields["sharing"].widget.hints = {
            Sharing.COUNCIL: "Colleagues can copy it and change their copy. Only you can change or delete this one.",
            Sharing.PUBLIC: "It is listed on the council’s page, and anybody signed in can copy it.",
        }


class FactsForm(HouseForm, forms.Form):
    """The weight of each fact; a fact without weight does not count. Laid out by its page."""

    def __init__(
        self, *args: Any, facts: Sequence[tuple[str, str]], weights: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.weights = weights
        for code, title in facts:
            self.fields[f"{WEIGHT}{code}"] = forms.IntegerField(
                label=title,
                required=False,
                min_value=0,
                max_value=HEAVIEST,
                initial=weights.get(code),
                widget=forms.TextInput,
                error_messages={
                    "invalid": f"{title}: enter a whole number from 0 to {HEAVIEST}",
                    "min_value": f"{title}: enter a whole number from 0 to {HEAVIEST}",
                    "max_value": f"{title}: enter a whole number from 0 to {HEAVIEST}",
                },
            )

    @property
    def chosen(self) -> list[Any]:
        """Fields that count now, in sight."""
        return [self[name] for name in self.fields if self._in_sight(name)]

    @property
    def further(self) -> list[Any]:
        return [self[name] for name in self.fields if not self._in_sight(name)]

    def _in_sight(self, name: str) -> bool:
        return name.removeprefix(WEIGHT) in {*self.weights, POPULATION} or name in self.errors

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, "Give at least one fact a weight above 0.")
        return cleaned


class PrioritiesForm(HouseForm, forms.Form):
    """Up to six measures, in the order in which they stand in the report."""

    submit = "Save our priorities"
    optional_marks = False

    place_1 = forms.ChoiceField(label="First priority", required=False)
    place_2 = forms.ChoiceField(label="Second priority", required=False)
    place_3 = forms.ChoiceField(label="Third priority", required=False)
    place_4 = forms.ChoiceField(label="Fourth priority", required=False)
    place_5 = forms.ChoiceField(label="Fifth priority", required=False)
    place_6 = forms.ChoiceField(label="Sixth priority", required=False)

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, Any]], chosen: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field, code in zip_longest(self.fields.values(), chosen[: len(self.fields)], fillvalue=""):
            field.choices = [("", "None"), *choices]
            field.initial = code

    @property
    def codes(self) -> list[str]:
        """The codes chosen, in order; places left empty in between close up."""
        return [value for value in self.cleaned_data.values() if value]
