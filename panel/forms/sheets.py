"""The mark sheet, and what a chair may do with one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from beacons.core.crispy import Group, Layout, Shown
from beacons.core.forms import HouseForm, WhyForm, WordsField, dress
from beacons.core.widgets import Radios
from beacons.core.workdays import noon
from beacons.rounds.models import Criterion, Round
from outcomes.models import Issue
from panel.models import Appointment, Case, Mark
from panel.rules.interests import free_of_interest
from panel.rules.sheets import TOP

CANNOT = "cannot"
REASON_WORDS = 200
# For a criterion of the panel's own, beside which nobody has written what its marks mean.
ANCHORS = dict(
    enumerate(["No evidence", "Weak", "Partial", "Good", "Strong", "Outstanding, and proven elsewhere"])
)


class MarksForm(HouseForm, forms.Form):
    """For each criterion a mark with its anchor, or “cannot judge”, and a reason. A draft may leave anything out."""

    submit = "Save draft"
    buttons = (("check", "Save and check before lodging"),)
    optional_marks = False

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        criteria: list[Criterion],
        marks: Mapping[int, Mark],
        seen: str,
        rests: Mapping[int, list[Issue]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.rests = criteria, rests
        self.fields["seen"].initial = seen
        for criterion in criteria:
            mark = marks.get(criterion.pk)
            scale = dict(criterion.scale) or ANCHORS
            choices = [(str(score), f"{score}: {words}") for score, words in scale.items()]
            self.fields[f"score_{criterion.pk}"] = score = forms.ChoiceField(
                label=f"Your mark on “{criterion.name}”",
                choices=[*choices, (CANNOT, "I cannot judge this")],
                required=False,
                initial=said(mark),
                widget=Radios(small=True),
            )
            score.error_messages["invalid_choice"] = f"{criterion.name}: choose a mark from 0 to {TOP}"
            self.fields[f"reason_{criterion.pk}"] = WordsField(
                words=REASON_WORDS,
                label=f"Your reason on “{criterion.name}”",
                required=False,
                initial=mark.reason if mark else "",
            )
            for name in (f"score_{criterion.pk}", f"reason_{criterion.pk}"):
                dress(self.fields[name], str(self.fields[name].label))

    def layout(self) -> Layout:
        return Layout(
            "seen",
            *(
                Group(
                    f"{criterion.name} ({criterion.weight}%)",
                    Shown(
                        "rounds/_rests.html", issues=self.rests.get(criterion.pk, []), named=criterion.name
                    ),
                    f"score_{criterion.pk}",
                    f"reason_{criterion.pk}",
                    hint=criterion.description,
                )
                for criterion in self.criteria
            ),
        )

    @property
    def marks(self) -> dict[int, tuple[int | None, bool, str]]:
        found = {}
        for criterion in self.criteria:
            score = self.cleaned_data[f"score_{criterion.pk}"]
            number = int(score) if score.isdigit() else None
            found[criterion.pk] = (number, score == CANNOT, self.cleaned_data[f"reason_{criterion.pk}"])
        return found

    def seen_now(self, seen: str) -> None:
        """What is typed stays in the form; whoever saves again knows now what it replaces."""
        self.data = self.data.copy()
        self.data["seen"] = seen


def said(mark: Mark | None) -> str:
    if mark is None:
        return ""
    if mark.cannot_judge:
        return CANNOT
    return "" if mark.score is None else str(mark.score)


class ReopenForm(WhyForm):
    submit = "Reopen the sheet"


class DischargeForm(WhyForm):
    submit = "Discharge the sheet"


class UntilForm(WhyForm):
    """A day, at noon of which the time ends."""

    until_on = forms.DateField(label="Until noon on")

    field_order = ("until_on", "why")

    @property
    def until(self) -> datetime | None:
        day = self.cleaned_data["until_on"]
        return noon(day) if day else None


class ExtendForm(UntilForm):
    submit = "Give more time"


class AddForm(UntilForm):
    """A further reader for one application."""

    submit = "Give this member the paper"

    member = forms.ModelChoiceField(
        Appointment.objects.none(), label="Who reads it?", empty_label="Choose a member"
    )

    field_order = ("member", "until_on", "why")

    def __init__(self, *args: Any, case: Case, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = free_members(case, at)  # type: ignore[attr-defined]
        late = case.application.round.has_closed("scoring", at)
        self.fields["until_on"].required = late
        self.fields["until_on"].help_text = "" if late else "Leave empty for the closing of scoring."


def free_members(case: Case, at: datetime) -> Any:
    """Members who have declared, have no interest in the application and have not had it."""
    round: Round = case.application.round
    members = (
        Appointment.objects.active(at)
        .declared()
        .filter(seat__round=round, seat__kind="member")
        .exclude(assessments__case=case)
        .for_list()
    )
    free = [member.pk for member in free_of_interest(members, case.application)]
    return Appointment.objects.filter(pk__in=free).for_list().order_by("user__name")
