"""Reports that officers saved: shown, listed, changed, copied and deleted."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, ListView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from beacons.directory.models import Authority
from beacons.directory.permissions import authority_ids
from outcomes.actions import reports as actions
from outcomes.forms.reports import ReportForm
from outcomes.headlines import permissions
from outcomes.headlines.report import Report, build, saved_choices
from outcomes.models import HeadlineReport
from outcomes.views.base import PAGE
from outcomes.views.reports import as_csv, as_pdf, asked_for, is_key, page_facts


def find_report(request: HttpRequest, key: Any) -> HeadlineReport:
    visible = HeadlineReport.objects.visible_to(request.user, request.at)  # type: ignore[attr-defined]
    related = ("authority__region", "authority__county", "council", "made_by")
    return get_object_or_404(visible.select_related(*related), key=key)


def put_together(request: HttpRequest, saved: HeadlineReport) -> Report:
    """With the figures of today: a saved report holds none."""
    is_own = saved.comparison == HeadlineReport.Comparison.OWN
    codes = list(saved.own_list.values_list("code", flat=True)) if is_own else []
    choices = saved_choices(saved, codes)
    return build(saved.authority, choices, user=request.user, at=request.at)  # type: ignore[attr-defined]


class SavedShow(TemplateView):
    template_name = "outcomes/report_show.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        saved = find_report(self.request, self.kwargs["key"])
        user, report = self.request.user, put_together(self.request, saved)
        return super().get_context_data(
            **kwargs,
            **page_facts(report, user),
            saved=saved,
            title=saved.title,
            may_change=permissions.may_change_report(user, saved),
        )


@require_safe
def saved_csv(request: HttpRequest, key: Any) -> HttpResponse:
    return as_csv(put_together(request, find_report(request, key)))


@require_safe
def saved_pdf(request: HttpRequest, key: Any) -> HttpResponse:
    saved = find_report(request, key)
    return as_pdf(request, put_together(request, saved), saved.title)


class SavedList(SignedIn, ListView):
    """The reader's own reports, and those that colleagues share inside the council."""

    template_name = "outcomes/report_list.html"
    context_object_name = "reports"
    paginate_by = PAGE

    def get_queryset(self) -> Any:
        user = self.request.user
        if not permissions.may_save_reports(user):
            raise PermissionDenied
        ours = Q(made_by=user) | Q(council__in=authority_ids(user))
        visible = HeadlineReport.objects.visible_to(user, self.request.at)
        return visible.filter(ours).select_related("authority", "council", "made_by")


class Maker(SignedIn, FormView):
    """Pages of whoever may save reports."""

    form_class = ReportForm
    council: Authority | None
    # Sets what the page is about, or raises.
    find: Callable[[], None]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.find()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"council": self.council}


class ReportSave(Maker):
    """What the address shows, under a name; or instead of what a saved report shows now."""

    template_name = "outcomes/report_save.html"

    def find(self) -> None:
        user = self.request.user
        if not permissions.may_save_reports(user):
            raise PermissionDenied
        self.report = asked_for(self.request, self.kwargs["code"])
        key = self.request.GET.get("report", "")
        self.saved = HeadlineReport.objects.filter(made_by=user, key=key).first() if is_key(key) else None
        self.council = (
            self.saved.council if self.saved else permissions.council_of(user, self.report.authority)
        )

    def get_initial(self) -> dict[str, Any]:
        if self.saved:
            return {"title": self.saved.title, "sharing": self.saved.sharing}
        title = f"{self.report.authority} and {self.report.comparison_label[0].lower()}{self.report.comparison_label[1:]}"
        return {"title": title[: actions.TITLE], "sharing": HeadlineReport.Sharing.OWN}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            report=self.report,
            council=self.report.authority,
            saved=self.saved,
            for_council=self.council,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        said = {"title": form.cleaned_data["title"], "sharing": form.cleaned_data["sharing"]}
        by, at, choices = self.request.user, self.request.at, self.report.choices
        try:
            if self.saved:
                kept = actions.change_report(self.saved, choices=choices, by=by, at=at, **said)
            else:
                kept = actions.save_report(
                    self.report.authority, choices, council=self.council, by=by, at=at, **said
                )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"“{kept.title}” is saved.")
        return redirect(kept)


class ReportEdit(Maker):
    """Another name, or other readers."""

    template_name = "outcomes/report_edit.html"

    def find(self) -> None:
        self.saved = find_report(self.request, self.kwargs["key"])
        self.council = self.saved.council
        if not permissions.may_change_report(self.request.user, self.saved):
            raise PermissionDenied

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.saved.title, "sharing": self.saved.sharing}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.saved.get_absolute_url()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, saved=self.saved)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            kept = actions.change_report(
                self.saved,
                title=form.cleaned_data["title"],
                sharing=form.cleaned_data["sharing"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"“{kept.title}” is changed.")
        return redirect(kept)


@login_required
@require_POST
def report_copy(request: HttpRequest, key: Any) -> HttpResponse:
    report, user = find_report(request, key), request.user
    if not permissions.may_save_reports(user):
        raise PermissionDenied
    copied = actions.copy_report(
        report, council=permissions.council_of(user, report.authority), by=user, at=request.at
    )
    messages.success(request, f"“{copied.title}” is yours. Nobody else sees it until you share it.")
    return redirect(copied)


class ReportDelete(SignedIn, TemplateView):
    """Asks once more, since nothing brings it back."""

    template_name = "outcomes/report_delete.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.saved = find_report(request, self.kwargs["key"])
            if not permissions.may_change_report(request.user, self.saved):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, saved=self.saved)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.delete_report(self.saved, by=request.user, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{self.saved.title}” is deleted.")
        return redirect("report_list")
