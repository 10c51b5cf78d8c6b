"""Why something may not happen to a round now. The page and the verb ask the same functions."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from beacons.core.steps import Step
from beacons.core.workdays import day_in_london, is_working_day, noon, working_day_on_or_before
from beacons.rounds import asking, engagement, plans, timeline
from beacons.rounds.activities import ActivityKind
from beacons.rounds.models import Criterion, ExpectedActivity, Round, Stage
from beacons.rounds.plans import Move
from beacons.rounds.presets import PRESETS, Preset
from beacons.rounds.timeline import Dated
from beacons.rounds.wording import full_day
from outcomes.models import Issue
from outcomes.rules import door, merging_door, reader

WEIGHTS = 100
# So much a stage keeps, when another asks it for days.
SHORTEST = 5


# Setting up and approving


def reasons_not_to_set_up(
    preset: str,
    *,
    slug: str,
    starts_on: date,
    outcomes: Collection[Any],
    outcomes_reason: str,
    pot: int,
    follows: Round | None = None,
) -> list[str]:
    if preset not in PRESETS:
        return [f"There is no preset called “{preset}”."]
    kind = PRESETS[preset]
    reasons = reasons_not_to_follow(kind, follows)
    reasons += faults_in_outcomes(len(outcomes), kind.most_outcomes, outcomes_reason)
    if pot < kind.grant.least:
        reasons.append(pot_too_small(pot, kind.grant.least))
    planned = timeline.plan(starts_on, kind.stages)
    if kind.follows and follows is not None and not reasons:
        reasons += outside_the_first_phase(follows, outcomes)
        reasons += too_soon_after(follows, starts_on)
        reasons += over_the_limit(planned, follows.starts_on, kind.limit_months, first=True)
    else:
        reasons += over_the_limit(planned, starts_on, kind.limit_months)
    if Round.objects.filter(slug=slug).exists():
        reasons.append(f"Another round has the address “{slug}”.")
    return reasons


def reasons_not_to_follow(kind: Preset, first: Round | None) -> list[str]:
    """A second phase needs a first one of its programme that has no second yet; no other round follows any."""
    if not kind.follows:
        return [f"“{kind.name}” has one phase, or is the first: it follows no other round."] if first else []
    if first is None:
        return [f"Choose the round that “{kind.name}” follows."]
    if first.kind != kind.follows:
        return [f"{first} is not a first phase that “{kind.name}” could follow."]
    second = Round.objects.filter(follows=first).first()
    return [f"{first} has a second phase already: {second}."] if second else []


def outside_the_first_phase(first: Round, outcomes: Iterable[Any]) -> list[str]:
    """A second phase is about outcomes of the first: nobody was awarded for any other."""
    known = set(first.outcomes.values_list("pk", flat=True))
    return [f"“{each}” is not an outcome of {first}." for each in outcomes if each.pk not in known]


def faults_in_outcomes_of_phases(round: Round, outcomes: Collection[Any]) -> list[str]:
    """What a choice of outcomes would do to the phase before the round or after it."""
    if round.follows is not None:
        return outside_the_first_phase(round.follows, outcomes)
    kept = {each.pk for each in outcomes}
    second = Round.objects.filter(follows=round).first()
    lost = [each for each in second.outcomes.all() if each.pk not in kept] if second else []
    return [f"“{each}” is an outcome of {second}, its second phase." for each in lost]


def too_soon_after(first: Round, starts_on: date, agreed_on: date | None = None) -> list[str]:
    """Who may apply in a second phase is known when the first's awards are announced, and settled when they are agreed.

    `agreed_on` is when its agreements would be due, where that is about to change.
    """
    due = agreed_on or first.stage_of(Stage.Key.AGREEMENT).closes_on
    if starts_on >= due:
        return []
    return [
        f"The second phase cannot begin on {full_day(starts_on)}: the agreements of {first} are due on"
        f" {full_day(due)}."
    ]


def reasons_not_to_approve(round: Round) -> list[str]:
    """What is missing before the chairs and the bodies can approve the outcomes, the plan and the pot."""
    if round.approved_at is not None:
        return ["This round is approved already."]
    most = round.preset.most_outcomes if round.preset else None
    reasons = list(faults_in_outcomes(len(round.outcomes.all()), most, round.outcomes_reason))
    if round.pot < round.grant_least:
        reasons.append(pot_too_small(round.pot, round.grant_least))
    if round.follows is not None and round.follows.approved_at is None:
        reasons.append(f"{round.follows}, its first phase, is not approved.")
    reasons += faults_in_plan(round)
    reasons += faults_in_criteria(round.criteria.all(), gates(round))
    questions = round.questions.all()
    if not questions:
        reasons.append("There are no questions for applicants.")
    reasons += asking.faults_in_files(questions, round.files_most)
    if round.preset and round.preset.categories and not round.categories.all():
        reasons.append("There are no categories.")
    return reasons


def reasons_not_to_note_open(stage: Stage, *, at: datetime) -> list[str]:
    if stage.opens_at > at:
        return [f"“{stage}” opens on {full_day(stage.opens_on)}."]
    return []


def reasons_not_to_note_closed(stage: Stage, *, at: datetime) -> list[str]:
    if stage.closes_at > at:
        return [f"“{stage}” closes on {full_day(stage.closes_on)}."]
    return []


def faults_in_outcomes(count: int, most: int | None, reason: str) -> Iterable[str]:
    if not count:
        yield "No outcomes are chosen."
    elif most is not None and count > most:
        yield f"{count} outcomes are chosen; this kind of round has {most} at most."
    if not reason.strip():
        yield "It is not said why these outcomes were chosen."


def pot_too_small(pot: int, least: int) -> str:
    return f"The pot of £{pot:,} does not pay for one grant of £{least:,}, the smallest."


def reasons_not_to_change(round: Round) -> list[str]:
    """Outcomes, day 0 and pot are what the four approve together."""
    if round.approved_at is None:
        return []
    return ["The round is approved, so its outcomes, day 0, pot and the size of grants stay as they are."]


def faults_in_who_may_apply(round: Round) -> list[str]:
    reasons = []
    if (round.open_to == Round.OpenTo.FIRST_PHASE) != (round.follows_id is not None):
        reasons.append("Only a second phase is open to those awarded in a first, and to nobody else.")
    return reasons


# Criteria and questions


def reasons_not_to_edit(round: Round, *, at: datetime) -> list[str]:
    """Criteria, questions and expected activities are locked from the instant at which applications open."""
    if round.approved_at is not None and has_opened(round, Stage.Key.APPLICATIONS, at):
        opened = round.stage_of(Stage.Key.APPLICATIONS).opens_on
        return [f"Criteria and questions are locked since applications opened at noon on {full_day(opened)}."]
    return []


def round_before(round: Round) -> Round | None:
    """The last round of the same programme that began before this one and has questions."""
    before = Round.objects.filter(programme=round.programme_id, questions__isnull=False).exclude(pk=round.pk)
    # A first phase and a second one ask for different things.
    before = before.filter(follows__isnull=round.follows_id is None)
    return before.filter(starts_on__lte=round.starts_on).order_by("-starts_on", "-pk").distinct().first()


def reasons_not_to_copy_questions(round: Round, last: Round | None, *, at: datetime) -> list[str]:
    reasons = reasons_not_to_edit(round, at=at)
    if last is None:
        reasons.append("No earlier round of this programme has questions to copy.")
    return reasons


def faults_in_criteria(criteria: Iterable[Criterion], needed: Iterable[str]) -> list[str]:
    """What is wrong with the criteria of a round as a whole."""
    criteria = list(criteria)
    if not criteria:
        return ["There are no criteria."]
    reasons = []
    together = sum(criterion.weight for criterion in criteria)
    if together != WEIGHTS:
        reasons.append(f"The weights add up to {together}; they must add up to {WEIGHTS}.")
    counts = Counter(criterion.key for criterion in criteria if criterion.key != Criterion.Key.OWN)
    reasons += [
        f"“{Criterion.Key(key).label}” is measured by {count} criteria; one is enough."
        for key, count in counts.items()
        if count > 1
    ]
    names = Counter(" ".join(criterion.name.casefold().split()) for criterion in criteria)
    reasons += [
        f"“{criterion.name}” is the name of {names.pop(name)} criteria; give each a name of its own."
        for criterion in criteria
        if names.get(name := " ".join(criterion.name.casefold().split()), 0) > 1
    ]
    gated = {criterion.key for criterion in criteria if criterion.least > 0}
    reasons += [
        f"“{Criterion.Key(key).label}” must be a criterion with a smallest mean mark: no application is shortlisted without it."
        for key in needed
        if key not in gated
    ]
    return reasons


def faults_in_categories(round: Round, names: Sequence[str]) -> list[str]:
    """What is wrong with the kinds of award of a round as a whole."""
    if not names and round.preset and round.preset.categories:
        return ["Keep one category at least: this kind of round is decided by categories."]
    counts = Counter(" ".join(name.casefold().split()) for name in names)
    return [
        f"“{name}” is the name of two categories; give each a name of its own."
        for name in dict.fromkeys(names)
        if counts.pop(" ".join(name.casefold().split()), 0) > 1
    ]


def faults_in_rests(round: Round, issues: Iterable[Issue]) -> list[str]:
    """A criterion rests on what councils said about the round's own outcomes."""
    own = set(round.outcomes.values_list("pk", flat=True))
    if all(issue.outcome_id in own for issue in issues):
        return []
    return ["A criterion can rest only on issues of the outcomes of this round."]


