"""The mark sheet, and what a chair may do with one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.utils.safestring import SafeString

from beacons.applications.forms.opened import TRACES, OpenedForm
from beacons.core.crispy import Layout
from beacons.core.forms import WhyForm, name_errors
from beacons.core.workdays import noon
from beacons.rounds.models import Criterion, Round
from beacons.rounds.resting import Behind
from panel.actions.sheets import NoteOvertaken, Overtaken, fingerprint
from panel.forms import to_mark
from panel.forms.to_mark import ToMark
from panel.models import Appointment, Case, Mark, Note, Said
from panel.rules.interests import free_of_interest
from panel.rules.sheets import NOTE_CHARACTERS, REASON_CHARACTERS, TOP

CANNOT = "cannot"
# For a criterion of the panel's own, beside which nobody has written what its marks mean.
ANCHORS = dict(
    enumerate(["No evidence", "Weak", "Partial", "Good", "Strong", "Outstanding, and proven elsewhere"])
)


@dataclass(frozen=True)
class OnCriterion:
    """One criterion of a sheet: the issues it rests on, and the mark that stands."""

    criterion: Criterion
    issues: list[Behind]
    mark: Mark | None

    @property
    def said(self) -> Said:
        return self.mark.said if self.mark else (None, False, "")

    @property
    def scale(self) -> dict[int, str]:
        """What each mark means: as it is written for this criterion, or in general."""
        return dict(self.criterion.scale) or ANCHORS


class Criteria(LayoutObject):
    """All criteria with their anchors, each with its mark and its reason."""

    fields: ClassVar[list[Any]] = []

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any
    ) -> SafeString:
        return SafeString("".join(to_mark.drawn(each) for each in form.to_mark()))


class MarksForm(OpenedForm, forms.Form):
    """For each criterion a mark with its anchor, or “cannot judge”, and a reason. A draft may leave anything out.

    Each mark says by `seen_…` which one its page showed, so that no window writes over another unread.
    """

    submit = "Save draft"
    buttons = (("check", "Save and check before lodging"),)

    def __init__(self, *args: Any, sheet: list[OnCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        # What another window saved meanwhile, by criterion.
        self.others: dict[int, Mark] = {}
        for on in sheet:
            pk, name = on.criterion.pk, on.criterion.name
            score = forms.ChoiceField(
                label=f"Your mark on “{name}”",
                choices=options(on),
                required=False,
                initial=chosen(on.said),
                widget=forms.RadioSelect,
            )
            score.error_messages["invalid_choice"] = f"{name}: choose a mark from 0 to {TOP}"
            reason = forms.CharField(
                label=f"Your reason on “{name}”",
                required=False,
                initial=on.said[2],
                max_length=REASON_CHARACTERS,
                widget=forms.Textarea,
            )
            seen = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=fingerprint(*on.said), max_length=32
            )
            self.fields |= {f"score_{pk}": score, f"reason_{pk}": reason, f"seen_{pk}": seen}
            for field in (score, reason):
                name_errors(field, str(field.label))

    def layout(self) -> Layout:
        return Layout(*TRACES, Criteria())

    def shows(self) -> list[Any]:
        return [(on.criterion.pk, fingerprint(*on.said)) for on in self.sheet]

    def to_mark(self) -> Iterator[ToMark]:
        """Each criterion with its fields, as its page draws it."""
        for on in self.sheet:
            pk = on.criterion.pk
            score, reason, seen = (self[f"{part}_{pk}"] for part in ("score", "reason", "seen"))
            yield ToMark(on.criterion, on.issues, options(on), score, reason, seen, self.others.get(pk))

    @property
    def marks(self) -> dict[int, Said]:
        """What was typed, of every criterion of which it can be kept."""
        found: dict[int, Said] = {}
        for on in self.sheet:
            pk = on.criterion.pk
            score, reason = self.cleaned_data.get(f"score_{pk}"), self.cleaned_data.get(f"reason_{pk}")
            if score is not None and reason is not None:
                found[pk] = (int(score) if score.isdigit() else None, score == CANNOT, reason)
        return found

    @property
    def seen(self) -> dict[int, str]:
        return {on.criterion.pk: self.cleaned_data.get(f"seen_{on.criterion.pk}") or "" for on in self.sheet}

    def overtaken(self, refusal: Overtaken) -> "MarksForm":
        """Show both; the next save is one made in knowledge of the other."""
        self.others = refusal.marks
        self.data = self.data.copy()
        for pk, mark in refusal.marks.items():
            self.data[self.add_prefix(f"seen_{pk}")] = fingerprint(*mark.said)
        self.refused(refusal)
        return self


def options(on: OnCriterion) -> list[tuple[str, str]]:
    scores = [(str(score), f"{score}: {words}") for score, words in on.scale.items()]
    return [*scores, (CANNOT, "I cannot judge this")]


def chosen(said: Said) -> str:
    score, cannot_judge, _ = said
    if cannot_judge:
        return CANNOT
    return "" if score is None else str(score)


class NoteForm(OpenedForm, forms.Form):
    """A member's own note on a paper."""

    submit = "Save my note"
    buttons = ()

    text = forms.CharField(
        label="My own notes on this paper",
        help_text="For you alone, now and later: no page shows them to another member, a chair or the office.",
        required=False,
        max_length=NOTE_CHARACTERS,
        widget=forms.Textarea({"rows": 5}),
    )
    number = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: int, text: str, action: str, **kwargs: Any) -> None:
        # Beside the marks, which have the same fields.
        super().__init__(
            *args, **{**kwargs, "initial": {"text": text, "number": number}, "auto_id": "note_%s"}
        )
        self.number, self.action = number, action
        # What another window saved meanwhile.
        self.other: Note | None = None

    def layout(self) -> Layout:
        return Layout("text", "number", *TRACES)

    def shows(self) -> list[Any]:
        return ["note", self.number]

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.action
        return helper

    def note(self) -> dict[str, Any]:
        """What `actions.note` takes."""
        return {
            "text": self.cleaned_data["text"],
            "seen": self.cleaned_data.get("number") or 0,
            "page": self.opened(),
        }

    def overtaken(self, refusal: NoteOvertaken) -> "NoteForm":
        self.data = self.data.copy()
        self.data[self.add_prefix("number")] = str(refusal.note.number)
        self.other = refusal.note
        self.refused(refusal)
        return self


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
