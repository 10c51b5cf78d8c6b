"""Decisions: what the chair proposes, what the bodies' signatories answer, and what became of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.core.text import whole
from beacons.core.views import PER_PAGE, ClosingFirst, SignedIn
from beacons.directory.models import Body
from panel import permissions
from panel.actions import decisions as actions
from panel.chairing import Chairs, own_and_chairs
from panel.forms.decisions import AnswerForm, ProposeForm
from panel.models import Appointment, Case, Decision, RankingRow
from panel.reckoning import Scope
from panel.results import announcement_has_come
from panel.rules import announcement as announcement_rules
from panel.rules import decisions as rules
from panel.standings import grouped, standing_of
from panel.statuses import CaseStatus, Verdict
from panel.verified import verified
from panel.views.doors import the_case, the_decision, the_round, the_round_with_announcement
from panel.views.ranking import ranked


class DecisionList(SignedIn, TemplateView):
    """What is proposed and settled in a round, for the panel, the signatories and, once settled, the office."""

    template_name = "panel/decision_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        shown = the_round_with_announcement(self.request, self.kwargs["slug"])
        held = own_and_chairs(shown, user, at)
        mine = [one for one in held if one.user_id == user.pk]
        user.has_a_seat = bool(mine)
        if not any(one.declared_at for one in mine) and not permissions.sees_decisions_by_office(user):
            raise PermissionDenied
        visible = Decision.objects.visible_to(user, at).of_round(shown).standing().without_interest(user)
        found = totals(visible, shown)
        pages = Paginator(visible.for_page().order_by("case__application__reference"), PER_PAGE)
        pages.count = found["count"]
        page = pages.get_page(self.request.GET.get("page"))
        listed = list(page)
        announcement = getattr(shown, "announcement", None)
        announced = announcement is not None and announcement.has_come(at)
        if listed and not announced and permissions.is_audited(user, shown, at):
            actions.view_list(shown, listed, by=user, at=at)
        is_chair = any(one.chairs for one in mine)
        return super().get_context_data(
            round=shown,
            page_obj=page,
            rows=[(decision, *answered(decision)) for decision in listed],
            totals=found,
            announcement=announcement,
            announced=announced,
            body_declines=declines_to_answer(self.request, shown),
            chairs=is_chair,
            **(chairs_part(self.request, shown, held) if is_chair and not announced else {}),
            **context,
        )


def answered(decision: Any) -> tuple[list[str], list[str]]:
    """The bodies that refused the proposal that stands, and those whose answer is missing, of a decision `for_page()`."""
    said = {body: getattr(decision, f"by_{body}") for body in Body}
    refused = [body.label for body, agreed in said.items() if agreed is False]
    missing = [body.label for body, agreed in said.items() if agreed is None]
    return refused, missing if decision.settled_at is None else []


def awaits(decision: Decision) -> list[str]:
    """The bodies whose answer to the standing proposal is missing."""
    if decision.settled_at is not None:
        return []
    given = {answer.body for answer in rules.answers(decision)}
    return [body.label for body in Body if body not in given]


def waits_for(decision: Decision) -> str:
    if missing := awaits(decision):
        return " and ".join(missing)
    return "the chair, who may propose once more"


def totals(visible: Any, shown: Any) -> dict[str, int]:
    """What the decisions that a person may see come to; what lies behind an interest is in no sum."""
    award = Q(verdict=Verdict.AWARD)
    found = visible.order_by().aggregate(
        count=Count("pk"),
        awards=Count("pk", filter=award),
        pounds=Coalesce(Sum("amount", filter=award), 0),
    )
    return {**found, "pot": shown.pot, "left": shown.pot - found["pounds"]}


def chairs_part(request: HttpRequest, shown: Any, held: list[Appointment]) -> dict[str, Any]:
    """For the chairs: what waits for a proposal, best first, and what may be declined together."""
    user, at = request.user, request.at
    chairs = Chairs(shown, at, held=held)
    of_round = Case.objects.of_round(shown)
    visible = Case.objects.visible_to(user, at).of_round(shown).standing().filter(decision__isnull=True)
    verified = visible.filter(status=CaseStatus.VERIFIED)
    left_out = of_round.standing().filter(status=CaseStatus.NOT_SHORTLISTED, decision__isnull=True)
    counted = of_round.order_by().aggregate(
        **announcement_rules.Settling.ASKED,
        to_propose=Count("pk", filter=Q(pk__in=verified.values("pk"))),
        left_out=Count("pk", filter=Q(pk__in=left_out.filter(chairs.cases_of(user)).values("pk"))),
    )
    number, to_decline = counted.pop("to_propose"), counted.pop("left_out")
    page = waiting(Scope.of(user, shown, at), verified, number, request)
    return {
        "to_propose": page,
        "to_propose_groups": grouped([(row, row.case) for row in page]),
        "left_out": to_decline,
        "reasons_not_to_decline": rules.reasons_not_to_propose_declines(
            shown, by=user, at=at, waiting=to_decline
        )
        if to_decline
        else [],
        "stage": shown.stage_of("decision"),
        "reasons_not_to_announce": announcement_rules.reasons_not_to_set_announcement(
            shown,
            by=user,
            at=at,
            chairs=chairs,
            settling=announcement_rules.Settling(**counted),
            standing=getattr(shown, "announcement", None),
        ),
    }


def waiting(scope: Scope, cases: Any, number: int, request: HttpRequest) -> Any:
    """A page of so many cases with where they stand, best first: by the ranking that is kept, where it still fits."""

    def page_of(ranking: Any) -> Any:
        rows = RankingRow.objects.filter(ranking=ranking, case__in=cases.values("pk")).for_list()
        pages = Paginator(rows.annotate(inputs=F("ranking__inputs")).order_by("position"), PER_PAGE)
        pages.count = number
        page = pages.get_page(request.GET.get("waiting"))
        page.object_list = list(page.object_list)
        return page

    if not number:
        return Paginator([], PER_PAGE).get_page(1)
    page = page_of(Subquery(scope.last().values("pk")[:1]))
    if not page.object_list or page.object_list[0].inputs != scope.inputs:
        page = page_of(ranked(scope, at=request.at))
    return page


def declines_to_answer(request: HttpRequest, shown: Any) -> list[tuple[Body, list[Decision], str]]:
    """For a signatory: the declines of what was not shortlisted that wait for each body it signs for."""
    waiting = []
    for body in Body:
        if request.user.signs_for(body):
            found = rules.declines_to_answer(shown, body=body, seen=None, by=request.user)
            if found:
                seen = ",".join(str(decision.pk) for decision in found)
                waiting.append((body, found, f"{body.value}:{seen}"))
    return waiting


@login_required
@require_POST
def decision_decline(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose to decline, in one act, all that were not shortlisted."""
    shown = the_round(request, slug)
    if not permissions.chairs(request.user, shown, request.at):
        raise PermissionDenied
    try:
        proposed = actions.propose_declines(shown, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Declining is proposed for {len(proposed)} applications.")
    return redirect("decision_list", slug)


@login_required
@require_POST
def decision_agree(request: HttpRequest, slug: str) -> HttpResponse:
    """Agree, for a body, to all proposals to decline what was not shortlisted."""
    shown = the_round(request, slug)
    body, _, seen = request.POST.get("declines", "").partition(":")
    if body not in Body.values or not request.user.signs_for(body):
        raise PermissionDenied
    pks = [pk for each in seen.split(",") if (pk := whole(each)) is not None]
    try:
        answered = actions.agree_to_declines(shown, body=body, seen=pks, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{Body(body).label} agrees to decline {len(answered)} applications.")
    return redirect("decision_list", slug)


class DecisionDetail(SignedIn, TemplateView):
    """One decision: what is proposed and why, the marks in sum, the answers, and what was proposed before."""

    template_name = "panel/decision_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        decision = the_decision(self.request, self.kwargs["reference"])
        shown = decision.case.application.round
        user, at = self.request.user, self.request.at
        if not announcement_has_come(shown, at) and permissions.is_audited(user, shown, at):
            actions.view(decision, by=user, at=at)
        return super().get_context_data(**decision_facts(self.request, decision), **context)


def decision_facts(request: HttpRequest, decision: Decision, form: Any = None) -> dict[str, Any]:
    user, at = request.user, request.at
    case = decision.case
    shown = case.application.round
    if not permissions.may_see_decision(user, decision, at):
        raise PermissionDenied
    if form is None and (bodies := rules.bodies_open(decision, by=user, at=at)):
        form = AnswerForm(bodies=bodies, initial={"proposal": decision.proposals, "body": bodies[0].value})
        form.action = reverse("decision_answer", args=[case.application.reference])
    return {
        "decision": decision,
        "application": case.application,
        "round": shown,
        "standing": standing_of(case),
        "answers": sorted(decision.consents.all(), key=lambda answer: answer.pk),
        "proposals": proposals(decision),
        "waits_for": waits_for(decision),
        "form": form,
        "barred": barred(decision, user) if form is None else [],
        "in_the_chair": permissions.may_chair_case(user, case, at),
        "reasons_not_to_propose": rules.reasons_not_to_propose_at_all(case, by=user, at=at),
        "until": rules.propose_again_until(refused)
        if (refused := rules.first_refusal_at(decision))
        else None,
        "sits": permissions.sits(user, shown, at),
        "place": place_shown(decision, request),
    }


def place_shown(decision: Decision, request: HttpRequest) -> int | None:
    """A reserve's place among those this person may see: a gap would tell of one behind an interest."""
    if decision.verdict != Verdict.RESERVE:
        return None
    visible = Decision.objects.visible_to(request.user, request.at).of_round(decision.case.application.round)
    ahead = visible.standing().filter(verdict=Verdict.RESERVE, reserve_place__lt=decision.reserve_place)
    return ahead.count() + 1


def proposals(decision: Decision) -> list[dict[str, Any]]:
    """What the chair has proposed, the last one last."""
    taken = Step.objects.of(decision).filter(step="propose").with_words()
    return [{**step.words.data, "reasons": step.words.why, "at": step.at} for step in taken]


def barred(decision: Decision, user: Any) -> list[str]:
    """Why a signatory of a body that has not answered may not answer for it."""
    if decision.settled_at is not None:
        return []
    given = {answer.body for answer in rules.answers(decision)}
    told = [
        reason
        for body in Body
        if body not in given and user.signs_for(body)
        for reason in rules.reasons_not_to_sign(decision, body=body, by=user)
    ]
    return list(dict.fromkeys(told))


class DecisionAnswer(SignedIn, FormView):
    """A signatory answers for its body."""

    template_name = "panel/decision_detail.html"
    form_class = AnswerForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.decision = the_decision(request, kwargs["reference"])
            if not request.user.bodies_signed_for:
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.decision)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "bodies": [Body(body) for body in self.request.user.bodies_signed_for],
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        facts = decision_facts(self.request, self.decision, context["form"])
        return super().get_context_data(**{**facts, **context})

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        said = form.cleaned_data
        try:
            actions.answer(
                self.decision,
                body=said["body"],
                agreed=said["answer"] == AnswerForm.AGREE,
                reason=said["reason"],
                proposal=said["proposal"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{Body(said['body']).label}'s answer is recorded.")
        return redirect(self.decision)


class DecisionPropose(ClosingFirst, SignedIn, FormView):
    """The chair proposes, or proposes once more after a refusal."""

    template_name = "panel/decision_propose.html"
    form_class = ProposeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.case = the_case(request, kwargs["reference"])
            if not permissions.may_chair_case(request.user, self.case, request.at):
                raise PermissionDenied
            self.standing_proposal = Decision.objects.filter(case=self.case).first()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "case": self.case}

    def get_initial(self) -> dict[str, Any]:
        before = self.standing_proposal
        if before is None:
            return {"amount": self.case.application.requested}
        return {
            "verdict": before.verdict,
            "amount": before.amount or self.case.application.requested,
            "reasons": before.reasons,
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = self.case.application.round
        standing = standing_of(self.case)
        return super().get_context_data(
            case=self.case,
            application=self.case.application,
            round=shown,
            standing=standing,
            verified=verified(self.case, standing),
            totals=totals(self.others(shown), shown),
            grants=f"from £{shown.grant_least:,} to £{shown.grant_most:,}",
            before=self.standing_proposal,
            reasons=self.closing(),
            **context,
        )

    def closing(self) -> list[str]:
        return rules.reasons_not_to_propose_at_all(self.case, by=self.request.user, at=self.request.at)

    def others(self, shown: Any) -> Any:
        visible = Decision.objects.visible_to(self.request.user, self.request.at).of_round(shown)
        return visible.standing().exclude(case=self.case)

    def form_valid(self, form: ProposeForm) -> HttpResponse:
        try:
            decision = actions.propose(self.case, **form.proposal(), by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(
            self.request, "Proposed. The signatories of both bodies are told that it waits for them."
        )
        return redirect(decision)
