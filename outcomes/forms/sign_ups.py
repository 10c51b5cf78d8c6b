"""What a council writes about its sign-up."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beacons.core.forms import HouseForm
from beacons.core.tables import Unfit, decimal, typed_number
from outcomes.models import Indicator, Outcome, SignUp
from outcomes.sign_up_rules import FIRST_YEAR, LAST_YEAR, MOST_WHY
from outcomes.terms import FIGURES, Terms

NARROW = {"class": "govuk-input--width-5", "inputmode": "decimal"}
FIGURE = decimal(16, 4)
LEAD_HINT = "Who answers for it in your council: name and job title."


class SignUpForm(HouseForm, forms.Form):
    submit = "Confirm the sign-up"

    lead_officer = forms.CharField(max_length=120, label="Lead officer for this outcome", help_text=LEAD_HINT)


class YearField(forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **options)


class TermsForm(HouseForm, forms.Form):
    """The terms of a sign-up: from which figure to which, by when, by which measure, and who leads."""

    submit = "Save"
    optional_marks = False

    area = forms.TypedChoiceField(coerce=int, label="The area whose sign-up you join")
    measure = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Measured by")
    baseline = forms.CharField(
        required=False,
        label="Baseline",
        widget=forms.TextInput(NARROW),
        help_text="The figure you begin from.",
    )
    baseline_year = YearField(required=False, label="Year of the baseline", help_text="Like 2009.")
    target = forms.CharField(
        required=False, label="Target", widget=forms.TextInput(NARROW), help_text="The figure you aim at."
    )
    target_year = YearField(required=False, label="Year of the target")
    lead_officer = forms.CharField(
        required=False, max_length=120, label="Lead officer for this outcome", help_text=LEAD_HINT
    )
    year = YearField(
        required=False,
        label="Year of the refresh",
        help_text="The year in which the agreement is reviewed, like 2010.",
    )
    why = forms.CharField(
        required=False,
        max_length=MOST_WHY,
        label="Why the terms change",
        help_text="What they were is kept, with your reason.",
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        outcome: Outcome,
        measures: Sequence[Indicator] = (),
        areas: Sequence[SignUp] = (),
        asks: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`asks` names the further fields: area, measure, year, why."""
        self.outcome = outcome
        self.units = {measure.pk: measure.unit for measure in measures}
        super().__init__(*args, **kwargs)
        own = outcome.measure.title if outcome.measure else "no measure yet"
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            ("", f"The outcome’s own measure: {own}"),
            *((each.pk, f"{each.title} ({each.authority})") for each in measures),
        ]
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            ("", "Choose an area"),
            *((area.pk, str(area.authority)) for area in areas),
        ]
        for name in {"area", "measure", "year", "why"} - set(asks):
            del self.fields[name]

    @property
    def groups(self) -> Any:
        unit = self.outcome.measure.unit if self.outcome.measure else ""
        counted = f" ({unit})" if unit and not self.units else ""
        names = ["measure"] if "measure" in self.fields else []
        first = (("Whom you join", ["area"]),) if "area" in self.fields else ()
        last = tuple(name for name in ("year", "why") if name in self.fields)
        return (
            *first,
            (f"From where to where{counted}", [*names, *FIGURES]),
            ("Who leads", ["lead_officer"]),
            *((("What changes", list(last)),) if last else ()),
        )

    def clean_baseline(self) -> Decimal | None:
        return self._figure("baseline")

    def clean_target(self) -> Decimal | None:
        return self._figure("target")

    def _figure(self, name: str) -> Decimal | None:
        typed = self.cleaned_data[name]
        if not typed:
            return None
        measure = self.cleaned_data.get("measure")
        unit = self.units[measure] if measure else (self.outcome.measure.unit if self.outcome.measure else "")
        try:
            return typed_number(typed, FIGURE, unit)
        except Unfit as unfit:
            raise ValidationError(f"{name.capitalize()}: {unfit}") from None

    def terms(self, measures: Sequence[Indicator]) -> Terms:
        said = self.cleaned_data
        measure = next((each for each in measures if each.pk == said.get("measure")), None)
        return Terms(
            **{name: said[name] for name in FIGURES}, lead_officer=said["lead_officer"], measure=measure
        )


class LeadForm(HouseForm, forms.Form):
    """Another lead officer may be named while the terms themselves may not change."""

    submit = "Save"

    lead_officer = forms.CharField(max_length=120, label="Lead officer for this outcome", help_text=LEAD_HINT)


class WithdrawForm(HouseForm, forms.Form):
    submit = "Withdraw the sign-up"

    why = forms.CharField(
        max_length=MOST_WHY,
        label="Why your council withdraws",
        help_text="Your reason is kept in the history, with what the sign-up said.",
        widget=forms.Textarea({"rows": 3}),
    )
