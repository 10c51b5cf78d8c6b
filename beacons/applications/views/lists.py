"""A council's applications, and what it may apply for."""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView, TemplateView

from beacons.applications import abstentions, actions, calls, closings, permissions, rules
from beacons.applications.calls import Call
from beacons.applications.deadline import in_words, sentence
from beacons.applications.forms.starting import AbstainForm, StartForm, start_form
from beacons.applications.models import Abstention, Application, Partner
from beacons.applications.views.base import SignedIn
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, ClosingFirst
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from outcomes.models import Outcome

# Who may apply, in a round of each kind, as it is said to one of them.
WHO = {
    Round.OpenTo.COHORT: "An authority may apply for an outcome if its own area, its county or a partner it names is"
    " signed up to that outcome in a Local Area Agreement.",
    Round.OpenTo.ANY: "This round is open to every authority.",
    Round.OpenTo.FIRST_PHASE: "This is a second phase: it is open to those awarded in the first, each for its outcome.",
}


class ApplicationList(SignedIn, ListView):
    """The applications of the authorities this person acts for, and their parts in those of others; for the office, the
    rounds to check.
    """

    template_name = "applications/application_list.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        user, at = self.request.user, self.request.at
        mine = Application.objects.visible_to(user, at).led_by(user).for_list().with_last_step()
        return mine.with_closing().order_by("authority__name", "-pk")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        user, at = self.request.user, self.request.at
        context["rows"] = [(bid, in_words(bid.closes_at, at)) for bid in context["page_obj"]]
        parts = (
            Partner.objects.of_people(user).for_part().order_by("-pk")[:PER_PAGE] if user.authorities else []
        )
        context["parts"] = [(part, in_words(part.application.closes_at, at)) for part in parts]
        context["may_check"] = permissions.may_check(user)
        if context["may_check"]:
            known = Round.objects.visible_to(user, at).with_plan()[:PER_PAGE]
            context["rounds"] = [(known_round, closing_of(known_round, at)) for known_round in known]
        return context


def closing_of(a_round: Round, at: Any) -> str:
    """When its applications close, in a sentence; nothing for a round whose plan is not laid out yet."""
    stage = next((stage for stage in a_round.plan if stage.key == stage.Key.APPLICATIONS), None)
    return sentence(stage.closes_at, at) if stage else ""


class ApplicationChoices(SignedIn, TemplateView):
    """Every outcome of the rounds that take applications, and whether these authorities may apply for it."""

    template_name = "applications/application_choices.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        found = calls.open_to(self.request.user.authorities, at)
        groups = []
        for (authority, a_round), some in groupby(found, key=lambda call: (call.authority, call.round)):
            outcomes = list(some)
            groups.append(
                {
                    "authority": authority,
                    "round": a_round,
                    "closing": sentence(outcomes[0].closes_at, at),
                    "who": WHO[a_round.open_to],
                    "ready_caption": f"{authority} may apply for",
                    "others_caption": f"{authority} needs a partner that is signed up to",
                    "ready": [call for call in outcomes if not call.needs_partner],
                    "others": [call for call in outcomes if call.needs_partner],
                }
            )
        return super().get_context_data(groups=groups, **context)


class ApplicationStart(SignedIn, FormView):
    """Begin an application of one authority for one outcome of one round."""

    template_name = "applications/application_start.html"

    @cached_property
    def call(self) -> Call:
        visible = Round.objects.visible_to(self.request.user, self.request.at)
        a_round = get_object_or_404(
            visible.with_plan().select_related("follows").prefetch_related("categories", "extensions"),
            slug=self.kwargs["slug"],
        )
        authority = get_object_or_404(Authority.objects.select_related("county"), code=self.kwargs["code"])
        outcome = get_object_or_404(Outcome, slug=self.kwargs["outcome"])
        return calls.call(a_round, outcome, authority, self.request.at)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            if not self.call.in_round:
                raise Http404
            if not permissions.may_start(request.user, self.call.authority):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[StartForm]:
        return start_form(self.call)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        reasons = rules.reasons_not_to_apply(self.call, at=self.request.at)
        closing = sentence(self.call.closes_at, self.request.at)
        return super().get_context_data(call=self.call, reasons=reasons, closing=closing, **context)

    def form_valid(self, form: StartForm) -> HttpResponse:
        call, typed = self.call, form.cleaned_data
        try:
            application = actions.start(
                call.round,
                call.outcome,
                call.authority,
                title=typed["title"],
                category=typed.get("category"),
                partner=typed.get("partner"),
                partner_role=typed.get("partner_role", ""),
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            # Read afresh, so that the page can point at what a colleague has just begun.
            self.call = calls.call(call.round, call.outcome, call.authority, self.request.at)
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"Application {application.reference} begun.")
        return redirect(application)


class AbstentionCreate(SignedIn, ClosingFirst, FormView):
    """A council says for which outcomes of a round it will not apply; and takes back what it said."""

    template_name = "applications/abstention_form.html"
    form_class = AbstainForm

    @cached_property
    def round(self) -> Round:
        known = Round.objects.visible_to(self.request.user, self.request.at)
        return get_object_or_404(known.with_plan().prefetch_related("extensions"), slug=self.kwargs["slug"])

    @cached_property
    def authority(self) -> Authority:
        return get_object_or_404(Authority.objects.select_related("county"), code=self.kwargs["code"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = (
            request.user.is_authenticated
            and self.round
            and permissions.may_start(request.user, self.authority)
        )
        if request.user.is_authenticated and not may:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_abstain_at_all(self.round, self.authority, at=self.request.at)

    @cached_property
    def offered(self) -> list[Outcome]:
        return abstentions.offered(self.round, self.authority, self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offered": self.offered}

    def get_initial(self) -> dict[str, Any]:
        """All of them, or the one that a link names."""
        named = self.request.GET.get("outcome", "")
        return {"outcomes": [each.pk for each in self.offered if named in ("", each.slug)]}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        closes_at = closings.Deadline(self.round, self.authority).closes_at
        return super().get_context_data(
            round=self.round,
            authority=self.authority,
            reasons=self.closing(),
            offered=self.offered,
            said=abstentions.said(self.round, self.authority),
            closing=sentence(closes_at, self.request.at),
            **context,
        )

    def form_valid(self, form: AbstainForm) -> HttpResponse:
        said, why = list(form.cleaned_data["outcomes"]), form.cleaned_data["why"]
        try:
            actions.abstain(
                self.round, self.authority, said, why=why, by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Noted. Your council is not reminded of it any more.")
        return redirect("abstention_create", self.round.slug, self.authority.code)


@login_required
@require_POST
def abstention_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    known = Abstention.objects.visible_to(request.user, request.at).select_related("round", "authority")
    abstention = get_object_or_404(known, pk=pk)
    if not permissions.may_start(request.user, abstention.authority):
        raise PermissionDenied
    try:
        actions.take_abstention_back(abstention, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back. Your council may apply, and is reminded of the closing.")
    return redirect("abstention_create", abstention.round.slug, abstention.authority.code)