def faults_in_activities(activities: Iterable[ExpectedActivity]) -> list[str]:
    """What is wrong with what holders are expected to do, as a whole."""
    counts = Counter(activity.kind for activity in activities)
    return [
        f"“{ActivityKind(kind).label}” is in the list {count} times; once is enough."
        for kind, count in counts.items()
        if count > 1
    ]


def faults_in_days(days: str) -> list[str]:
    try:
        timeline.read_days(days)
    except timeline.DaysError as error:
        return [str(error)]
    return []


def gates(round: Round) -> tuple[str, ...]:
    """The criteria that a round of this kind cannot do without."""
    return round.preset.gates if round.preset else ()


# The plan

PlanDoor = Callable[[Any, Sequence[Any]], Iterable[str]]
_plan_doors: list[PlanDoor] = []


def plan_door(ask: PlanDoor) -> PlanDoor:
    """Register a function of a later room that says what was promised there and would not fit into a plan."""
    _plan_doors.append(ask)
    return ask


def promised(round: Round, planned: Sequence[Dated]) -> list[str]:
    return [reason for ask in _plan_doors for reason in ask(round, planned)]


def faults_in_plan(round: Round) -> list[str]:
    if not round.plan:
        return ["There are no stages."]
    reasons = []
    if round.preset:
        held = {stage.key for stage in round.plan}
        reasons += [
            f"The plan lacks the stage “{leg.name}”." for leg in round.preset.stages if leg.key not in held
        ]
    if round.plan[0].opens_on != round.starts_on:
        reasons.append(f"“{round.plan[0]}” does not open on day 0.")
    reasons += [f"“{other}” does not open when “{one}” closes." for one, other in plans.gaps(round.plan)]
    return reasons + past_its_limit(round, round.plan) + faults_between_phases(round, round.plan)


