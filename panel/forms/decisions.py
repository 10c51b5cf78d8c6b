"""What the chair proposes, and what a signatory answers."""

from typing import Any

from django import forms

from beacons.core.forms import HouseForm, PoundsField, WordsField
from beacons.core.widgets import Radios
from panel.forms.moderation import ActForm
from panel.models import Case
from panel.statuses import CaseStatus, Verdict


class ProposeForm(HouseForm, forms.Form):
    """Award, reserve or decline, with amount and reasons. A case that was not shortlisted can only be declined."""

    submit = "Propose this decision"
    optional_marks = False

    verdict = forms.ChoiceField(
        label="What do you propose?",
        choices=Verdict.choices,
        widget=Radios(
            hints={
                Verdict.AWARD: "A grant from the pot, once a signatory of each body agrees.",
                Verdict.RESERVE: "Offered what comes free, in the order of the reserves.",
                Verdict.DECLINE: "No grant in this round.",
            }
        ),
    )
    amount = PoundsField(
        label="Grant", required=False, help_text="For an award or a reserve, in whole pounds."
    )
    reserve_place = forms.IntegerField(
        label="Place among the reserves",
        required=False,
        min_value=1,
        help_text="For a reserve. Leave it empty to keep the place it has, or to put it after the others.",
    )
    reasons = WordsField(
        words=400,
        label="Reasons",
        help_text="Sent to the applicant after the announcement. The reasons for an award are published.",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.status == CaseStatus.NOT_SHORTLISTED:
            self.fields["verdict"].choices = [(Verdict.DECLINE, Verdict.DECLINE.label)]
            self.fields["verdict"].initial = Verdict.DECLINE
            del self.fields["amount"], self.fields["reserve_place"]
            self.fields["reasons"].initial = case.shortlist_reason

    def proposal(self) -> dict[str, Any]:
        """What the verb is given: amount and place count only where the verdict has them."""
        data = self.cleaned_data
        declines = data["verdict"] == Verdict.DECLINE
        return {
            "verdict": data["verdict"],
            "amount": 0 if declines else data.get("amount") or 0,
            "reserve_place": data.get("reserve_place") if data["verdict"] == Verdict.RESERVE else None,
            "reasons": data["reasons"],
        }


class AnswerForm(ActForm):
    """A body's answer to the proposal that was read."""

    submit = "Send the answer"
    optional_marks = False
    AGREE, REFUSE = "agree", "refuse"

    body = forms.ChoiceField(label="You answer for", widget=forms.HiddenInput)
    proposal = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="Does your body agree?",
        choices=[(AGREE, "Agree"), (REFUSE, "Refuse")],
        widget=Radios(),
    )
    reason = WordsField(
        words=200,
        required=False,
        label="Reason for refusing",
        help_text=(
            "The chair reads it, and may propose once more. If the application is declined because the bodies do not"
            " agree, the applicant reads it too, without your name or your body's."
        ),
    )

    def __init__(self, *args: Any, bodies: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body.value, body.label) for body in bodies]
        if len(bodies) > 1:
            self.fields["body"].widget = Radios(choices=self.fields["body"].choices)
        elif bodies:
            self.fields["body"].initial = bodies[0].value
            self.fields["answer"].label = f"Does {bodies[0].label} agree?"
