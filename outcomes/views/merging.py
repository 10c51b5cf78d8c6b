"""Staff merge issues that say the same: first chosen from the list, then merged with a reason."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from outcomes import permissions, rules
from outcomes.actions import issues
from outcomes.forms.issues import MergeForm
from outcomes.models import Issue, Outcome
from outcomes.views.base import PAGE
from outcomes.views.issues import the_issue

MOST_CHOSEN = 20


class ForMerging(SignedIn):
    """Pages of those who merge issues."""

    outcome: Outcome
    chosen: list[Issue]
    request: Any
    kwargs: dict[str, Any]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            outcomes = Outcome.objects.visible_to(request.user, request.at)
            self.outcome = get_object_or_404(outcomes, slug=kwargs["slug"])
            if not permissions.may_merge_issues(request.user):
                raise PermissionDenied
            self.reasons = rules.reasons_not_to_merge_now(self.outcome, at=request.at)
            self.chosen = self.find_chosen()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def find_chosen(self) -> list[Issue]:
        """What was ticked, on whichever page of the list; those that are no issue of this outcome are passed over."""
        asked = [pk for pk in self.ticked() if pk.isascii() and pk.isdigit() and len(pk) < 10]
        found = self.outcome.issues.filter(pk__in=asked[:MOST_CHOSEN])
        return list(found.standing().select_related("authority").by_voices())

    def ticked(self) -> list[str]:
        return [*self.request.GET.getlist("chosen"), *self.request.POST.getlist("chosen")]


class IssueChoose(ForMerging, ListView):
    """The issues of an outcome that stand, to choose from; what is ticked stays so while one searches."""

    template_name = "outcomes/issue_choose.html"
    context_object_name = "issues"
    paginate_by = PAGE

    def get_queryset(self) -> Any:
        self.words = " ".join(self.request.GET.get("words", "").replace("\x00", " ").split())[:100]
        found = self.outcome.issues.standing().containing(self.words)
        return (
            found.exclude(pk__in=[issue.pk for issue in self.chosen]).select_related("authority").by_voices()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, outcome=self.outcome, chosen=self.chosen, words=self.words, reasons=self.reasons
        )


class IssueMerge(ForMerging, FormView):
    """Those chosen: which of them stays, and why they are the same."""

    form_class = MergeForm
    template_name = "outcomes/issue_merge.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(self.chosen) < 2:
            messages.error(request, "Choose two issues at least that say the same.")
            return redirect(self.back())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "issues": self.chosen}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.back()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, outcome=self.outcome, chosen=self.chosen, reasons=self.reasons, back=self.back()
        )

    def back(self) -> str:
        """The list, with the same issues ticked."""
        url = reverse("issue_choose", args=[self.outcome.slug])
        return f"{url}?{urlencode([('chosen', issue.pk) for issue in self.chosen])}" if self.chosen else url

    def form_valid(self, form: MergeForm) -> HttpResponse:
        stays = form.cleaned_data["stays"]
        others = [issue for issue in self.chosen if issue != stays]
        try:
            issues.merge_issues(
                stays, others, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        count = len(others)
        messages.success(
            self.request,
            f"{count} issue{'s' if count > 1 else ''} merged into that of {stays.authority}."
            " The councils whose issue was merged are told.",
        )
        return redirect(stays)


@login_required
@require_POST
def issue_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    issue = the_issue(request, pk)
    if not permissions.may_merge_issues(request.user):
        raise PermissionDenied
    try:
        issues.unmerge_issue(issue, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"The issue of {issue.authority} stands by itself again. The council is told."
        )
    return redirect(issue)