def past_its_limit(round: Round, stages: Sequence[Dated]) -> list[str]:
    """By how much these dates would overstep the limit of the round, or of both its phases."""
    return over_the_limit(
        stages, round.counted_from, round.limit_months, first=round.first_began_on is not None
    )


def over_the_limit(
    stages: Sequence[Dated], counted_from: date, months: int, *, first: bool = False
) -> list[str]:
    """`first`: the limit is counted from the first phase, which began on that day."""
    over = timeline.days_over(stages, counted_from, months)
    if not over:
        return []
    last = timeline.limit(counted_from, months)
    return [
        f"The round would end on {full_day(max(stage.closes_on for stage in stages))}, {days(over)} past its limit"
        f" of {full_day(last)}, {months} months after day 0{' of the first phase' if first else ''}."
    ]


def faults_between_phases(round: Round, stages: Sequence[Any]) -> list[str]:
    """What the round's day 0 and these dates would do to the phase before it or after it."""
    if round.follows is not None:
        return too_soon_after(round.follows, round.starts_on)
    second = Round.objects.filter(follows=round).with_plan().first() if round.pk else None
    if second is None:
        return []
    agreed_on = next((stage.closes_on for stage in stages if stage.key == Stage.Key.AGREEMENT), None)
    reasons = too_soon_after(round, second.starts_on, agreed_on)
    if over_the_limit(second.plan, round.starts_on, second.limit_months):
        reasons.append(
            f"{second}, its second phase, would then end later than {second.limit_months} months after"
            f" {full_day(round.starts_on)}."
        )
    return reasons


