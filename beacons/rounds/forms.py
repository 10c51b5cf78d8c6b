"""How a round is set up, laid out and moved, as far as forms can check it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beacons.core.forms import HouseForm
from beacons.core.formsets import HeldFormSet
from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.rounds import asking, rules, timeline
from beacons.rounds.models import Category, Criterion, ExpectedActivity, Question, Round, Stage
from beacons.rounds.presets import PRESETS
from outcomes.models import Outcome

MOST_STATEMENTS, LONGEST_STATEMENT = 6, 250


class MoveForm(HouseForm, forms.Form):
    """Another closing for one stage; first seen, then done."""

    submit = "See what moves"

    closes_on = forms.DateField(
        label="New closing day", help_text="The stage closes at noon. For example, 27 3 2027."
    )
    why = forms.CharField(
        max_length=500,
        label="Why the plan changes",
        help_text="The councils whom the round concerns are told the new dates and this reason.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # The day whose preview was shown: the move is made only when it is still the day asked for.
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    @property
    def was_seen(self) -> bool:
        return self.cleaned_data.get("seen") == self.cleaned_data["closes_on"]


class OutcomesField(forms.ModelMultipleChoiceField):
    """Outcomes, those first to which most councils signed up."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, outcome: Any) -> str:
        return f"{outcome} ({outcome.cohort_size} signed up)"


def ranked_outcomes() -> Any:
    return Outcome.objects.for_list()


