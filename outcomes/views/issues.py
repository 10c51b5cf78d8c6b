"""What councils find hard about an outcome."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from beacons.directory.models import Authority
from outcomes import permissions, rules
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
        issues.state_issue(
            self.outcome,
            self.authority,
            text=form.cleaned_data["text"],
            by=self.request.user,
            at=self.request.at,
        )
        return "Thank you. The issue is stated; the panel reads it when it makes the criteria."
