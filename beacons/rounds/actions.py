"""What is done with a round: set up, changed, moved, approved; its stages opened and closed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import Step, verb
from beacons.directory.models import User
from beacons.rounds import asking, editions, invitations, notices, plans, rules, timeline
from beacons.rounds.criteria import Overtaken, as_they_stand, changes_since, differences, digest
from beacons.rounds.models import Category, Criterion, ExpectedActivity, Programme, Question, Round, Stage
from beacons.rounds.plans import Move
from beacons.rounds.presets import PRESETS, Preset
from outcomes.models import Issue, Outcome

CHANGEABLE = (
    "name",
    "starts_on",
    "outcomes_reason",
    "pot",
    "grant_least",
    "grant_most",
    "shared_least",
    "authorities_to_help",
    "struggling_to_help",
    "asks_for_a_plan",
    "assessors_each",
    "open_to",
    "reserve_days",
    "paid_on_signature",
    "paid_after_middle",
    "middle_return_at",
    "closing_return_at",
    "days_to_accept",
    "cluster_least",
    "endorsements_least",
    "statements",
    "figures_least",
    "figures_most",
    "files_most",
    "file_megabytes",
)


@verb
def set_up(
    preset: str,
    *,
    name: str,
    slug: str,
    starts_on: date,
    outcomes: Collection[Outcome],
    outcomes_reason: str,
    pot: int,
    by: User | None,
    at: datetime,
    follows: Round | None = None,
) -> Round:
    """A whole round from a preset: its stages laid out from day 0, its criteria, questions and categories.

    A second phase names the round that it `follows`, which is locked: so nobody gives it two, or moves it meanwhile.
    """
    outcomes = list(outcomes)
    if follows is not None:
        follows = Round.objects.lock(follows.pk)
    refuse_if(
        rules.reasons_not_to_set_up(
            preset,
            slug=slug,
            starts_on=starts_on,
            outcomes=outcomes,
            outcomes_reason=outcomes_reason,
            pot=pot,
            follows=follows,
        )
    )
    kind = PRESETS[preset]
    programme, _ = Programme.objects.get_or_create(
        code=kind.programme, defaults={"name": PRESETS[kind.programme].name}
    )
    made = Round.objects.create(
        kind=kind.key,
        programme=programme,
        follows=follows,
        open_to=kind.open_to,
        cluster_least=kind.cluster_least,
        endorsements_least=kind.endorsements_least,
        reserve_days=kind.grant.reserve_days,
        paid_on_signature=kind.grant.on_signature,
        paid_after_middle=kind.grant.after_middle,
        middle_return_at=kind.grant.middle_at,
        closing_return_at=kind.grant.closing_at,
        days_to_accept=kind.grant.days_to_accept,
        reminder_days=timeline.in_days(kind.reminders),
        application_reminder_days=timeline.in_days(kind.application_reminders),
        slug=slug,
        name=name,
        outcomes_reason=outcomes_reason,
        starts_on=starts_on,
        limit_months=kind.limit_months,
        pot=pot,
        grant_least=kind.grant.least,
        grant_most=kind.grant.most,
        shared_least=kind.grant.shared_least,
        authorities_to_help=kind.grant.authorities,
        struggling_to_help=kind.grant.struggling,
        asks_for_a_plan=bool(kind.activities),
        assessors_each=kind.assessors_each,
        statements="\n".join(kind.statements),
    )
    made.outcomes.set(outcomes)
    copy_parts(kind, made)
    editions.keep(made, by=by, at=at)
    made.refresh_from_db()
    steps.note(made, "set_up", by=by, at=at, preset=preset, outcomes=[outcome.slug for outcome in outcomes])
    return made


def copy_parts(kind: Preset, made: Round) -> None:
    """What a preset says, as rows of a round that may then differ from it."""
    planned = timeline.plan(made.starts_on, kind.stages)
    Stage.objects.bulk_create(
        Stage(
            round=made,
            key=leg.key,
            name="" if leg.name == Stage.Key(leg.key).label else leg.name,
            position=position,
            opens_on=leg.opens_on,
            closes_on=leg.closes_on,
            days=length.days,
        )
        for position, (leg, length) in enumerate(zip(planned, kind.stages, strict=True), start=1)
    )
    Category.objects.bulk_create(
        Category(round=made, name=category.name, about=category.about, position=position)
        for position, category in enumerate(kind.categories, start=1)
    )
    ExpectedActivity.objects.bulk_create(
        ExpectedActivity(
            round=made,
            kind=activity.kind,
            count=activity.count,
            counted_as=activity.counted_as,
            position=position,
        )
        for position, activity in enumerate(kind.activities, start=1)
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(
            round=made,
            key=criterion.key,
            name=criterion.name,
            description=criterion.description,
            weight=criterion.weight,
            least=criterion.least,
            anchors="\n".join(criterion.anchors),
            position=position,
        )
        for position, criterion in enumerate(kind.criteria, start=1)
    )
    copy_questions_of(kind, made, {criterion.key: criterion for criterion in criteria})


def copy_questions_of(kind: Preset, made: Round, criteria: Mapping[str, Criterion]) -> None:
    """The questions; those that follow another are linked to it once all are there."""
    questions = Question.objects.bulk_create(
        Question(
            round=made,
            section=question.section,
            text=question.text,
            hint=question.hint,
            key=question.key,
            kind=question.kind,
            word_limit=question.words,
            options="\n".join(question.options),
            unit=question.unit,
            lowest=question.lowest,
            highest=question.highest,
            columns="\n".join(question.columns),
            most_rows=question.most_rows,
            shown_if_answer=question.shown_if_answer,
            criterion=criteria[question.criterion] if question.criterion else None,
            required=question.required,
            position=position,
        )
        for position, question in enumerate(kind.questions, start=1)
    )
    by_key = {question.key: question for question in questions}
    for question, wanted in zip(questions, kind.questions, strict=True):
        question.shown_if = by_key[wanted.shown_if] if wanted.shown_if else None
    Question.objects.bulk_update(questions, ["shown_if"])


@verb
def change(
    round: Round,
    *,
    by: User | None,
    at: datetime,
    outcomes: Collection[Outcome] | None = None,
    **fields: Any,
) -> Round:
    """Other outcomes, day 0, pot, sizes of grant or statements, until the round is approved. A new day 0 moves every stage."""
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"a round's {', '.join(sorted(unknown))} cannot be changed here")
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_change(round))
    noted: dict[str, Any] = {}
    if "outcomes_reason" in fields:
        noted["reason"] = [round.outcomes_reason, fields["outcomes_reason"]]
    for name, value in fields.items():
        setattr(round, name, value)
    refuse_if(rules.faults_in_who_may_apply(round))
    if outcomes is not None:
        outcomes = list(outcomes)
        noted["outcomes"] = [slugs(round.outcomes.all()), slugs(outcomes)]
        most = round.preset.most_outcomes if round.preset else None
        refuse_if(rules.faults_in_outcomes(len(outcomes), most, round.outcomes_reason))
        refuse_if(rules.faults_in_outcomes_of_phases(round, outcomes))
        round.outcomes.set(outcomes)
    if "starts_on" in fields and round.plan:
        try:
            planned = timeline.plan(round.starts_on, plans.legs(round))
        except timeline.PlanError as error:
            raise Refused(str(error)) from error
        refuse_if(rules.past_its_limit(round, planned) + rules.faults_between_phases(round, planned))
        # The CHECK compares day 0 with the stored end: whichever moves away first must leave room for the other.
        _write_in_order(round, planned, fields)
    elif fields:
        round.save(update_fields=fields)
    changed = sorted([*fields, *(["outcomes"] if outcomes else [])])
    steps.note(round, "change", by=by, at=at, fields=changed, **noted)
    return Round.objects.get(pk=round.pk)


def slugs(outcomes: Iterable[Outcome]) -> list[str]:
    return sorted(outcome.slug for outcome in outcomes)


def _write_in_order(round: Round, planned: Sequence[timeline.Planned], fields: Collection[str]) -> None:
    stages = round.plan
    comes_earlier = planned[-1].closes_on < stages[-1].closes_on
    for stage, leg in zip(stages, planned, strict=True):
        stage.opens_on, stage.closes_on = leg.opens_on, leg.closes_on
    if comes_earlier:
        Stage.objects.bulk_update(stages, ["opens_on", "closes_on"])
        round.save(update_fields=fields)
    else:
        round.save(update_fields=fields)
        Stage.objects.bulk_update(stages, ["opens_on", "closes_on"])


@verb
def move_stage(stage: Stage, *, closes_on: date, why: str, by: User | None, at: datetime) -> Stage:
    """The stage closes on another day, and the later ones move with it, if they all fit into the year."""
    round = Round.objects.lock(stage.round_id)
    stage = round.stage_of(stage.key)
    refuse_if(rules.reasons_not_to_move(stage, closes_on=closes_on, at=at) or _without_a_reason(round, why))
    _carry_out(round, plans.after_moving(stage, closes_on), why=why, by=by, at=at)
    return Stage.objects.get(pk=stage.pk)


@verb
def lay_out(round: Round, closings: Mapping[int, date], *, why: str, by: User | None, at: datetime) -> Round:
    """Closings set by hand, by id of the stage; each stage opens when the one before it closes."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_lay_out(round, closings, at=at))
    if moves := plans.after_laying_out(round, closings):
        refuse_if(_without_a_reason(round, why))
        _carry_out(round, moves, why=why, by=by, at=at)
    return Round.objects.get(pk=round.pk)


