"""What a preset says. Plain Python: presets are data that rounds are set up from, never asked of a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from beacons.rounds import asking
from beacons.rounds.timeline import APPLICATION_REMINDERS, REMINDERS, Leg

# Who may apply: councils signed up to an outcome of the round (with their districts and named partners), any
# authority, those awarded in the first phase, or councillors, each for themselves.
COHORT, ANY, FIRST_PHASE, COUNCILLORS = "cohort", "any", "first_phase", "councillors"

# What a certifier confirms, unless a kind of round says it in its own words.
STATEMENTS = (
    "I have read the whole application, and to the best of my knowledge it is true.",
    "If it wins, the authority will share what it learns and support others, in time, as the application says.",
)


@dataclass(frozen=True)
class CriterionPreset:
    """A criterion with its weight of 100, the mean mark below which a bid is not shortlisted, and its anchors.

    `anchors` say what the marks 0 to 5 mean, in that order.
    """

    key: str
    name: str
    weight: int
    description: str
    anchors: tuple[str, str, str, str, str, str]
    least: int = 0


@dataclass(frozen=True)
class QuestionPreset:
    """A question with its kind and limits, and the criterion it serves (none: the panel reads it and does not mark it).

    `key` is what the question is called in every round of the programme: by it answers are carried into a second
    phase. `shown_if` is the key of an earlier question, `shown_if_answer` the answer on which this one is asked.
    """

    key: str
    section: str
    text: str
    criterion: str = ""
    words: int = 300
    hint: str = ""
    required: bool = True
    kind: str = asking.LONG
    options: tuple[str, ...] = ()
    unit: str = ""
    lowest: int | None = None
    highest: int | None = None
    columns: tuple[str, ...] = ()
    most_rows: int = 10
    shown_if: str = ""
    shown_if_answer: str = ""


@dataclass(frozen=True)
class CategoryPreset:
    """A kind of award within a round, and what belongs into it, for whoever has to choose one."""

    name: str
    about: str


@dataclass(frozen=True)
class ActivityPreset:
    """What a holder is expected to do for others, unless its plan says otherwise.

    `kind` is one of `rounds.activities.ActivityKind`; `counted_as` says what tells how far it reached.
    """

    kind: str
    count: int
    counted_as: str


@dataclass(frozen=True)
class GrantPreset:
    """What one award pays, in whole pounds, and when; what its holder does for others."""

    usual: int
    least: int
    most: int
    # Of a grant, what must go into dissemination and support, in per cent.
    shared_least: int
    # A reserve is offered only while so many days of spreading remain.
    reserve_days: int
    # How many authorities each holder helps at least, and how many of them struggle.
    authorities: int = 12
    struggling: int = 3
    # Paid on signature and after the mid-point return, in per cent; what remains, after the closing return.
    on_signature: int = 40
    after_middle: int = 40
    # How far spreading has come when the mid-point return is due, in per cent; None: there is no such return.
    middle_at: int | None = 50
    # How far the close has come when the closing return is due, in per cent.
    closing_at: int = 50
    days_to_accept: int = 7


@dataclass(frozen=True)
class StageWords:
    """A stage in sentences: what is so while it is open, what its closing is called, and who does what meanwhile."""

    now: str
    closing: str
    meanwhile: str


@dataclass(frozen=True)
class Preset:
    """A kind of round: who may apply, its stages and limit, criteria, questions, grant and activities.

    A programme of two phases has two presets, of which the second names the first in `follows`: its limit is then
    counted from the first day of the first phase, and only those awarded there may apply.
    """

    key: str
    name: str
    about: str
    limit_months: int
    most_outcomes: int
    stages: tuple[Leg, ...]
    criteria: tuple[CriterionPreset, ...]
    questions: tuple[QuestionPreset, ...]
    grant: GrantPreset
    activities: tuple[ActivityPreset, ...]
    open_to: str = COHORT
    assessors_each: int = 3
    # What whoever certifies an application confirms, a box for each.
    statements: tuple[str, ...] = STATEMENTS
    # Criteria that a round of this kind cannot do without, each with a smallest mean mark.
    gates: tuple[str, ...] = ()
    categories: tuple[CategoryPreset, ...] = ()
    # Working days before sign-up closes, and before applications do, on which those who have something left to do are
    # written to.
    reminders: tuple[int, ...] = REMINDERS
    application_reminders: tuple[int, ...] = APPLICATION_REMINDERS
    # The key of the preset of the first phase.
    follows: str = ""
    # So many authorities bid together at least, the lead among them.
    cluster_least: int = 1
    # So many lead members of the LGA's board must stand behind a bid before it is found eligible.
    endorsements_least: int = 0
    # Of stages which this kind of round calls by other sentences than most, by key.
    words_of_stages: Mapping[str, StageWords] = field(default_factory=dict)

    @property
    def programme(self) -> str:
        """The code of the programme whose rounds these are: both phases belong to one."""
        return self.follows or self.key

    @property
    def days(self) -> int:
        """How long the stages last together."""
        return sum(leg.days for leg in self.stages)

    @property
    def words(self) -> int:
        """The longest application that can be written."""
        return sum(question.words for question in self.questions if question.kind in asking.TEXTS)

    def first_days(self, key: str) -> int:
        """Days from day 0 to the closing of a stage, as planned. KeyError if there is no such stage."""
        together = 0
        for leg in self.stages:
            together += leg.days
            if leg.key == key:
                return together
        raise KeyError(key)