def reasons_not_to_move_at_all(stage: Stage, *, at: datetime) -> list[str]:
    """Why this stage's closing stays where it is, whatever the new date."""
    if is_standing(stage.round, at) and at >= stage.closes_at:
        return [f"“{stage}” closed at noon on {full_day(stage.closes_on)}."]
    return []


def reasons_not_to_move(stage: Stage, *, closes_on: date, at: datetime) -> list[str]:
    """Why this stage may not close on another day, the later ones moving with it."""
    if reasons := reasons_not_to_move_at_all(stage, at=at):
        return reasons
    if closes_on == stage.closes_on:
        return [f"“{stage}” closes on {full_day(closes_on)} already."]
    if reasons := faults_in_closing(stage, stage.opens_on, closes_on, at=at):
        return reasons
    try:
        moves = plans.after_moving(stage, closes_on)
    except timeline.PlanError as error:
        return [str(error)]
    planned, round = plans.with_moves(stage.round, moves), stage.round
    over = timeline.days_over(planned, round.counted_from, round.limit_months)
    if not over:
        return promised(round, planned) + faults_between_phases(round, planned)
    return [*past_its_limit(round, planned), who_could_give(stage, moves, over)]


def reasons_not_to_lay_out(round: Round, closings: Mapping[int, date], *, at: datetime) -> list[str]:
    """Why these closings (by id of the stage) cannot be the plan."""
    moves = plans.after_laying_out(round, closings)
    reasons = [reason for move in moves if plans.changes(move) for reason in faults_in_move(move, at=at)]
    planned = plans.with_moves(round, moves)
    return (
        reasons
        or past_its_limit(round, planned)
        or promised(round, planned) + faults_between_phases(round, planned)
    )


def faults_in_move(move: Move, *, at: datetime) -> list[str]:
    if move.closes_on == move.stage.closes_on:
        return (
            [] if move.opens_on < move.closes_on else [no_day_left(move.stage, move.opens_on, move.closes_on)]
        )
    return reasons_not_to_move_at_all(move.stage, at=at) or faults_in_closing(
        move.stage, move.opens_on, move.closes_on, at=at
    )