def _without_a_reason(round: Round, why: str) -> list[str]:
    return ["Say why the plan changes."] if round.approved_at and not why.strip() else []


def _carry_out(round: Round, moves: list[Move], *, why: str, by: User | None, at: datetime) -> None:
    """Write the moves, note each, and tell those whom an approved round concerns before the stages' old dates are lost."""
    moved = [move for move in moves if plans.changes(move)]
    if round.approved_at and moved:
        for person, _ in notices.concerned(round, at):
            letters.write(
                "plan_changed",
                to=person,
                key=f"{round.pk}:{at:%Y%m%dT%H%M%S%f}",
                at=at,
                context={
                    "round": round,
                    "moves": [move for move in moved if move.closes_on != move.stage.closes_on],
                    "why": why,
                },
            )
    for move in moves:
        stage = move.stage
        if plans.changes(move):
            steps.note(
                stage,
                "move",
                by=by,
                at=at,
                why=why,
                opens_on=[stage.opens_on, move.opens_on],
                closes_on=[stage.closes_on, move.closes_on],
            )
        stage.opens_on, stage.closes_on, stage.days = move.opens_on, move.closes_on, move.days
    Stage.objects.bulk_update([move.stage for move in moves], ["opens_on", "closes_on", "days"])


@verb
def save_criteria(
    round: Round,
    *,
    keep: Collection[Criterion],
    remove: Collection[Criterion],
    by: User | None,
    at: datetime,
    rests: Sequence[tuple[Criterion, Collection[Issue]]] = (),
    seen: str = "",
) -> Round:
    """Write some criteria and take others away; the whole must add up when it is done.

    `rests` says on which issues of the cohort a criterion rests; what is not named there rests on what it did.
    `seen` is the digest of the criteria as they were read: where they have changed since, nothing is overwritten.
    """
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_edit(round, at=at))
    before = as_they_stand(round)
    if seen and seen != digest(before):
        raise Overtaken(changes_since(round, seen))
    written = {criterion.pk for criterion in (*keep, *remove)}
    others = list(round.criteria.exclude(pk__in=[pk for pk in written if pk]))
    refuse_if(
        [
            *rules.faults_in_criteria([*others, *keep], rules.gates(round)),
            *rules.faults_in_rests(round, [issue for _, issues in rests for issue in issues]),
        ]
    )
    for criterion in remove:
        criterion.delete()
    _make_way(keep)
    for criterion in keep:
        criterion.round = round
        criterion.save()
    _rest(rests)
    after = as_they_stand(round)
    steps.note(
        round,
        "set_criteria",
        by=by,
        at=at,
        weights={each.name: each.weight for each in after},
        changes=differences(before, after),
        before=digest(before),
        after=digest(after),
    )
    return round


