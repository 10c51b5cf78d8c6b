"""The choice of a round's outcomes: from the ranked list, with the reason, approved by four people."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.views import SignedIn
from beacons.directory.models import User
from beacons.rounds.models import Round
from beacons.rounds.ranking import Line, lines, ranking
from outcomes.models import Outcome
from panel import permissions
from panel.actions import choice as actions
from panel.forms.choice import ChoiceForm
from panel.models import Approval
from panel.querysets.seats import rounds_known_to
from panel.rules import choice as rules
from panel.rules import seats as seat_rules

MOST_CHANGES = 12


def the_round(request: HttpRequest, slug: str) -> Round:
    """With its outcomes, for whoever may see who has approved what."""
    known = rounds_known_to(request.user, request.at).select_related("programme")
    outcomes = Prefetch("outcomes", Outcome.objects.order_by("title"))
    return get_object_or_404(known.prefetch_related(outcomes, seat_rules.WITH_APPROVALS), slug=slug)


@dataclass(frozen=True)
class Change:
    """What somebody did to the choice."""

    at: datetime
    by: str
    added: list[str]
    taken_out: list[str]
    reason: str

    @property
    def is_of_something_else(self) -> bool:
        return not (self.added or self.taken_out or self.reason)


class OutcomeChoice(SignedIn, FormView):
    """The ranked list for those who may save a choice, what was chosen for all four, and who has approved it."""

    form_class = ChoiceForm
    template_name = "panel/outcome_choice.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_see_choice(request.user, self.parts):
                raise PermissionDenied
            if request.method == "POST" and not self.may_choose:
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def parts(self) -> list[str]:
        """In which of the four parts the reader approves this round."""
        return seat_rules.parts_of(self.request.user, self.round, self.request.at)

    @property
    def may_choose(self) -> bool:
        return permissions.may_choose_outcomes(self.request.user, self.parts)

    @cached_property
    def lines(self) -> list[Line]:
        user, at = self.request.user, self.request.at
        return lines(ranking(user, at), user, at, apart_from=self.round)

    def get_initial(self) -> dict[str, Any]:
        chosen = [outcome.pk for outcome in self.round.outcomes.all()]
        return {
            "outcomes": chosen,
            "reason": self.round.outcomes_reason,
            "seen": rules.state_of(self.round),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        most = self.round.preset.most_outcomes if self.round.preset else None
        return {**super().get_form_kwargs(), "lines": self.lines, "most": most}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at, user = self.request.at, self.request.user
        approvals = seat_rules.approvals_that_stand(self.round)
        given = {approval.part: approval for approval in approvals}
        reasons = rules.reasons_not_to_choose(self.round, at=at)
        if not self.may_choose or reasons:
            # A form that was sent is shown again; otherwise a long list of boxes would promise what cannot be done.
            context.setdefault("form", None)
        context = super().get_context_data(**context)
        return context | {
            "round": self.round,
            "chosen": self.chosen,
            "reasons": reasons if self.may_choose and not self.round.approved_at else [],
            "parts": [(part, given.get(part)) for part in Approval.Part],
            "acts": [
                (
                    Approval.Part(part),
                    rules.reasons_not_to_approve_choice(self.round, part, user, approvals, at=at),
                )
                for part in ([] if self.round.approved_at else self.parts)
                if part not in given
            ],
            "seen": rules.state_of(self.round),
            "changes": self.changes,
        }

    @property
    def chosen(self) -> list[Line]:
        held = {outcome.pk for outcome in self.round.outcomes.all()}
        return [line for line in self.lines if line.outcome.pk in held]

    @property
    def changes(self) -> list[Change]:
        """What was done to the choice, the newest first."""
        who = User.objects.filter(pk=OuterRef("by_id")).values("name")
        taken = Step.objects.of(self.round).filter(step__in=["set_up", "change"]).with_words()
        titles = {line.outcome.slug: line.outcome.title for line in self.lines}
        found = [
            change_of(step, titles)
            for step in taken.annotate(who=Subquery(who)).order_by("-pk")[:MOST_CHANGES]
        ]
        return [change for change in found if not change.is_of_something_else]

    def form_valid(self, form: ChoiceForm) -> HttpResponse:
        typed = form.cleaned_data
        try:
            actions.choose_outcomes(
                self.round,
                typed["outcomes"],
                reason=typed["reason"],
                seen=typed["seen"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            # The page shows the choice as it now is, so sending the form again is meant.
            form.data = form.data.copy()
            form.data["seen"] = rules.state_of(self.round)
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The choice is saved. Each of the four approves it as it now is.")
        return redirect("outcome_choice", self.round.slug)


def change_of(step: Any, titles: dict[str, str]) -> Change:
    said = step.words.data if hasattr(step, "words") else {}
    outcomes = said.get("outcomes") or []
    before, after = ([], outcomes) if step.step == "set_up" else (outcomes or [[], []])
    reason = said.get("reason") or ["", ""]
    return Change(
        step.at,
        step.who or "The clock",
        [titles.get(slug, slug) for slug in after if slug not in before],
        [titles.get(slug, slug) for slug in before if slug not in after],
        reason[1] if reason[0] != reason[1] else "",
    )


@login_required
@require_POST
def choice_approve(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the four approves the round, with the choice that was on the page."""
    round, part = the_round(request, slug), request.POST.get("part", "")
    if part not in seat_rules.parts_of(request.user, round, request.at):
        raise PermissionDenied
    try:
        round = actions.approve_choice(
            round, part=part, seen=request.POST.get("seen", ""), by=request.user, at=request.at
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        whole = f" {round} now stands." if round.approved_at else ""
        messages.success(request, f"You have approved as {Approval.Part(part).label}.{whole}")
    return redirect("outcome_choice", slug)