def faults_in_closing(stage: Stage, opens_on: date, closes_on: date, *, at: datetime) -> list[str]:
    """What is wrong with one date, whatever the rest of the plan."""
    if closes_on <= opens_on:
        return [no_day_left(stage, opens_on, closes_on)]
    reasons = []
    if not is_working_day(closes_on):
        reasons.append(f"“{stage}” cannot close on {full_day(closes_on)}: that is not a working day.")
    if is_standing(stage.round, at):
        if noon(closes_on) <= at:
            reasons.append(f"“{stage}” cannot close in the past.")
        elif stage.key == Stage.Key.APPLICATIONS and stage.is_open(at) and closes_on < stage.closes_on:
            reasons.append("Applications are open: their deadline may be moved later, never earlier.")
    return reasons


def no_day_left(stage: Stage, opens_on: date, closes_on: date) -> str:
    return f"“{stage}” would close on {full_day(closes_on)}, which is not after it opens on {full_day(opens_on)}."


def who_could_give(stage: Stage, moves: Sequence[Move], over: int) -> str:
    """The later stages that are long enough to take in so many days: each alone, or else all together."""
    later = [move for move in moves if move.stage.pk != stage.pk and move.days > SHORTEST]
    alone = [move for move in later if move.days - SHORTEST >= over]
    named = listed([f"{move.stage} ({move.days} days)" for move in alone or later])
    if alone:
        return f"Shorten a later stage first. Long enough for that: {named}."
    if sum(move.days - SHORTEST for move in later) >= over:
        return f"Shorten several later stages first: {named}."
    return "The later stages are too short to take in so many days."


# Signing up, which the rooms of outcomes and rounds share


@door
def reasons_not_to_sign_up_yet(outcome: Any, at: datetime) -> list[str]:
    """While an outcome is in a round, councils sign up and state issues in the round's first stage alone."""
    rounds = signing_up(outcome, at)
    if not rounds or any(round.is_in(Stage.Key.SIGN_UP, at) for round in rounds):
        return []
    ahead = [round for round in rounds if not has_opened(round, Stage.Key.SIGN_UP, at)]
    if ahead:
        first = min(ahead, key=lambda round: round.starts_on)
        return [f"Sign-up for {first} opens at noon on {full_day(first.starts_on)}."]
    last = max(rounds, key=lambda round: round.starts_on)
    return [f"Sign-up for {last} closed at noon on {full_day(last.stage_of(Stage.Key.SIGN_UP).closes_on)}."]


@merging_door
def reasons_not_to_merge_any_more(outcome: Any, at: datetime) -> list[str]:
    """While an outcome is in a round, its issues are merged and taken apart until applications open."""
    rounds = signing_up(outcome, at)
    if not rounds or any(not has_opened(round, Stage.Key.APPLICATIONS, at) for round in rounds):
        return []
    last = max(rounds, key=lambda round: round.starts_on)
    opened = last.stage_of(Stage.Key.APPLICATIONS).opens_on
    return [
        f"The issues stay as they are since applications for {last} opened at noon on {full_day(opened)}."
    ]


def signing_up(outcome: Any, at: datetime) -> list[Round]:
    """Of those, the rounds that have a stage for signing up."""
    return [round for round in rounds_of(outcome, at) if sign_up_of(round) is not None]


def rounds_of(outcome: Any, at: datetime) -> list[Round]:
    """Approved rounds on this outcome that have a plan and have not ended; asked once an object."""
    if not hasattr(outcome, "unfinished_rounds"):
        # One query: the stages with their rounds.
        plans: dict[Round, list[Stage]] = {}
        stages = Stage.objects.filter(round__in=outcome.rounds.unfinished(at)).select_related("round")
        for stage in stages.order_by("-round__starts_on", "round__name", "round", "position"):
            plans.setdefault(stage.round, []).append(stage)
        for round, plan in plans.items():
            round.plan = plan
        outcome.unfinished_rounds = list(plans)
    return outcome.unfinished_rounds


