"""Where a round stands, in sentences: plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from beacons.core.workdays import noon, time_left
from beacons.rounds.presets import PRESETS
from beacons.rounds.presets.shape import StageWords

if TYPE_CHECKING:
    from beacons.rounds.models import Round

# What most rounds say of their stages; a preset may say it in other words.
STAGES: dict[str, StageWords] = {
    "sign_up": StageWords(
        "Councils are signing up",
        "Sign-up closes",
        "Councils confirm that they are signed up to an outcome and say what is hard about it.",
    ),
    "criteria": StageWords(
        "The criteria are being made from the issues",
        "Criteria are settled",
        "The panel and the cohort turn the issues into criteria and weights, which are then locked.",
    ),
    "applications": StageWords(
        "Applications are open",
        "Applications close",
        "Lead councils and their partners answer a short form.",
    ),
    "check": StageWords(
        "Applications are being checked",
        "The check ends",
        "Staff check who may apply, and panel members declare their interests.",
    ),
    "scoring": StageWords(
        "Applications are being scored",
        "Scoring closes",
        "Assessors mark each application apart from each other, then talk where their marks are apart.",
    ),
    "shortlist": StageWords(
        "The shortlist is being made",
        "The shortlist is settled",
        "The panel shortlists; each applicant is told its own result.",
    ),
    "verify": StageWords(
        "Shortlisted practice is being seen on the spot",
        "Visits end",
        "Assessors and peers see for themselves, by one visit or call.",
    ),
    "decision": StageWords(
        "The panel is deciding",
        "Decisions are due",
        "The panel proposes awards; both bodies agree them; then all are announced.",
    ),
    "agreement": StageWords(
        "Agreements are being signed",
        "Agreements are due",
        "Each holder accepts its grant and signs the agreement to share what it learns.",
    ),
    "develop": StageWords(
        "Holders are developing their practice",
        "Development ends",
        "Holders try their practice with a few councils of the cohort and write down what it takes.",
    ),
    "spread": StageWords(
        "Practice is being spread",
        "Spreading ends",
        "Open days, visits, mentoring and peer support, for those first who find the outcome hardest.",
    ),
    "close": StageWords(
        "The round is closing",
        "The round ends",
        "Results, what was learned, and what the next outcomes should be.",
    ),
}


@dataclass(frozen=True)
class Standing:
    """What is so now, and what closes (or opens) next."""

    now: str
    next: str


def full_day(day: date) -> str:
    """Friday 5 March 2027."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def at_noon(day: date, at: datetime) -> str:
    """At noon on Friday 5 March 2027, in 12 days."""
    return f"at noon on {full_day(day)}, {time_left(noon(day), at)}"


def standing(round: Round, at: datetime) -> Standing:
    """Where the round stands at an instant."""
    if not round.plan:
        return Standing("This round has no plan yet.", "")
    first, last = round.plan[0], round.plan[-1]
    if round.approved_at is None or round.approved_at > at:
        return Standing(
            "This round is being prepared and is not approved yet.",
            f"Day 0 is planned for {full_day(round.starts_on)}.",
        )
    if at < noon(first.opens_on):
        return Standing("The round has not begun.", f"It begins {at_noon(first.opens_on, at)}.")
    if at >= noon(last.closes_on):
        return Standing("The round has ended.", f"It ended at noon on {full_day(last.closes_on)}.")
    stage = round.stage(at) or round.closes_next(at)
    assert stage is not None
    words = words_of(round, stage.key)
    return Standing(f"{words.now}.", f"{words.closing} {at_noon(stage.closes_on, at)}.")


def words_of(round: Round, key: str) -> StageWords:
    """How this kind of round speaks of a stage."""
    own = PRESETS[round.kind].words_of_stages if round.kind in PRESETS else {}
    return own.get(key, STAGES[key])


def how_paid(round: Round) -> str:
    """40 per cent is paid on signature and the rest after the closing return."""
    parts = [
        (round.paid_on_signature, "on signature"),
        (round.paid_after_middle, "after the mid-point return"),
        (round.paid_after_closing, "after the closing return"),
    ]
    *first, (_, last) = [(share, when) for share, when in parts if share]
    if not first:
        return f"All of it is paid {last}."
    told = [
        f"{share} per cent {'' if number else 'is paid '}{when}" for number, (share, when) in enumerate(first)
    ]
    return f"{', '.join(told)} and the rest {last}."
