"""Where a round stands, what it asks, and how its plan is moved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView, FormView, ListView

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.views import ClosingFirst, SignedIn
from beacons.rounds import actions, asking, notices, permissions, plans, rules, wording
from beacons.rounds.forms import MoveForm
from beacons.rounds.models import Round, Stage

PAGE = 20


class RoundList(ListView):
    template_name = "rounds/round_list.html"
    context_object_name = "rounds"
    paginate_by = PAGE

    def get_queryset(self) -> Any:
        return Round.objects.visible_to(self.request.user, self.request.at).for_list()


@dataclass(frozen=True)
class PlannedStage:
    """A line of the plan on the page."""

    stage: Stage
    state: str
    meanwhile: str
    first_day: int
    may_move: bool

    @property
    def days(self) -> int:
        return (self.stage.closes_on - self.stage.opens_on).days


class RoundDetail(DetailView):
    template_name = "rounds/round_detail.html"

    def get_queryset(self) -> Any:
        known = Round.objects.visible_to(self.request.user, self.request.at).for_detail()
        # A later room keeps who was given more time; that some were is public, whose it was once results are.
        return known.select_related("announcement", "follows", "second_phase").prefetch_related(
            "extensions__authority"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round, user, at = self.object, self.request.user, self.request.at
        questions = list(round.questions.all())
        unapproved = round.approved_at is None
        announcement = getattr(round, "announcement", None)
        more_time = [each for each in round.extensions.all() if each.agreed_at and each.agreed_at <= at]
        return super().get_context_data(
            **kwargs,
            standing=wording.standing(round, at),
            plan=plan_of(round, at=at, may_manage=permissions.may_manage(user, round)),
            outcomes=list(round.outcomes.all()),
            categories=list(round.categories.all()),
            second_phase=second_phase_of(round, at),
            criteria=list(round.criteria.all()),
            questions=questions,
            asked=asking.by_section(questions),
            words=asking.most_words(questions),
            how_long=asking.how_long(questions),
            pot=short_sum(round.pot),
            grant_range=f"£{round.grant_least:,} to £{round.grant_most:,}",
            for_others=f"At least {round.shared_least}% of each grant goes into sharing and into support for others."
            if round.shared_least
            else "",
            changes=changes_of_plan(round),
            more_time=sorted(more_time, key=lambda each: (str(each.authority), each.until)),
            is_unapproved=unapproved,
            announced=announcement is not None and announcement.has_come(at),
            missing=rules.reasons_not_to_approve(round) if unapproved else [],
            may_manage=permissions.may_manage(user, round),
            may_see_approval=permissions.may_see_approval(user),
            takes_applications=rules.is_taking_applications(round, at),
        )


def second_phase_of(round: Round, at: datetime) -> Round | None:
    """The phase after this one, once everybody may know of it."""
    second = getattr(round, "second_phase", None)
    return second if second is not None and rules.is_standing(second, at) else None


def short_sum(pounds: int) -> str:
    """£1.2m, £350,000: as large figures are said."""
    return f"£{pounds / 1_000_000:.3g}m" if pounds >= 1_000_000 else f"£{pounds:,}"


def plan_of(round: Round, *, at: datetime, may_manage: bool) -> list[PlannedStage]:
    begun = rules.is_standing(round, at)
    planned = []
    for stage in round.plan:
        if begun and at >= stage.closes_at:
            state = "Done"
        elif begun and at >= stage.opens_at:
            state = "Now"
        else:
            state = "To come"
        may_move = may_manage and not rules.reasons_not_to_move_at_all(stage, at=at)
        meanwhile = wording.words_of(round, stage.key).meanwhile
        planned.append(
            PlannedStage(stage, state, meanwhile, (stage.opens_on - round.starts_on).days, may_move)
        )
    return planned


@dataclass(frozen=True)
class Change:
    """A closing that was moved after the round was approved. Whose wish it was stays out of it."""

    at: datetime
    stage: Stage
    before: str
    after: str


def changes_of_plan(round: Round) -> list[Change]:
    if round.approved_at is None:
        return []
    stages = {stage.pk: stage for stage in round.plan}
    taken = Step.objects.filter(
        subject_type=Stage._meta.label_lower, subject_id__in=stages, step="move", at__gte=round.approved_at
    )
    changes = []
    for step in taken.with_words().order_by("-at", "pk"):
        before, after = step.words.data["closes_on"] if hasattr(step, "words") else ("", "")
        if before != after:
            changes.append(Change(step.at, stages[step.subject_id], spoken(before), spoken(after)))
    return changes


def spoken(day: str) -> str:
    """Friday 5 March 2027, from the date's text in a step."""
    return wording.full_day(datetime.strptime(day, "%Y-%m-%d").date())  # noqa: DTZ007


class StageMove(ClosingFirst, SignedIn, FormView):
    """Another closing for a stage: first what would move, then the move."""

    form_class = MoveForm
    template_name = "rounds/stage_move.html"
    round: Round
    stage: Stage

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            rounds = Round.objects.visible_to(request.user, request.at).with_plan()
            self.round = get_object_or_404(rounds, slug=kwargs["slug"])
            if not permissions.may_manage(request.user, self.round):
                raise PermissionDenied
            try:
                self.stage = self.round.stage_of(kwargs["key"])
            except KeyError as unknown:
                raise Http404 from unknown
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"closes_on": self.stage.closes_on}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.round.get_absolute_url()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            round=self.round,
            stage=self.stage,
            reasons=self.closing(),
        )

    def closing(self) -> list[str]:
        return rules.reasons_not_to_move_at_all(self.stage, at=self.request.at)

    def form_valid(self, form: MoveForm) -> HttpResponse:
        closes_on, why = form.cleaned_data["closes_on"], form.cleaned_data["why"]
        at = self.request.at
        if reasons := rules.reasons_not_to_move(self.stage, closes_on=closes_on, at=at):
            return self.form_invalid(form.refused(Refused(*reasons)))
        if not form.was_seen:
            return self.preview(closes_on, why)
        try:
            actions.move_stage(self.stage, closes_on=closes_on, why=why, by=self.request.user, at=at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"“{self.stage}” now closes on {wording.full_day(closes_on)}.")
        return redirect(self.round)

    def preview(self, closes_on: Any, why: str) -> HttpResponse:
        """The same form again, with what moves above it."""
        form = MoveForm({"closes_on": closes_on.isoformat(), "why": why, "seen": closes_on.isoformat()})
        form.submit, form.cancel = "Move the stage", self.round.get_absolute_url()
        told = len(notices.concerned(self.round, self.request.at)) if self.round.approved_at else 0
        moves = plans.after_moving(self.stage, closes_on)
        return self.render_to_response(self.get_context_data(form=form, moves=moves, told=told))
