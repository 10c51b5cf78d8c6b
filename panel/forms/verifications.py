"""Arranging how an application is verified, what was seen, and the applicant's word on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from beacons.applications.forms.fields import VisibleText
from beacons.core.crispy import Layout
from beacons.core.forms import HouseForm, WhyForm, WordsField, dress
from beacons.core.widgets import Checkboxes, Radios
from beacons.core.workdays import LONDON
from beacons.rounds.models import Criterion, Stage
from panel.forms.moderation import ActForm
from panel.forms.sheets import ANCHORS
from panel.models import Appointment, Verification, VerificationMark
from panel.rules.verifications import Seen
from panel.statuses import VerificationKind


class ArrangeForm(HouseForm, forms.Form):
    """What, when, where, who, and what the panel wants to see. The applicant is told."""

    submit = "Arrange it and tell the applicant"
    optional_marks = False

    kind = forms.ChoiceField(label="How is it verified?", choices=VerificationKind.choices, widget=Radios())
    day = forms.DateField(label="Day")
    hour = forms.TimeField(label="Time", help_text="London time, for example 9:30am.")
    place = VisibleText(
        label="Where, or how to join", max_length=200, help_text="An address, a telephone number or a link."
    )
    looked_for = WordsField(
        words=200,
        label="What the panel wants to see",
        help_text="The applicant reads this, and can have the right people and papers there.",
    )
    lead = forms.ChoiceField(label="Who leads, and writes what was found?")
    members = forms.MultipleChoiceField(
        label="Who else takes part?", required=False, widget=Checkboxes(small=True)
    )

    def __init__(self, *args: Any, members: Sequence[Appointment], stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "day"
        ].help_text = (
            f"From {stage.opens_at:%-d %B} to noon on {stage.closes_at:%-d %B %Y}. For example, 27 3 2027."
        )
        self.by_key = {str(member.pk): member for member in members}
        choices = [(key, f"{member.user}, {member.seat}") for key, member in self.by_key.items()]
        self.fields["lead"].choices = [("", "Choose a member"), *choices]
        self.fields["members"].choices = choices

    def arranged(self) -> dict[str, Any]:
        """As the verb takes it."""
        said = self.cleaned_data
        return {
            "kind": said["kind"],
            "held_at": datetime.combine(said["day"], said["hour"], tzinfo=LONDON),
            "place": said["place"],
            "looked_for": said["looked_for"],
            "lead": self.by_key[said["lead"]],
            "members": [self.by_key[key] for key in said["members"]],
        }


class CallOffForm(WhyForm):
    submit = "Call it off"
    labels = {"why": "Why is it called off?"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, label="Why is it called off?", hint="The applicant reads this in a letter.", **kwargs
        )


class SeenForm(HouseForm, forms.Form):
    """For each criterion a mark of what was seen, with its reason; or nothing, where it was not looked into."""

    submit = "Save my marks"
    optional_marks = False
    NOTHING = "none"

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion],
        held: Mapping[int, VerificationMark],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            mark, scale = held.get(criterion.pk), dict(criterion.scale) or ANCHORS
            score = forms.ChoiceField(
                label=f"Your mark on “{criterion.name}”",
                choices=[
                    (self.NOTHING, "I did not look into this"),
                    *((str(number), f"{number}: {words}") for number, words in scale.items()),
                ],
                initial=str(mark.score) if mark else self.NOTHING,
                widget=Radios(small=True),
            )
            reason = WordsField(
                words=150,
                required=False,
                label=f"What you saw on “{criterion.name}”",
                initial=mark.reason if mark else "",
                help_text="Needed with a mark. The panel reads it; the applicant does not.",
            )
            self.fields |= {f"score_{criterion.pk}": score, f"reason_{criterion.pk}": reason}
            for field in (score, reason):
                dress(field, str(field.label))

    def layout(self) -> Layout:
        names = [f"{part}_{criterion.pk}" for criterion in self.criteria for part in ("score", "reason")]
        return Layout(*names)

    def marks(self) -> dict[int, Seen]:
        """By the keys of criteria."""
        said = self.cleaned_data
        scores = {criterion.pk: said[f"score_{criterion.pk}"] for criterion in self.criteria}
        return {
            pk: (None if score == self.NOTHING else int(score), said[f"reason_{pk}"])
            for pk, score in scores.items()
        }


class ReportForm(HouseForm, forms.Form):
    """The facts, which the applicant reads, and what is for the panel alone."""

    submit = "Send the facts to the applicant"
    optional_marks = False

    found = WordsField(
        words=600,
        label="The facts as they were found",
        help_text="Who was met, which figures were checked, and what they are. The applicant reads this and may correct it.",
    )
    for_panel = WordsField(
        words=300,
        required=False,
        label="For the panel alone",
        help_text="What you make of it. The applicant does not read this.",
    )


class AnswerForm(HouseForm, forms.Form):
    """The applicant's word on the facts."""

    submit = "Send our answer"
    optional_marks = False
    RIGHT, WRONG = "right", "wrong"

    right = forms.ChoiceField(
        label="Are these facts right?",
        choices=[(RIGHT, "Yes, they are right"), (WRONG, "No, something is wrong")],
        widget=Radios(),
    )
    corrections = WordsField(
        words=300,
        required=False,
        label="What is wrong, and how is it?",
        help_text="Facts only: the panel cannot take new claims. Leave it empty if everything is right.",
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("right") == self.RIGHT and said.get("corrections"):
            self.add_error("right", "You wrote what is wrong: choose “No”, or empty the box")
        return said

    @property
    def is_right(self) -> bool:
        return bool(self.cleaned_data["right"] == self.RIGHT)


class SettleForm(HouseForm, forms.Form):
    """The facts as they stand after the applicant's word."""

    submit = "Settle the facts"
    optional_marks = False

    found = WordsField(words=600, label="The facts as they stand")
    settlement = WordsField(words=200, label="What you changed for the corrections, and what not")

    def __init__(self, *args: Any, verification: Verification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["found"].initial = verification.found
        if verification.corrections:
            self.fields["settlement"].help_text = "The applicant reads this, with the facts as they stand."
        else:
            del self.fields["settlement"]


class VerifyForm(ActForm):
    """What all of it came to."""

    submit = "Record the verification"
    heading = "Record what was verified"

    note = WordsField(
        words=400,
        label="What was verified, how, and what was found",
        help_text="What the visits, calls and papers came to, for those who propose and agree the decision.",
    )
