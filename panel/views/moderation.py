"""The moderation meeting: its agenda, one case at a time, and what the chair records of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import PER_PAGE, SignedIn
from beacons.rounds.models import Stage
from panel import agenda, permissions
from panel.actions import moderation as actions
from panel.actions import verifications as verifying
from panel.chairing import WAY_OUT, Chairs
from panel.forms.moderation import EqualsForm, ModerateForm, ShortlistForm
from panel.forms.verifications import VerifyForm
from panel.models import Case, Decision, Meeting, RankingRow
from panel.querysets.cases import HowMany, Listed
from panel.reckoning import Scope
from panel.rules import meetings as meeting_rules
from panel.rules import moderation as rules
from panel.rules import verifications as verification_rules
from panel.standings import THRESHOLD, Standing, criteria_of, grouped, side_by_side, standings, tied
from panel.statuses import CaseStatus
from panel.verified import verified
from panel.views.doors import the_case, the_round
from panel.views.ranking import RankingPage


class MeetingDetail(RankingPage, TemplateView):
    """What there is to discuss, the gravest first; equals; and the rest. By the stored ranking of what a member may see."""

    template_name = "panel/meeting_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at, told = self.request.user, self.request.at, self.told()
        rows = list(self.rows().to_talk())
        asked = {row.case_id: [(agenda.CONCERN, agenda.ASKED)] for row in rows if row.asked}
        found = agenda.talks(self.ranking, rows, asked)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        groups = agenda.equals(rows)
        pks = {talk.row.case_id for talk in page} | {row.case_id for group in groups for row in group}
        cases = Case.objects.for_list().in_bulk(pks)
        meetings = list(Meeting.objects.visible_to(user, at).filter(round=self.round).order_by("number"))
        quiet = max(0, self.scope.count - len(found))
        tied = {row.case_id for group in groups for row in group}
        chairs_part = self.chairs_part(meetings, tied) if self.chairs else {}
        mine = chairs_part.pop("mine", set())
        return super().get_context_data(
            **told,
            sealed=self.scope.sealed,
            page_obj=page,
            agenda=[(talk, cases[talk.row.case_id]) for talk in page],
            discussed=sum(talk.row.status != CaseStatus.SCORED for talk in found),
            to_discuss=len(found),
            quiet=quiet,
            equals=[
                ([cases[row.case_id] for row in group], {row.case_id for row in group} <= mine)
                for group in groups
            ],
            meetings=meetings,
            way_out=WAY_OUT,
            **chairs_part,
            **context,
        )

    def chairs_part(self, meetings: list[Meeting], tied: set[int]) -> dict[str, Any]:
        """What may be taken as it stands, what waits for a meeting, and what has nobody to chair it, in one query."""
        user, at = self.request.user, self.request.at
        chairs = Chairs(self.round, at, held=self.held)
        of_round = Case.objects.of_round(self.round)
        scored = of_round.standing().filter(status=CaseStatus.SCORED)
        quiet = RankingRow.objects.filter(ranking=self.ranking, to_discuss=False)
        to_take = scored.undiscussed().filter(pk__in=quiet.values("case")).filter(chairs.cases_of(user))
        counted = of_round.order_by().aggregate(
            taken=Count("pk", filter=Q(pk__in=to_take.values("pk"))),
            waiting=Count("pk", filter=Q(pk__in=scored.values("pk"))),
            mine=Listed("pk", "application", filter=Q(pk__in=tied) & chairs.cases_of(user)),
            without=Count(
                "pk", filter=Q(pk__in=of_round.standing().values("pk")) & chairs.cases_of_nobody(user)
            ),
        )
        taken = counted["taken"]
        return {
            # Those of the equals for which this person takes the chair.
            "mine": {int(pair.partition(":")[0]) for pair in (counted["mine"] or "").split(",") if pair},
            "taken": taken,
            "accept_words": f"Take the marks of {taken} application{'s' * (taken != 1)} as they stand",
            "without_chair": counted["without"],
            "preparing": meeting_rules.reasons_not_to_prepare(
                self.round,
                by=user,
                at=at,
                chairs=chairs,
                ahead=any(not meeting.is_over for meeting in meetings),
                waiting=counted["waiting"],
            ),
        }


class ShortlistList(RankingPage, TemplateView):
    """For the chairs: where every case stands on its way to the shortlist, best first. By the stored ranking of what they
    may see; what is in the way is worked out from the marks, for those of one page.
    """

    template_name = "panel/shortlist_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if not self.chairs:
            raise PermissionDenied
        rows = self.rows()
        every = rows.order_by().values("pk")
        # The stage, and how far its cases are, in one query.
        stages = Stage.objects.filter(round=self.round, key="shortlist").annotate(
            listed=HowMany(every),
            waiting=HowMany(every.filter(case__status__in=[CaseStatus.SCORED, CaseStatus.MODERATED])),
            left_out=HowMany(every.filter(case__status=CaseStatus.NOT_SHORTLISTED)),
        )
        stage: Any = get_object_or_404(stages)
        pages: Any = Paginator(rows.for_list(), PER_PAGE)
        pages.count = stage.listed
        page = pages.get_page(self.request.GET.get("page"))
        cases = Case.objects.filter(pk__in=[row.case_id for row in page])
        found = {each.pk: each for each in standings(cases, criteria_of(self.round))}
        # Its rank is one among all, not among those of the page.
        listed = [(found[row.case_id].with_rank(row.rank), row.case) for row in page if row.case_id in found]
        return super().get_context_data(
            **self.told(),
            stage=stage,
            threshold=THRESHOLD,
            page_obj=page,
            groups=grouped(listed),
            waiting=stage.waiting,
            left_out=stage.left_out,
            **context,
        )


def next_to_discuss(request: HttpRequest, case: Case) -> Any:
    """The application that comes first on the agenda of those not discussed yet, this one aside: by the last ranking."""
    scope = Scope.of(request.user, case.application.round, request.at)
    ranking = scope.newest()
    rows = RankingRow.objects.filter(ranking=ranking, to_discuss=True, case__status=CaseStatus.SCORED)
    found = agenda.talks(ranking, rows.exclude(case=case).visible_to(request.user, request.at))
    return Case.objects.for_list().get(pk=found[0].row.case_id).application if found else None


@login_required
@require_POST
def meeting_accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the marks as they stand where there is nothing to discuss."""
    shown = the_round(request, slug)
    if not permissions.chairs(request.user, shown, request.at):
        raise PermissionDenied
    try:
        accepted = actions.accept_marks(shown, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The marks of {len(accepted)} applications were taken as they stand.")
    return redirect("meeting_detail", slug)


class MeetingItem(SignedIn, TemplateView):
    """One case: its marks beside each other, what was said of it, and the chair's next act."""

    template_name = "panel/meeting_item.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        case = the_case(self.request, self.kwargs["reference"])
        return super().get_context_data(**item_facts(self.request, case), **context)


def item_facts(request: HttpRequest, case: Case, form: Any = None) -> dict[str, Any]:
    """What the page of one case shows; `form` is one that came back with faults."""
    user, at = request.user, request.at
    criteria = criteria_of(case.application.round)
    marks = side_by_side(case, criteria)
    knows = permissions.knows_shortlist(user, case, at)
    in_the_chair = permissions.may_chair_case(user, case, at)
    has_decision = Decision.objects.filter(case=case).exists()
    if form is None:
        form, reasons = next_act(request, case, marks.standing if marks else None)
    else:
        reasons = []
    return {
        "case": case,
        "application": case.application,
        "round": case.application.round,
        "marks": marks,
        "gates": rules.reasons_of_gates(marks.standing) if marks else [],
        "knows_shortlist": knows,
        "status": case.status_for(knows),
        "form": form,
        "reasons": reasons,
        "has_decision": has_decision,
        "concerns": case.concerns.order_by("at", "pk"),
        "items": case.items.select_related("meeting").order_by("meeting__number"),
        "verified": verified(case, marks.standing) if marks and knows and case.shortlisted_at else None,
        "may_arrange": case.status == CaseStatus.SHORTLISTED
        and not verification_rules.reasons_not_to_arrange(case, by=user, at=at),
        "may_ask": not meeting_rules.reasons_not_to_ask(case, by=user, at=at),
        "following": next_to_discuss(request, case),
        "may_propose": in_the_chair
        and not has_decision
        and case.status in (CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED)
        and not rules.reasons_too_early(case, "decision", at),
    }


def next_act(request: HttpRequest, case: Case, standing: Standing | None) -> tuple[Any, list[str]]:
    """The form of what this person may do next with the case, or the reasons why it cannot be done yet."""
    user, at = request.user, request.at
    if case.status == CaseStatus.SHORTLISTED and permissions.may_verify(user, case, at):
        return offered(VerifyForm, "case_verify", case), verification_rules.reasons_not_to_verify(
            case, by=user, at=at
        )
    if not permissions.may_chair_case(user, case, at):
        return None, []
    if case.status == CaseStatus.SCORED:
        return offered(ModerateForm, "case_moderate", case), rules.reasons_not_to_moderate(
            case, by=user, at=at
        )
    if case.status == CaseStatus.MODERATED:
        return offered(ShortlistForm, "case_shortlist", case), rules.reasons_not_to_leave_out(
            case, by=user, at=at
        )
    return None, []


def offered(form_class: Any, name: str, case: Case) -> Any:
    form = form_class()
    form.action = reverse(name, args=[case.application.reference])
    return form


class ItemAct(SignedIn, FormView):
    """An act on one case: its form lives on the case's page, which comes back with what was typed if refused."""

    template_name = "panel/meeting_item.html"
    told = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.case = the_case(request, kwargs["reference"])
            if not self.may():
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        return permissions.may_chair_case(self.request.user, self.case, self.request.at)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("meeting_item", self.case.application.reference)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        facts = item_facts(self.request, self.case, context["form"])
        return super().get_context_data(**{**facts, **context})

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            told = self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{self.case.application.reference}: {told}")
        return redirect("meeting_item", self.case.application.reference)

    def act(self, form: Any) -> str:
        """Do it, and say what was done."""
        raise Http404


class CaseModerate(ItemAct):
    form_class = ModerateForm

    def act(self, form: Any) -> str:
        actions.moderate(self.case, note=form.cleaned_data["note"], by=self.request.user, at=self.request.at)
        return "the meeting's note is recorded."


class CaseShortlist(ItemAct):
    form_class = ShortlistForm

    def act(self, form: Any) -> str:
        facts = {"why": form.cleaned_data["why"], "by": self.request.user, "at": self.request.at}
        if form.cleaned_data["choice"] == ShortlistForm.SHORTLIST:
            actions.shortlist(self.case, **facts)
            return "shortlisted."
        actions.leave_out(self.case, **facts)
        return "left out of the shortlist."


class CaseVerify(ItemAct):
    form_class = VerifyForm

    def may(self) -> bool:
        return permissions.may_verify(self.request.user, self.case, self.request.at)

    def act(self, form: Any) -> str:
        verifying.verify(self.case, note=form.cleaned_data["note"], by=self.request.user, at=self.request.at)
        return "verified."


class EqualsEdit(SignedIn, FormView):
    """The chair's order among cases that marks cannot part, with the reason."""

    template_name = "panel/meeting_equals.html"
    form_class = EqualsForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            case = the_case(request, kwargs["reference"])
            self.round = case.application.round
            self.cases = self.equals_of(case)
            bids = [equal.application_id for equal in self.cases]
            if not Chairs(self.round, request.at).is_acting(request.user, *bids):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def equals_of(self, case: Case) -> list[Case]:
        """The group that ties with this case, as the viewer may see it."""
        visible = Case.objects.visible_to(self.request.user, self.request.at).of_round(self.round)
        for group in tied(standings(visible, criteria_of(self.round))):
            pks = [standing.pk for standing in group]
            if case.pk in pks:
                found = Case.objects.for_list().in_bulk(pks)
                return [found[pk] for pk in pks]
        # They tied when the page was read. What was typed about them comes back, with the reason of the rule.
        read = [name.removeprefix("place_") for name in self.request.POST if name.startswith("place_")]
        named = visible.unsealed().filter(pk__in=[pk for pk in read if whole(pk)]).for_list()
        cases = sorted({case, *named}, key=lambda each: each.pk)
        if self.request.method != "POST" or len(cases) < 2:
            raise Http404
        return cases

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cases": self.cases}

    def get_initial(self) -> dict[str, Any]:
        return {"why": self.cases[0].tie_reason}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(round=self.round, cases=self.cases, **context)

    def form_valid(self, form: EqualsForm) -> HttpResponseRedirect:
        try:
            actions.part_equals(
                form.in_order(), why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The order among equals is set.")
        return redirect("meeting_detail", self.round.slug)