class RoundForm(forms.ModelForm):
    """What the admin's two forms of a round share."""

    instant: datetime
    outcomes = OutcomesField(
        queryset=Outcome.objects.none(), help_text="Ranked by the councils signed up. One to six."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the admin shows read-only it excludes; a field declared here would be asked for all the same.
        for name in self._meta.exclude or ():
            self.fields.pop(name, None)
        if "outcomes" in self.fields:
            self.fields["outcomes"].queryset = ranked_outcomes()  # type: ignore[attr-defined]
        if "outcomes_reason" in self.fields:
            self.fields["outcomes_reason"].required = True


class SetUpForm(RoundForm):
    """A round from a preset, in minutes: the rest is copied and can be changed afterwards.

    With “See the plan first” the same form comes back with the dates that would follow, and nothing is saved.
    """

    preset = forms.ChoiceField(
        label="Kind of round", choices=[(kind.key, kind.name) for kind in PRESETS.values()]
    )
    follows = forms.ModelChoiceField(
        Round.objects.none(),
        required=False,
        label="First phase",
        empty_label="none: this is no second phase",
        help_text="For a second phase alone: the round whose awards open it.",
    )

    class Meta:
        model = Round
        fields = ("preset", "follows", "name", "slug", "starts_on", "outcomes", "outcomes_reason", "pot")
        help_texts = {
            "slug": "The end of the round’s address: small letters, digits and hyphens.",
            "starts_on": "The first stage opens at noon of this day; the others follow from it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = Round.objects.filter(kind__in=[kind.follows for kind in PRESETS.values() if kind.follows])
        self.fields["follows"].queryset = first.filter(second_phase=None).order_by("-starts_on")  # type: ignore[attr-defined]

    def clean_starts_on(self) -> date:
        starts_on = self.cleaned_data["starts_on"]
        if starts_on < day_in_london(self.instant):
            raise ValidationError("Day 0 has passed: choose today or a later day.")
        return starts_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = ("preset", "slug", "starts_on", "outcomes", "outcomes_reason", "pot")
        if all(cleaned.get(name) is not None for name in asked) and "follows" in cleaned:
            facts = {name: cleaned[name] for name in (*asked, "follows")}
            for reason in rules.reasons_not_to_set_up(facts.pop("preset"), **facts):
                self.add_error(None, reason)
        return cleaned

    def _post_clean(self) -> None:
        """Who may apply comes with the preset, and the database asks that it fits what the round follows."""
        if kind := PRESETS.get(self.cleaned_data.get("preset", "")):
            self.instance.open_to = kind.open_to
        super()._post_clean()  # type: ignore[misc]

    @property
    def is_preview(self) -> bool:
        return "_preview" in self.data

    def is_valid(self) -> bool:
        """What was asked for as a preview is not to be saved, right as it may be."""
        return super().is_valid() and not self.is_preview

    @property
    def plan(self) -> list[timeline.Planned]:
        """The dates that follow from what was typed; none where it is not right yet."""
        if not self.is_bound or self.errors:
            return []
        return timeline.plan(self.cleaned_data["starts_on"], PRESETS[self.cleaned_data["preset"]].stages)

    @property
    def must_end_by(self) -> date:
        first = self.cleaned_data["follows"]
        counted_from = first.starts_on if first else self.cleaned_data["starts_on"]
        return timeline.limit(counted_from, PRESETS[self.cleaned_data["preset"]].limit_months)


class ChangeForm(RoundForm):
    """A round that is there; `why` belongs to a change of its plan."""

    why = forms.CharField(
        label="Why the plan changes",
        required=False,
        max_length=500,
        help_text="Wanted when closings change after the round was approved; the councils whom it concerns are told.",
    )

    class Meta:
        model = Round
        fields = (
            "name",
            "starts_on",
            "outcomes",
            "outcomes_reason",
            "pot",
            "grant_least",
            "grant_most",
            "shared_least",
            "authorities_to_help",
            "struggling_to_help",
            "asks_for_a_plan",
            "assessors_each",
            "statements",
            "figures_least",
            "figures_most",
            "files_most",
            "file_megabytes",
            "reminds",
            "reminder_days",
            "application_reminder_days",
            "hour_rate_council",
            "hour_rate_panel",
            "hour_rate_office",
            "office_hours",
            "open_to",
            "reserve_days",
            "cluster_least",
            "endorsements_least",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "open_to" in self.fields:
            second = Round.OpenTo.FIRST_PHASE
            self.fields["open_to"].choices = [  # type: ignore[attr-defined]
                (value, label)
                for value, label in Round.OpenTo.choices
                if (value == second) == (self.instance.follows_id is not None)
            ]

    def clean_statements(self) -> str:
        """Each stands beside a box of its own, so it is a line and not an essay."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["statements"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if not is_blank(line)))
        if not lines:
            raise ValidationError("Write at least one statement.")
        if len(lines) > MOST_STATEMENTS:
            raise ValidationError(f"There are {len(lines)} statements; {MOST_STATEMENTS} are the most.")
        if long := [line for line in lines if len(line) > LONGEST_STATEMENT]:
            raise ValidationError(
                f"“{long[0][:40]}…” is longer than {LONGEST_STATEMENT} characters. Say it in two statements."
            )
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "outcomes" in cleaned:
            most = self.instance.preset.most_outcomes if self.instance.preset else None
            for reason in rules.faults_in_outcomes(
                len(cleaned["outcomes"]), most, cleaned.get("outcomes_reason", "-")
            ):
                self.add_error("outcomes", reason)
            for reason in rules.faults_in_outcomes_of_phases(self.instance, cleaned["outcomes"]):
                self.add_error("outcomes", reason)
        return cleaned


class PartsFormSet(HeldFormSet):
    """Parts of a round that must be right together."""

    instant: datetime
    is_refused = False
    ask: Callable[[Round], list[str]]

    def clean(self) -> None:
        super().clean()
        # Of what a verb has refused, the round's own form says why.
        if any(self.errors) or self.is_refused or not self.has_changed():
            return
        # Asked afresh: what was typed about the round itself is on the instance already.
        if reasons := self.ask(Round.objects.get(pk=self.instance.pk)):
            raise ValidationError(reasons)

    def kept(self) -> list[Any]:
        """Every row as it would be, without those to be taken away."""
        rows = [form for form in self.forms if form not in self.deleted_forms]
        return [form.instance for form in rows if form.instance.pk or form.has_changed()]


class StageFormSet(PartsFormSet):
    @property
    def closings(self) -> dict[int, date]:
        """The closings that were changed, by id of the stage."""
        changed = [form for form in self.initial_forms if "closes_on" in form.changed_data]
        return {form.instance.pk: form.cleaned_data["closes_on"] for form in changed}

    def ask(self, round: Round) -> list[str]:
        reasons = rules.reasons_not_to_lay_out(round, self.closings, at=self.instant)
        if not reasons and round.approved_at and not self.data.get("why", "").strip():
            reasons = ["Say above why the plan changes."]
        return reasons


class CriterionFormSet(PartsFormSet):
    def ask(self, round: Round) -> list[str]:
        return rules.reasons_not_to_edit(round, at=self.instant) or rules.faults_in_criteria(
            self.kept(), rules.gates(round)
        )


class ActivityFormSet(PartsFormSet):
    def ask(self, round: Round) -> list[str]:
        return rules.reasons_not_to_edit(round, at=self.instant) or rules.faults_in_activities(self.kept())


class CategoryFormSet(PartsFormSet):
    def ask(self, round: Round) -> list[str]:
        return rules.reasons_not_to_edit(round, at=self.instant) or rules.faults_in_categories(
            round, [category.name for category in self.kept()]
        )


class QuestionFormSet(PartsFormSet):
    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(Criterion.objects.filter(round_id=self.instance.pk))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(index),
            "criteria": self.criteria,
            "questions": list(self.held.values()),
        }

    def ask(self, round: Round) -> list[str]:
        questions = self.kept()
        return rules.reasons_not_to_edit(round, at=self.instant) or [
            *asking.faults_in(questions),
            *asking.faults_in_files(questions, round.files_most),
        ]


class StageForm(forms.ModelForm):
    class Meta:
        model = Stage
        fields = ("closes_on",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "closes_on" in self.fields:
            # In a table the heading of the column is no label.
            self.fields["closes_on"].widget.attrs["aria-label"] = f"{self.instance} closes on"


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ("name", "position", "about")
        widgets = {"about": forms.Textarea(attrs={"rows": 2})}


class CriterionForm(forms.ModelForm):
    class Meta:
        model = Criterion
        fields = ("name", "key", "weight", "least", "position", "description", "anchors")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "anchors": forms.Textarea(attrs={"rows": 7}),
        }


class ExpectedActivityForm(forms.ModelForm):
    class Meta:
        model = ExpectedActivity
        fields = ("kind", "count", "counted_as", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # In a table the heading of the column is no label.
            field.widget.attrs["aria-label"] = f"{self.instance if self.instance.pk else 'Another'}: {name}"


class QuestionForm(forms.ModelForm):
    """Chooses among criteria and questions that were fetched once for all the questions of the page."""

    criterion = forms.TypedChoiceField(required=False, empty_value=None, label="Counts for")
    shown_if = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label="Asked only if",
        help_text="An earlier question of one choice, several choices or a statement. Save that one first.",
    )

    class Meta:
        model = Question
        fields = (
            "section",
            "text",
            "hint",
            "kind",
            "word_limit",
            "options",
            "unit",
            "lowest",
            "highest",
            "columns",
            "most_rows",
            "shown_if",
            "shown_if_answer",
            "criterion",
            "required",
            "position",
        )
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "hint": forms.Textarea(attrs={"rows": 2}),
            "options": forms.Textarea(attrs={"rows": 3}),
            "columns": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion] = (),
        questions: Sequence[Question] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("criterion", "no criterion", [(each, each.name) for each in criteria])
        self.offer(
            "shown_if",
            "always",
            [
                (each, each.text)
                for each in questions
                if each.kind in asking.DECIDING and each.pk != self.instance.pk
            ],
        )

    def offer(self, name: str, nothing: str, rows: Sequence[tuple[Any, str]]) -> None:
        if name in self.fields:
            field: Any = self.fields[name]
            field.choices = [("", nothing), *((str(row.pk), words) for row, words in rows)]
            field.coerce = {str(row.pk): row for row, _ in rows}.__getitem__
            self.initial[name] = str(getattr(self.instance, f"{name}_id") or "")