def _rest(rests: Sequence[tuple[Criterion, Collection[Issue]]]) -> None:
    through = Criterion.issues.through
    through.objects.filter(criterion__in=[criterion.pk for criterion, _ in rests]).delete()
    through.objects.bulk_create(
        through(criterion_id=criterion.pk, issue_id=issue.pk)
        for criterion, issues in rests
        for issue in dict.fromkeys(issues)
    )


def _make_way(keep: Collection[Criterion]) -> None:
    """Two criteria may swap their names: while they are written one by one, neither name is taken."""
    for criterion in keep:
        if criterion.pk:
            changed = Criterion.objects.filter(pk=criterion.pk).exclude(name=criterion.name)
            changed.update(name=f"~{criterion.pk}~")


@verb
def save_categories(
    round: Round, *, keep: Collection[Category], remove: Collection[Category], by: User | None, at: datetime
) -> Round:
    """Write some kinds of award and take others away, until applications open."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_edit(round, at=at))
    written = {category.pk for category in (*keep, *remove)}
    others = list(round.categories.exclude(pk__in=[pk for pk in written if pk]))
    refuse_if(rules.faults_in_categories(round, [each.name for each in (*others, *keep)]))
    for category in remove:
        category.delete()
    for category in keep:
        # Two may swap their names: while they are written one by one, neither name is taken.
        Category.objects.filter(pk=category.pk).exclude(name=category.name).update(name=f"~{category.pk}~")
    for category in keep:
        category.round = round
        category.save()
    names = list(Category.objects.filter(round=round).values_list("name", flat=True))
    steps.note(round, "set_categories", by=by, at=at, categories=names)
    return round


@verb
def save_questions(
    round: Round, *, keep: Collection[Question], remove: Collection[Question], by: User | None, at: datetime
) -> Round:
    """Write some questions and take others away; the whole must be in order, and is kept as an edition."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_edit(round, at=at))
    written = {question.pk for question in (*keep, *remove)}
    others = list(round.questions.exclude(pk__in=[pk for pk in written if pk]))
    refuse_if(asking.faults_in([*others, *keep]))
    for question in remove:
        question.delete()
    for question in keep:
        question.round = round
        question.key = editions.key_of(question)
        question.save()
    edition = editions.keep(round, by=by, at=at)
    steps.note(
        round,
        "set_questions",
        by=by,
        at=at,
        questions=[question["text"] for question in edition.content],
        edition=edition.edition,
        digest=edition.digest,
    )
    return round


