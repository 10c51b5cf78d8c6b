"""The sharing plan: a promise, rows of activities and rows of people, in one form that works without scripts.

Its rows are those that were typed, or else those saved, or else those that the round expects; each list has one row
to spare. A row is taken out of the plan by a tick, so one press of one button saves the whole of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from beacons.applications import rules
from beacons.applications.actions import Overtaken
from beacons.applications.models import Application
from beacons.applications.sharing import Activity, Peer, Plan, expected_of, plan_of
from beacons.core import text
from beacons.core.crispy import EnterSaves, Group, Layout, Press, Row, Shown
from beacons.core.forms import HouseForm
from beacons.core.widgets import Checkbox
from beacons.rounds.activities import ActivityKind, counted
from beacons.rounds.models import ExpectedActivity, Round
from beacons.rounds.wording import full_day

NARROW = {"inputmode": "numeric", "class": "govuk-input--width-3"}


@dataclass(frozen=True)
class Line:
    """One row of the form: its fields by name, and what stands above them."""

    prefix: str
    legend: str
    fields: Mapping[str, forms.Field]
    hint: str = ""
    # Where the page opens again for one more row.
    place: str = ""

    def name(self, field_name: str) -> str:
        return f"{self.prefix}_{field_name}"

    def drawn(self) -> Row:
        names = (self.name(each) for each in self.fields)
        return Row(self.legend, *names, hint=self.hint, place=self.place)


@dataclass(frozen=True)
class Lines:
    """The rows of the two lists."""

    activities: list[Line] = field(default_factory=list)
    peers: list[Line] = field(default_factory=list)

    def __iter__(self) -> Any:
        return iter([*self.activities, *self.peers])


class SharingForm(HouseForm, forms.Form):
    """The promise; `sharing_form` makes the class that has the rows as well."""

    submit = "Save and return to the task list"
    buttons = (("stay", "Save and stay on this page"),)
    optional_marks = False
    lines = Lines()

    authorities = forms.IntegerField(label="Authorities you will help", required=False, min_value=1)
    struggling = forms.IntegerField(
        label="How many of them find this outcome hardest", required=False, min_value=0
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        plan, expected = plan_of(application), expected_of(application.round)
        # Does it open it with the round's own numbers, none of which counts before it is saved? What was carried over from
        # a first phase does not say how many this one helps.
        self.is_suggested = plan.is_empty or bool(application.carried_from_id and plan.authorities is None)
        shown = expected if self.is_suggested else plan
        kwargs["initial"] = {
            "authorities": shown.authorities,
            "struggling": shown.struggling,
            "seen": plan.fingerprint(),
        }
        super().__init__(*args, **kwargs)

    def layout(self) -> Layout:
        a_round = self.application.round
        return Layout(
            EnterSaves(),
            Group("Whom you will help", "authorities", "struggling", hint=promise_hint(a_round)),
            Group(
                "What you will hold",
                *(line.drawn() for line in self.lines.activities),
                Press("row", "another-activity", "Save and add an activity"),
                hint=when_hint(a_round),
            ),
            Group(
                "Who will give days to other councils",
                *(line.drawn() for line in self.lines.peers),
                Press("row", "another-person", "Save and add a person"),
                hint="Optional, and it counts for you: people who did the work, with their time set aside.",
            ),
            *([Shown("applications/_plan_begins.html")] if self.is_suggested else []),
            "seen",
        )

    def shows(self) -> list[Any]:
        return [plan_of(self.application).fingerprint()]

    def full_clean(self) -> None:
        """What is taken out of the plan need not be right."""
        super().full_clean()  # type: ignore[misc]
        for line in self.lines:
            if self.is_bound and self.is_taken_out(line):  # type: ignore[attr-defined]
                for name in line.fields:
                    self._errors.pop(line.name(name), None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data  # type: ignore[misc]
        wanted = {"kind": "Choose what kind of activity this is", "name": "Name who gives these days"}
        for line in self.lines:
            first = next(iter(line.fields))
            is_nameless = text.is_blank(cleaned.get(line.name(first)) or "")
            if is_nameless and self.is_said(line) and line.name(first) not in self._errors:
                self.add_error(line.name(first), wanted[first])
        return cleaned

    def is_taken_out(self, line: Line) -> bool:
        return bool(self.data.get(self.add_prefix(line.name("out"))))

    def is_said(self, line: Line) -> bool:
        """Is anything typed in this row, right or wrong, beside what it begins with?"""
        _, *others = line.fields
        return any(
            not text.is_blank(str(self[line.name(name)].value() or ""))  # type: ignore[index]
            for name in others
            if name != "out"
        )

    def plan(self) -> Plan:
        """What `actions.save_plan` takes."""
        return Plan(
            authorities=self.cleaned_data["authorities"],
            struggling=self.cleaned_data["struggling"],
            activities=tuple(Activity(**facts) for facts in self.kept(self.lines.activities)),
            peers=tuple(Peer(**facts) for facts in self.kept(self.lines.peers)),
        )

    def kept(self, lines: Iterable[Line]) -> list[dict[str, Any]]:
        """What was typed in each row that stays and is not empty."""
        found = []
        for line in lines:
            facts = {name: self.cleaned_data.get(line.name(name)) for name in line.fields if name != "out"}
            if facts[next(iter(line.fields))] and not self.is_taken_out(line):
                found.append(facts)
        return found

    @property
    def seen_plan(self) -> str:
        """The fingerprint of the plan with which the page was opened; a form that says none has seen none."""
        return self.cleaned_data["seen"]

    def overtaken(self, refusal: Overtaken) -> "SharingForm":
        """The next save is one made in knowledge of theirs."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = plan_of(refusal.application).fingerprint()
        self.refused(refusal)
        return self