@reader
def read_rounds_of(outcomes: Any, at: datetime) -> None:
    """What `rounds_of` asks of one outcome, for many in a fixed number of queries."""
    found = Round.objects.unfinished(at).filter(outcomes__in=outcomes).distinct().with_plan()
    planned = {each.pk: each for each in found if each.plan}
    of: dict[int, list[Round]] = {outcome.pk: [] for outcome in outcomes}
    links = Round.outcomes.through.objects.filter(outcome__in=outcomes, round__in=planned)
    for outcome, held in links.order_by("pk").values_list("outcome", "round"):
        of[outcome].append(planned[held])
    for outcome in outcomes:
        outcome.unfinished_rounds = of[outcome.pk]


# Inviting the cohort


def reasons_not_to_invite(round: Round, *, at: datetime, waiting: int | None = None) -> list[str]:
    """The whole cohort is invited on the day of the approval; this is about who signed up later.

    `waiting` is how many are not invited yet, where that was counted already.
    """
    if not is_standing(round, at):
        return ["The round is not approved yet. Its cohort is invited at the moment it is approved."]
    if reasons := reasons_against_asking(sign_up_of(round), at=at):
        return reasons
    if waiting is None:
        waiting = engagement.uninvited(round, at).count()
    return [] if waiting else ["Every member of the cohort is invited already."]


def reasons_not_to_remind(
    stage: Stage | None, *, by: Any, at: datetime, people: int | None = None
) -> list[str]:
    """Why nobody is written to again now. The clock (`by=None`) also notes that there was nobody to remind.

    `people` is how many would be written to, where that was counted already.
    """
    if stage is None or not is_standing(stage.round, at):
        return ["The round is not approved yet, so nobody is invited."]
    if at < stage.opens_at:
        return [f"Sign-up opens at noon on {full_day(stage.opens_on)}. Until then nobody is late."]
    if reasons := reasons_against_asking(stage, at=at):
        return reasons
    last = last_reminder(stage)
    if last is not None and reminders_day(last) == reminders_day(at):
        return [
            f"The cohort was reminded on {full_day(day_in_london(last))}. Once in a working day is enough."
        ]
    if people is None and by is not None:
        people = engagement.letters_to_write(stage.round, at)["remind"]
    if people == 0:
        return ["There is nobody to remind: everybody who can be written to has done what was asked."]
    return []


def reasons_against_asking(stage: Stage | None, *, at: datetime) -> list[str]:
    if stage is None:
        return ["This round has no stage for signing up."]
    if at >= stage.closes_at:
        return [f"Sign-up closed at noon on {full_day(stage.closes_on)}."]
    return []


def sign_up_of(round: Round) -> Stage | None:
    """The stage in which the cohort signs up, where the round has one."""
    return next((stage for stage in round.plan if stage.key == Stage.Key.SIGN_UP), None)


def last_reminder(stage: Stage) -> datetime | None:
    return Step.objects.of(stage).filter(step="remind").values_list("at", flat=True).last()


def reminders_day(at: datetime) -> date:
    """The working day for which a reminder counts: one of a weekend counts for the Friday before."""
    return working_day_on_or_before(day_in_london(at))


def is_reminder_due(stage: Stage, *, reminded_at: datetime | None, at: datetime) -> bool:
    """Is it time for the clock to remind the cohort? What staff sent on the day it fell due will do."""
    due = timeline.reminder_due(stage.closes_on, at, stage.round.days_of_reminders)
    return due is not None and (reminded_at is None or day_in_london(reminded_at) < day_in_london(due))


# Small things


def is_standing(round: Round, at: datetime) -> bool:
    """Approved: from then on its dates bind people, and what is past is past."""
    return round.approved_at is not None and round.approved_at <= at


def has_opened(round: Round, key: str, at: datetime) -> bool:
    return any(stage.key == key and at >= stage.opens_at for stage in round.plan)


def is_taking_applications(round: Round, at: datetime) -> bool:
    return is_standing(round, at) and any(
        stage.key == Stage.Key.APPLICATIONS and stage.is_open(at) for stage in round.plan
    )


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