@verb
def save_activities(
    round: Round,
    *,
    keep: Collection[ExpectedActivity],
    remove: Collection[ExpectedActivity],
    by: User | None,
    at: datetime,
) -> Round:
    """What each holder is expected to do for others: written and taken away, until applications open."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_edit(round, at=at))
    written = {activity.pk for activity in (*keep, *remove)}
    others = list(round.expected_activities.exclude(pk__in=[pk for pk in written if pk]))
    refuse_if(rules.faults_in_activities([*others, *keep]))
    for activity in remove:
        activity.delete()
    # Two kinds may change places: what is kept is written when none of it stands in the way.
    round.expected_activities.filter(pk__in=[activity.pk for activity in keep if activity.pk]).delete()
    for activity in keep:
        activity.round, activity.pk = round, None
        activity._state.adding = True
        activity.save()
    after = {activity.kind: activity.count for activity in round.expected_activities.all()}
    steps.note(round, "set_activities", by=by, at=at, activities=after)
    return round


@verb
def set_reminders(
    round: Round,
    *,
    reminds: bool,
    days: str,
    application_days: str,
    by: User | None,
    at: datetime,
) -> Round:
    """When councils are reminded of a closing, and whether at all; what is past stays as it was."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.faults_in_days(days) + rules.faults_in_days(application_days))
    before = [round.reminds, round.reminder_days, round.application_reminder_days]
    round.reminds = reminds
    round.reminder_days = timeline.in_days(timeline.read_days(days))
    round.application_reminder_days = timeline.in_days(timeline.read_days(application_days))
    round.save(update_fields=["reminds", "reminder_days", "application_reminder_days"])
    after = [round.reminds, round.reminder_days, round.application_reminder_days]
    steps.note(round, "set_reminders", by=by, at=at, before=before, after=after)
    return round