def promise_hint(a_round: Round) -> str:
    least, struggling = a_round.authorities_to_help, a_round.struggling_to_help
    authorities = "1 authority" if least == 1 else f"{least} authorities"
    among = f", and among them {struggling} of those that find the outcome hardest" if struggling else ""
    return f"Each holder of this round helps {authorities} at least{among}."


def when_hint(a_round: Round) -> str:
    opens_on, closes_on = rules.time_to_spread(a_round)
    return (
        f"Others can be helped from {full_day(opens_on)} to {full_day(closes_on)}."
        " Plan what your team can carry: if you win, this is the plan of your grant."
    )


def sharing_form(application: Application, typed: Any = None) -> type[SharingForm]:
    """The form class for one application's plan, or for what was typed about it."""
    plan = plan_of(application)
    if plan.is_empty:
        plan = expected_of(application.round)
    expected = {row.kind: row for row in application.round.expected_activities.all()}
    lines = Lines(
        activity_lines(plan.activities, expected, typed),
        [
            peer_line(number, row)
            for number, row in numbered(plan.peers, Peer(""), "peer", "name", rules.MOST_PEERS, typed)
        ],
    )
    fields = {line.name(name): each for line in lines for name, each in line.fields.items()}
    return type("PlanForm", (SharingForm,), {**fields, "lines": lines})


def numbered(
    rows: Sequence[Any], empty: Any, prefix: str, first: str, most: int, typed: Any
) -> list[tuple[int, Any]]:
    """Each row of a list with its number: as many as were typed, or those that are there and one to spare."""
    count = min(len(rows) + 1, most)
    if typed is not None:
        count = 0
        # One more than may be kept: so that too many are refused in words, and not dropped.
        while count <= most and f"{prefix}{count}_{first}" in typed:
            count += 1
    return [(number, rows[number] if number < len(rows) else empty) for number in range(count)]


def activity_lines(
    rows: Sequence[Activity], expected: Mapping[str, ExpectedActivity], typed: Any
) -> list[Line]:
    lines: list[Line] = []
    kinds: list[str] = []
    for number, row in numbered(rows, Activity(""), "activity", "kind", rules.MOST_ACTIVITIES, typed):
        kind = row.kind if typed is None else typed.get(f"activity{number}_kind", "")
        kinds.append(kind)
        lines.append(activity_line(number, row, kind, kinds.count(kind), expected.get(kind)))
    return lines


def activity_line(
    number: int, row: Activity, kind: str, time: int, expected: ExpectedActivity | None
) -> Line:
    """A kind that is in the plan is the row's legend; in the row to spare it is chosen."""
    is_known = kind in ActivityKind.values
    of_kind = counted(kind, None) if is_known else "Another activity"
    legend = f"{of_kind} ({time})" if is_known and time > 1 else of_kind
    in_words = legend.lower() if is_known else "of them"
    choices = [("", "Choose a kind"), *ActivityKind.choices]
    kept = forms.HiddenInput() if is_known and row.kind else forms.Select()
    fields: dict[str, forms.Field] = {
        "kind": forms.ChoiceField(
            label=f"Kind of activity, row {number + 1}",
            choices=choices,
            required=False,
            initial=row.kind,
            widget=kept,
        ),
        "count": forms.IntegerField(
            label=f"How many {in_words}",
            required=False,
            min_value=1,
            max_value=rules.MOST_OF_A_KIND,
            initial=row.count,
            widget=forms.TextInput(NARROW),
        ),
        "until": forms.DateField(
            label=f"{legend if is_known else 'All'} held by", required=False, initial=row.until
        ),
        "note": forms.CharField(
            label="For whom, and about what", required=False, max_length=300, initial=row.note
        ),
    }
    if is_known:
        fields["out"] = taken_out(f"Take {in_words} out of the plan")
    place = "" if is_known else "another-activity"
    hint = f"The round expects {counted(kind, expected.count)}." if expected else ""
    if expected and expected.counted_as:
        hint += f" Counted afterwards: {expected.counted_as}."
    return Line(f"activity{number}", legend, fields, hint, place)


def peer_line(number: int, row: Peer) -> Line:
    who = row.name or f"person {number + 1}"
    fields: dict[str, forms.Field] = {
        "name": forms.CharField(
            label=f"Name of person {number + 1}", required=False, max_length=120, initial=row.name
        ),
        "job_title": forms.CharField(
            label="Job title", required=False, max_length=120, initial=row.job_title
        ),
        "days": forms.IntegerField(
            label=f"Days offered by {who}",
            required=False,
            min_value=1,
            max_value=rules.MOST_DAYS,
            initial=row.days,
            widget=forms.TextInput(NARROW),
        ),
    }
    if row.name:
        fields["out"] = taken_out(f"Take {who} out of the plan")
    return Line(f"peer{number}", f"Person {number + 1}", fields, place="" if row.name else "another-person")


def taken_out(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=Checkbox(small=True))
