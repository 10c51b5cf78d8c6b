"""Pages about outcomes, and what councils say on them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView, FormView
from django_filters.views import FilterView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from beacons.directory.models import Authority
from outcomes import actions, permissions, rules
from outcomes.filters import OutcomeFilter
from outcomes.forms import IssueForm, SignUpForm
from outcomes.models import Issue, Outcome, SignUp
from outcomes.spread import spread

PAGE = 50
ISSUES = 20
SMALL_COHORT = 5


class OutcomeList(FilterView):
    filterset_class = OutcomeFilter
    template_name = "outcomes/outcome_list.html"
    context_object_name = "outcomes"
    paginate_by = PAGE
    # What somebody typed into an address shows everything rather than nothing.
    strict = False

    def get_queryset(self) -> Any:
        return Outcome.objects.visible_to(self.request.user, self.request.at).for_list()


@dataclass(frozen=True)
class Ours:
    """What the reader's council has to do with an outcome."""

    authority: Authority
    sign_up: SignUp | None
    reasons_not_to_confirm: list[str]
    reasons_not_to_state: list[str]

    @property
    def is_own(self) -> bool:
        """Is it the council's own sign-up, rather than its county's?"""
        return self.sign_up is not None and self.sign_up.authority_id == self.authority.pk

    @property
    def may_confirm_now(self) -> bool:
        return self.is_own and not self.reasons_not_to_confirm


class OutcomeDetail(DetailView):
    template_name = "outcomes/outcome_detail.html"

    def get_queryset(self) -> Any:
        return Outcome.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcome, user = self.object, self.request.user
        mine = user.authorities if user.is_authenticated else []
        ours = what_is_ours(outcome, mine, at=self.request.at)
        shown = spread(outcome, readers=[*mine, *(each.county for each in mine if each.county)])
        cohort = (
            outcome.sign_ups.visible_to(user, self.request.at).for_list().order_by("authority__name", "pk")
        )
        issues = outcome.issues.visible_to(user, self.request.at).for_list()
        return super().get_context_data(
            **kwargs,
            ours=ours,
            our_ids={each.sign_up.pk for each in ours if each.sign_up},
            spread=shown,
            cohort=page_of(cohort, PAGE, outcome.cohort_size, self.request.GET.get("page")),
            issues=page_of(issues, ISSUES, outcome.issue_count, self.request.GET.get("issues")),
            small_cohort=outcome.cohort_size < SMALL_COHORT,
        )


def what_is_ours(outcome: Outcome, mine: list[Authority], *, at: datetime) -> list[Ours]:
    if not mine:
        return []
    areas = {area for authority in mine for area in (authority.pk, authority.area_id)}
    held = {sign_up.authority_id: sign_up for sign_up in outcome.sign_ups.of_areas(list(areas)).for_list()}
    for known in held.values():
        known.outcome = outcome
    found = []
    for authority in mine:
        sign_up = held.get(authority.pk) or held.get(authority.area_id)
        found.append(
            Ours(
                authority,
                sign_up,
                rules.reasons_not_to_confirm_sign_up(sign_up, at=at) if sign_up else [],
                rules.reasons_not_now(outcome, at=at) if sign_up else [],
            )
        )
    return found


def page_of(rows: QuerySet, size: int, count: int, number: str | None) -> Page:
    """A page of rows whose number is known already, so that they need not be counted again."""
    paginator = Paginator(rows, size)
    paginator.count = count
    return paginator.get_page(number)


class ForCouncil(SignedIn, FormView):
    """A council's form on an outcome: 404, then 403, then the reasons against it instead of the form.

    `find` sets the outcome and what else the page is about, or raises; `act` does it and returns what to say.
    """

    outcome: Outcome
    find: Callable[[], None]
    reasons: Callable[[], list[str]]
    act: Callable[[Any], str]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.find()
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.outcome.get_absolute_url()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, outcome=self.outcome, reasons=self.reasons())

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            said = self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, said)
        return redirect(self.outcome)


class SignUpConfirm(ForCouncil):
    form_class = SignUpForm
    template_name = "outcomes/sign_up_confirm.html"

    def find(self) -> None:
        visible = SignUp.objects.visible_to(self.request.user, self.request.at)
        self.sign_up = get_object_or_404(
            visible.select_related("authority", "outcome__measure"), pk=self.kwargs["pk"]
        )
        self.outcome = self.sign_up.outcome
        if not permissions.may_confirm_sign_up(self.request.user, self.sign_up):
            raise PermissionDenied

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_confirm_sign_up(self.sign_up, at=self.request.at)

    def get_initial(self) -> dict[str, Any]:
        return {"lead_officer": self.sign_up.lead_officer}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, sign_up=self.sign_up)

    def act(self, form: Any) -> str:
        actions.confirm_sign_up(
            self.sign_up,
            lead_officer=form.cleaned_data["lead_officer"],
            by=self.request.user,
            at=self.request.at,
        )
        return f"Thank you. {self.sign_up.authority} is signed up to this outcome."


class IssueState(ForCouncil):
    form_class = IssueForm
    template_name = "outcomes/issue_form.html"

    def find(self) -> None:
        outcomes = Outcome.objects.visible_to(self.request.user, self.request.at)
        self.outcome = get_object_or_404(outcomes, slug=self.kwargs["slug"])
        authorities = Authority.objects.visible_to(self.request.user, self.request.at).select_related(
            "county"
        )
        self.authority = get_object_or_404(authorities, pk=self.kwargs["authority"])
        if not permissions.may_state_issue(self.request.user, self.authority):
            raise PermissionDenied

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_state_issue(self.outcome, self.authority, at=self.request.at)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stated = Issue.objects.filter(outcome=self.outcome, authority=self.authority).order_by("pk")
        return super().get_context_data(**kwargs, authority=self.authority, stated=stated[:ISSUES])

    def act(self, form: Any) -> str:
        actions.state_issue(
            self.outcome,
            self.authority,
            text=form.cleaned_data["text"],
            by=self.request.user,
            at=self.request.at,
        )
        return "Thank you. The issue is stated; the panel reads it when it makes the criteria."
