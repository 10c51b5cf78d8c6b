"""What a preset says. Plain Python: presets are data that rounds are set up from, never asked of a database."""

from __future__ import annotations

from dataclasses import dataclass

from beacons.rounds.timeline import Leg


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
    """A question, the criterion it serves, and how many words its answer may have."""

    section: str
    text: str
    criterion: str
    words: int
    hint: str = ""
    required: bool = True


@dataclass(frozen=True)
class InstalmentPreset:
    """A share of a grant, in per cent, and the return it waits for (none: it is due on signature)."""

    share: int
    after: str = ""


@dataclass(frozen=True)
class ReturnPreset:
    """A short report of the holder, due where its stage has come so far (in per cent of the stage)."""

    kind: str
    stage: str
    at: int


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
    """What one award pays, in whole pounds, and when."""

    usual: int
    least: int
    most: int
    # Of a grant, what must go into dissemination and support, in per cent.
    shared_least: int
    instalments: tuple[InstalmentPreset, ...]
    returns: tuple[ReturnPreset, ...]
    days_to_accept: int
    # A reserve is offered only while so many days of spreading remain.
    reserve_days: int
    # How many authorities each holder helps at least, and how many of them struggle.
    authorities: int = 12
    struggling: int = 3


@dataclass(frozen=True)
class Preset:
    """A kind of round: its stages, limit, criteria, questions, grant and activities."""

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
    assessors_each: int = 3
    # Criteria that a round of this kind cannot do without, each with a smallest mean mark.
    gates: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """How long the stages last together."""
        return sum(leg.days for leg in self.stages)

    @property
    def words(self) -> int:
        """The longest application that can be written."""
        return sum(question.words for question in self.questions)
