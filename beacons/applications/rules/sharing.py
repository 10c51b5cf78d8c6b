"""What is wrong with a sharing plan, and what it lacks before it can be certified."""

from collections.abc import Sequence
from datetime import date, datetime

from beacons.applications.models import Application
from beacons.applications.rules.writing import reasons_not_to_edit
from beacons.applications.sharing import Activity, Plan, plan_of
from beacons.core import text
from beacons.rounds.activities import ActivityKind, counted
from beacons.rounds.models import Round, Stage
from beacons.rounds.wording import full_day

MOST_ACTIVITIES = 30
MOST_PEERS = 20
# More than that of one kind, in one year, nobody holds.
MOST_OF_A_KIND = 200
MOST_DAYS = 230
MOST_AUTHORITIES = 400
# Nobody is called by what is said of them behind the seal.
HARDEST = "authorities that find this outcome hardest"


def reasons_not_to_save_plan(application: Application, plan: Plan, *, at: datetime) -> list[str]:
    """A plan with gaps is kept; one that no plan could be is refused."""
    return reasons_not_to_edit(application, at=at) + faults_in_plan(plan)


def faults_in_plan(plan: Plan) -> list[str]:
    reasons = []
    if len(plan.activities) > MOST_ACTIVITIES:
        reasons.append(f"There can be {MOST_ACTIVITIES} lines of activities at most.")
    if len(plan.peers) > MOST_PEERS:
        reasons.append(f"{MOST_PEERS} people can be named at most.")
    if any(each.kind not in ActivityKind.values for each in plan.activities):
        reasons.append("One of these kinds of activity is not known here. Choose it from the list.")
    if not all(_between(each.count, MOST_OF_A_KIND) for each in plan.activities):
        reasons.append(f"Of each kind plan between 1 and {MOST_OF_A_KIND}.")
    if any(text.is_blank(peer.name) for peer in plan.peers):
        reasons.append("Name each person who gives days.")
    if not all(_between(peer.days, MOST_DAYS) for peer in plan.peers):
        reasons.append(f"One person can offer between 1 and {MOST_DAYS} days.")
    authorities, struggling = plan.authorities, plan.struggling
    if not _between(authorities, MOST_AUTHORITIES) or not _between(struggling, MOST_AUTHORITIES, least=0):
        reasons.append(f"You can promise to help between 1 and {MOST_AUTHORITIES} authorities.")
    elif authorities is not None and struggling is not None and struggling > authorities:
        reasons.append(
            "The authorities that find this outcome hardest are among those you help, so there cannot be more of them."
        )
    return reasons


def _between(number: int | None, most: int, least: int = 1) -> bool:
    return number is None or least <= number <= most


def reasons_plan(application: Application) -> list[str]:
    """What the plan lacks. Where the round asks for none, one that is begun is finished all the same."""
    plan, a_round = plan_of(application), application.round
    if plan.is_empty and not a_round.asks_for_a_plan:
        return []
    reasons = reasons_promise(plan, a_round)
    if not plan.activities:
        reasons.append("Plan what you will hold for others: an open day, visits, a workshop.")
    for activity in plan.activities:
        reasons += reasons_activity(activity, a_round)
    for peer in plan.peers:
        if peer.days is None:
            reasons.append(f"Say how many days {peer.name} offers.")
        if text.is_blank(peer.job_title):
            reasons.append(f"Say what {peer.name} does.")
    return reasons


def reasons_promise(plan: Plan, a_round: Round) -> list[str]:
    """How many authorities are helped, in the round's own figures."""
    reasons = []
    for number, least, noun in (
        (plan.authorities, a_round.authorities_to_help, "authorities"),
        (plan.struggling, a_round.struggling_to_help, HARDEST),
    ):
        if number is None:
            reasons.append(f"Say how many {noun} you will help.")
        elif number < least:
            reasons.append(
                f"You promise to help {number} {noun}; each holder of this round helps {least} at least."
            )
    return reasons


def reasons_activity(activity: Activity, a_round: Round) -> list[str]:
    of_kind, reasons = counted(activity.kind, None).lower(), []
    if activity.count is None:
        reasons.append(f"Say how many {of_kind} you will hold.")
    if activity.until is None:
        reasons.append(f"Say by when your {of_kind} will be held.")
    else:
        opens_on, closes_on = time_to_spread(a_round)
        if not opens_on <= activity.until <= closes_on:
            reasons.append(
                f"Your {of_kind} are to be held by {full_day(activity.until)}; others can be helped from"
                f" {full_day(opens_on)} to {full_day(closes_on)}."
            )
    return reasons


def time_to_spread(a_round: Round) -> tuple[date, date]:
    """The first and the last day on which holders spread what they know; a round without that stage has all its days."""
    stages: Sequence[Stage] = [
        stage for stage in a_round.plan if stage.key == Stage.Key.SPREAD
    ] or a_round.plan
    return stages[0].opens_on, stages[-1].closes_on
