"""Why one authority can be given no more time, or not this much.

Two people decide it, both before the authority's closing: afterwards who has handed in is known, and what is unfinished
lapses (docs/decisions/0029).
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from beacons.applications import calls, closings
from beacons.applications.deadline import day_in_words
from beacons.applications.models import Extension
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.words import reasons_unsaid
from beacons.core.workdays import LONDON, is_working_day
from beacons.directory.models import Authority
from beacons.rounds.models import Round, Stage
from beacons.rounds.rules import plan_door

# Somebody must be there to help when it ends.
OFFICE_OPENS, OFFICE_CLOSES = time(9), time(17)


def latest_end(a_round: Round) -> datetime:
    return closings.latest_end(a_round.plan, a_round.limit_on)


def reasons_not_to_extend_any(a_round: Round, *, at: datetime) -> list[str]:
    """Why no authority at all can be given more time now."""
    stage, last = a_round.stage_of(Stage.Key.APPLICATIONS), latest_end(a_round)
    if at < stage.opens_at or a_round.approved_at is None or at < a_round.approved_at:
        return ["Applications have not opened yet. More time is given while they are open."]
    if last <= stage.closes_at:
        return [f"No time is left that could be given: {checked_by(a_round)}"]
    if at >= last:
        return [f"More time could be given until {day_in_words(last)}."]
    return []


def reasons_not_to_extend(a_round: Round, authority: Authority, *, at: datetime) -> list[str]:
    """Why the authority can be given no more time at all, whatever the instant."""
    time_of = closings.Deadline(a_round, authority)
    if reasons := reasons_closed(time_of, at=at):
        return [*reasons, "More time is asked for and agreed to before the closing, never after it."]
    if latest_end(a_round) <= time_of.closes_at:
        return [f"No time is left that could be given: {checked_by(a_round)}"]
    return []


def reasons_not_to_ask_for_time(
    a_round: Round, authority: Authority, *, until: datetime, why: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_extend(a_round, authority, at=at)
    if not reasons:
        reasons = faults_in_end(a_round, authority, until)
    if not calls.may_want_time(a_round, at).filter(pk=authority.pk).exists():
        reasons.append(f"{authority} may not apply in this round, and has begun nothing.")
    if waiting := Extension.objects.waiting().filter(round=a_round, authority=authority).first():
        reasons.append(
            f"More time for {authority}, to {day_in_words(waiting.until)}, was asked for already and waits for an answer."
        )
    return reasons + reasons_unsaid(why, "Say why the authority needs more time.")


def faults_in_end(a_round: Round, authority: Authority, until: datetime) -> list[str]:
    """What is wrong with the instant that is asked for."""
    local, closes_at = until.astimezone(LONDON), closings.Deadline(a_round, authority).closes_at
    if until <= closes_at:
        return [f"{authority} has until {day_in_words(closes_at)} already. Choose a later instant."]
    if until > latest_end(a_round):
        return [
            f"More time can last until {day_in_words(latest_end(a_round))} at most: {checked_by(a_round)}"
        ]
    if not is_working_day(local.date()):
        return [f"{local:%A} {local.day} {local:%B %Y} is not a working day, so nobody could help."]
    if not OFFICE_OPENS <= local.time() <= OFFICE_CLOSES:
        return ["Choose a time between 9:00 and 17:00, when somebody is there to help."]
    return []


def checked_by(a_round: Round) -> str:
    reading = closings.opens_next(a_round.plan)
    opens = f"“{reading}” opens at {day_in_words(reading.opens_at)}" if reading else "the round ends then"
    return f"{opens}, and what comes in has to be checked before."


@plan_door
def reasons_not_to_plan(a_round: Round, planned: Sequence[Any]) -> list[str]:
    """More time that was given is kept: the panel's reading does not move before what it is waiting for."""
    if not any(stage.key == closings.APPLICATIONS for stage in planned):
        return []
    last = closings.latest_end(planned, a_round.limit_on)
    reading = closings.opens_next(planned)
    return [
        f"An authority was given time for its application until {day_in_words(extension.until)}, and what it submits has"
        f" to be checked before “{reading}” opens: that cannot be at {day_in_words(reading.opens_at)}."
        for extension in a_round.extensions.agreed().order_by("until")
        if reading and extension.until > last
    ]


def reasons_not_to_agree_to_time(extension: Extension, *, by: Any, at: datetime) -> list[str]:
    if reasons := reasons_answered(extension):
        return reasons
    reasons = reasons_not_to_extend(extension.round, extension.authority, at=at)
    if not reasons:
        reasons = faults_in_end(extension.round, extension.authority, extension.until)
    if by is None or by.pk == extension.asked_by_id:
        reasons.append("A second person agrees to an extension, not the one who asked for it.")
    return reasons


def reasons_not_to_refuse_time(extension: Extension, *, why: str, at: datetime) -> list[str]:
    return reasons_answered(extension) + reasons_unsaid(why, "Say why it is not given.")


def reasons_answered(extension: Extension) -> list[str]:
    if extension.agreed_at:
        return [f"{extension.agreed_by} has agreed to it already."]
    if extension.refused_at:
        return [f"{extension.refused_by} has refused it already."]
    return []
