"""Marking: the paper and the mark sheet beside it, lodging, and the case once its seal is open."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from beacons.applications.models import Application
from beacons.applications.printing import Paper
from beacons.applications.views.printing import as_pdf
from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst, SignedIn
from beacons.rounds.resting import issues_of
from panel import permissions
from panel.actions import sheets as actions
from panel.forms.sheets import MarksForm
from panel.models import Assessment, Case, Mark
from panel.rules import sheets as rules
from panel.standings import side_by_side


def my_sheet(request: HttpRequest, reference: str) -> Assessment:
    sheets = (
        Assessment.objects.of(request.user, request.at)
        .for_list()
        .prefetch_related("marks", "case__application__round__stages", "case__application__round__criteria")
    )
    return get_object_or_404(sheets, case__application__reference=reference)


def paper_of(application: Application) -> Paper | None:
    """What was handed in, word for word; nothing once it is withdrawn."""
    submission = application.submission
    return None if submission is None else Paper.of(submission)


@login_required
@require_safe
def case_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Exactly what was handed in, through the case: for members without an interest in it, once scoring opens."""
    cases = Case.objects.visible_to(request.user, request.at).select_related("application")
    application = get_object_or_404(cases, application__reference=reference).application
    if application.submission is None:
        raise Http404
    return as_pdf(request, application, application.submission)


class AssessmentEdit(ClosingFirst, SignedIn, FormView):
    """The paper, and beside it my marks: saved as often as I like until the very instant they are due."""

    form_class = MarksForm
    template_name = "panel/assessment_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.sheet = my_sheet(request, kwargs["reference"])
            self.reasons = rules.reasons_not_to_mark(self.sheet, by=request.user, at=request.at)
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return self.reasons

    def get_form_kwargs(self) -> dict[str, Any]:
        application = self.sheet.case.application
        criteria = list(application.round.criteria.all())
        return {
            **super().get_form_kwargs(),
            "criteria": criteria,
            "rests": issues_of(criteria, outcome=application.outcome),
            "marks": {mark.criterion_id: mark for mark in self.sheet.marks.all()},
            "seen": actions.fingerprint(self.sheet.marks.all()),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.sheet.case.application
        return super().get_context_data(
            sheet=self.sheet,
            handed_in=paper_of(application),
            reference=application.reference,
            round=application.round,
            reasons=self.reasons,
            marks=marked(self.sheet),
            **context,
        )

    def form_valid(self, form: MarksForm) -> HttpResponse:
        reference = self.sheet.case.application.reference
        try:
            actions.save_marks(
                self.sheet,
                form.marks,
                by=self.request.user,
                at=self.request.at,
                seen=form.cleaned_data["seen"],
            )
        except Refused as refusal:
            form.seen_now(actions.fingerprint(Mark.objects.filter(assessment=self.sheet)))
            return self.form_invalid(form.refused(refusal))
        if "check" in self.request.POST:
            return redirect("assessment_lodge", reference)
        messages.success(self.request, "Draft saved. Nobody else can see it.")
        return redirect("assessment_edit", reference)


def marked(sheet: Assessment) -> list[tuple[Any, Any]]:
    """Each criterion with the mark on this sheet."""
    marks = {mark.criterion_id: mark for mark in sheet.marks.all()}
    return [(criterion, marks.get(criterion.pk)) for criterion in sheet.case.application.round.criteria.all()]


class AssessmentLodge(SignedIn, TemplateView):
    """My marks once more, and the button that lodges them for good."""

    template_name = "panel/assessment_lodge.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        sheet = my_sheet(self.request, self.kwargs["reference"])
        return super().get_context_data(
            sheet=sheet,
            application=sheet.case.application,
            marks=marked(sheet),
            reasons=rules.reasons_not_to_lodge(sheet, by=self.request.user, at=self.request.at),
            **context,
        )

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        sheet = my_sheet(request, reference)
        if not permissions.may_mark(request.user, sheet):
            raise PermissionDenied
        try:
            actions.lodge(sheet, by=request.user, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessment_lodge", reference)
        messages.success(request, f"Your marks on {reference} are lodged.")
        return redirect("panel_desk")


class CaseDetail(SignedIn, TemplateView):
    """The paper, for every member without an interest in it; and, once the seal is open, every mark with its reason."""

    template_name = "panel/case_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        cases = Case.objects.visible_to(user, at).for_list().prefetch_related("application__round__stages")
        case = get_object_or_404(cases, application__reference=self.kwargs["reference"])
        mine = Assessment.objects.of(user, at).counting().filter(case=case).first()
        return super().get_context_data(
            case=case,
            handed_in=paper_of(case.application),
            round=case.application.round,
            mine=mine,
            marks=side_by_side(case),
            follows=permissions.may_follow(user, case.application.round, at),
            **context,
        )