COSTS = ("hour_rate_council", "hour_rate_panel", "hour_rate_office", "office_hours")


@verb
def set_costs(round: Round, *, by: User | None, at: datetime, **costs: int | None) -> Round:
    """What the cost ledger reckons an hour at, and the office's own hours. It counts and decides nothing."""
    if unknown := set(costs) - set(COSTS):
        raise TypeError(f"{', '.join(sorted(unknown))} is no cost of a round")
    round = Round.objects.lock(round.pk)
    before = {name: getattr(round, name) for name in costs}
    for name, value in costs.items():
        setattr(round, name, value)
    round.save(update_fields=list(costs))
    steps.note(round, "set_costs", by=by, at=at, before=before, after=costs)
    return round


@verb
def copy_questions(round: Round, *, by: User | None, at: datetime) -> Round:
    """The questions of the last round of the same programme take the place of this round's; they keep their keys."""
    round = Round.objects.lock(round.pk)
    last = rules.round_before(round)
    refuse_if(rules.reasons_not_to_copy_questions(round, last, at=at))
    assert last is not None
    criteria = {
        name: each
        for each in round.criteria.all()
        for name in ({each.name} if each.key == "own" else {each.key, each.name})
    }
    round.questions.update(shown_if=None)
    round.questions.all().delete()
    copies: dict[int, Question] = {}
    for question in last.questions.select_related("criterion").order_by("position", "pk"):
        first = copies.get(question.shown_if_id or 0)
        asked, key = question.pk, editions.key_of(question)
        counted = question.criterion
        question.pk, question.round, question.key, question.shown_if = None, round, key, first
        question.criterion = (criteria.get(counted.key) or criteria.get(counted.name)) if counted else None
        question._state.adding = True
        question.save()
        copies[asked] = question
    edition = editions.keep(round, by=by, at=at)
    steps.note(round, "copy_questions", by=by, at=at, copied_from=last.slug, edition=edition.edition)
    return round


@verb
def mark_approved(round: Round, *, by: User | None, at: datetime) -> Round:
    """All four have approved: outcomes, plan and pot stand, the round is public, and its cohort is invited.

    Where nobody has to be signed up there is none to invite: those who may apply are written to when applications open.
    """
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_approve(round))
    round.approved_at = at
    round.save(update_fields=["approved_at"])
    steps.note(round, "approve", by=by, at=at)
    if round.needs_sign_up:
        invitations.send(round, by=by, at=at)
    return round


# The clock's


@verb
def open_stage(stage: Stage, *, by: User | None, at: datetime) -> Stage:
    """Note that a stage has opened. When it opens for applications, tell those who may apply."""
    stage = _locked(stage)
    refuse_if(_noted_already(stage, "open") or rules.reasons_not_to_note_open(stage, at=at))
    steps.note(stage, "open", by=by, at=at, due_at=stage.opens_at)
    if stage.key == Stage.Key.APPLICATIONS and stage.is_open(at):
        questions = list(stage.round.questions.all())
        notices.tell(
            stage.round,
            "applications_open",
            at=at,
            stage=stage,
            outcomes=list(stage.round.outcomes.all()),
            categories=list(stage.round.categories.all()),
            questions=len(questions),
            words=asking.most_words(questions),
        )
    return stage


@verb
def close_stage(stage: Stage, *, by: User | None, at: datetime) -> Stage:
    """Note that a stage has closed."""
    stage = _locked(stage)
    refuse_if(_noted_already(stage, "close") or rules.reasons_not_to_note_closed(stage, at=at))
    steps.note(stage, "close", by=by, at=at, due_at=stage.closes_at)
    return stage


def _locked(stage: Stage) -> Stage:
    """The round first, as whoever moves its stages locks it: so the dates read here are those that stand."""
    Round.objects.lock(stage.round_id)
    Stage.objects.lock(stage.pk)
    return Stage.objects.select_related("round").get(pk=stage.pk)


def _noted_already(stage: Stage, step: str) -> list[str]:
    noted = Step.objects.of(stage).filter(step=step).exists()
    return [f"That “{stage}” has come to “{step}” is noted already."] if noted else []
