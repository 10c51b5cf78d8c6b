"""What councils find hard about an outcome: stated, supported, and taken back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from beacons.core.lifecycle import Refused
from beacons.directory.models import Authority
from outcomes import permissions, rules, voices
from outcomes.actions import issues
from outcomes.forms.issues import IssueForm
from outcomes.models import Issue, Outcome
from outcomes.views.base import ISSUES, ForCouncil


class IssueState(ForCouncil):
    form_class = IssueForm
    template_name = "outcomes/issue_form.html"

    def find(self) -> None:
        outcomes = Outcome.objects.visible_to(self.request.user, self.request.at)
        self.outcome = get_object_or_404(outcomes, slug=self.kwargs["slug"])
        self.authority = the_council(self.request, self.kwargs["authority"])
        if not permissions.may_state_issue(self.request.user, self.authority):
            raise PermissionDenied

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_state_issue(self.outcome, self.authority, at=self.request.at)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stated = Issue.objects.filter(
            outcome=self.outcome, authority=self.authority, withdrawn_at__isnull=True
        ).order_by("pk")
        return super().get_context_data(**kwargs, authority=self.authority, stated=stated[:ISSUES])

    def act(self, form: Any) -> str:
        issues.state_issue(
            self.outcome,
            self.authority,
            text=form.cleaned_data["text"],
            by=self.request.user,
            at=self.request.at,
        )
        return "Thank you. The issue is stated; the panel reads it when it makes the criteria."


class IssueDetail(DetailView):
    """One issue: its words, who says it, and what was merged into it."""

    template_name = "outcomes/issue_detail.html"

    def get_queryset(self) -> Any:
        known = Issue.objects.visible_to(self.request.user, self.request.at)
        return known.select_related("authority", "outcome", "merged_into__authority", "withdrawn_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        issue, user, at = self.object, self.request.user, self.request.at
        (heard,) = voices.hear([issue])
        mine = user.authorities if user.is_authenticated else []
        voices.take_stances([heard], voices.councils_of_cohort(issue.outcome, mine), at=at)
        merges = permissions.may_merge_issues(user)
        return super().get_context_data(
            **kwargs,
            outcome=issue.outcome,
            heard=heard,
            withdraws=issue.withdrawn_at is None and permissions.may_withdraw_issue(user, issue),
            reasons_not_to_withdraw=rules.reasons_not_to_withdraw_issue(issue, at=at),
            merges=merges,
            reasons_not_to_merge=rules.reasons_not_to_merge_now(issue.outcome, at=at) if merges else [],
        )


@login_required
@require_POST
def issue_support(request: HttpRequest, pk: int, authority: int) -> HttpResponse:
    issue, council = the_issue(request, pk), the_council(request, authority)
    if not permissions.may_state_issue(request.user, council):
        raise PermissionDenied
    try:
        issues.support_issue(issue, council, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{council} is counted among the councils that find this hard.")
    return back(request, issue)


@login_required
@require_POST
def support_withdraw(request: HttpRequest, pk: int, authority: int) -> HttpResponse:
    issue, council = the_issue(request, pk), the_council(request, authority)
    if not permissions.may_state_issue(request.user, council):
        raise PermissionDenied
    try:
        issues.withdraw_support(issue, council, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{council} is no longer counted among the councils that find this hard.")
    return back(request, issue)


@login_required
@require_POST
def issue_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    issue = the_issue(request, pk)
    if not permissions.may_withdraw_issue(request.user, issue):
        raise PermissionDenied
    try:
        issues.withdraw_issue(issue, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(issue)
    messages.success(request, "The issue is withdrawn.")
    return redirect(issue.outcome)


def the_issue(request: HttpRequest, pk: int) -> Issue:
    known = Issue.objects.visible_to(request.user, request.at).select_related("outcome", "authority")
    return get_object_or_404(known, pk=pk)


def the_council(request: HttpRequest, pk: int) -> Authority:
    known = Authority.objects.visible_to(request.user, request.at).select_related("county")
    return get_object_or_404(known, pk=pk)


def back(request: HttpRequest, issue: Issue) -> HttpResponse:
    """To where the button was, in a list to the same issue in it; or to the issue's own page."""
    came_from = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect(issue)
