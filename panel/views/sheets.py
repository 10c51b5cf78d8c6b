"""Marking: the paper and the mark sheet beside it, lodging, and the case once its seal is open."""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from beacons.applications.models import Application
from beacons.applications.printing import Paper
from beacons.applications.views.autosave import AutosaveMixin
from beacons.applications.views.printing import as_pdf
from beacons.core import carrying
from beacons.core.lifecycle import Refused
from beacons.core.views import CarriesOn, ClosingFirst, SignedIn
from beacons.rounds.resting import issues_of
from panel import permissions
from panel.actions import sheets as actions
from panel.forms.sheets import MarksForm, NoteForm, OnCriterion
from panel.models import Assessment, Case, Mark, Note
from panel.querysets.sheets import criteria_with_marks
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
    return None if application.handed_in is None else Paper.of(application.handed_in)


@login_required
@require_safe
def case_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Exactly what was handed in, through the case: for members without an interest in it, once scoring opens."""
    cases = Case.objects.visible_to(request.user, request.at).select_related("application")
    application = get_object_or_404(cases, application__reference=reference).application
    if application.submission is None:
        raise Http404
    return as_pdf(request, application, application.submission)


class AssessmentEdit(CarriesOn, ClosingFirst, SignedIn, FormView):
    """The paper, and beside it my marks: saved as often as I like until the very instant they are due."""

    form_class = MarksForm
    template_name = "panel/assessment_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            found = Assessment.objects.of(request.user, request.at).for_marking()
            self.sheet = get_object_or_404(found, case__application__reference=kwargs["reference"])
            # Whoever may open a paper at all has a seat on its panel, and no interest in it.
            request.has_a_panel = True  # type: ignore[attr-defined]
            self.reasons = rules.reasons_not_to_mark(self.sheet, by=request.user, at=request.at, is_free=True)
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return self.reasons

    @cached_property
    def rows(self) -> list[OnCriterion]:
        return on_criteria(self.sheet)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "sheet": self.rows}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.request.method != "POST" and not self.reasons:
            form.autosave_url = reverse("assessment_autosave", kwargs=self.kwargs)
            form.person = str(self.request.user.pk)
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.sheet.case.application
        return super().get_context_data(
            sheet=self.sheet,
            handed_in=paper_of(application),
            reference=application.reference,
            round=application.round,
            reasons=self.reasons,
            marks=[(on.criterion, on.mark) for on in self.rows],
            note_form=note_form(self.request, self.sheet),
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
                seen=form.seen,
                page=form.opened(),
            )
        except actions.Overtaken as refusal:
            return self.form_invalid(form.overtaken(refusal))
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        # Of which page all was saved, so that its script keeps nothing of it any longer.
        page = form.opened().mark
        if "check" in self.request.POST:
            messages.success(
                self.request, "Draft saved. It is not lodged before you press the button.", extra_tags=page
            )
            return redirect("assessment_lodge", reference)
        messages.success(self.request, "Draft saved. Nobody else can see it.", extra_tags=page)
        return redirect("assessment_edit", reference)


class AssessmentAutosave(AutosaveMixin, AssessmentEdit):
    """What the page's script sends while somebody marks: each mark for itself."""

    page_name = "assessment_edit"

    def keep(self, form: MarksForm) -> dict[str, Any]:
        given = form.marks
        overtaken, standing = actions.save_each_mark(
            self.sheet,
            given,
            by=self.request.user,
            at=self.request.at,
            seen=form.seen,
            page=form.opened(),
        )
        versions = {
            f"seen_{pk}": standing.get(pk, actions.NOTHING)
            for pk, said in given.items()
            if actions.fingerprint(*said) == standing.get(pk, actions.NOTHING)
        }
        others = {
            f"{part}_{pk}": f"{mark.criterion}: you saved something else in another window."
            for pk, mark in overtaken.items()
            for part in ("score", "reason")
        }
        return {"versions": versions, "overtaken": others}


def on_criteria(sheet: Assessment) -> list[OnCriterion]:
    """Each criterion with the issues it rests on and the mark on this sheet: three queries for all of them."""
    application = sheet.case.application
    asked = criteria_with_marks(sheet)
    rests = issues_of(asked, outcome=application.outcome_id)
    return [
        OnCriterion(criterion, rests.get(criterion.pk, []), mark_of(criterion) if criterion.mark else None)
        for criterion in asked
    ]


def mark_of(row: Any) -> Mark:
    return Mark(pk=row.mark, score=row.score, cannot_judge=row.cannot_judge, reason=row.reason)


def note_form(request: HttpRequest, sheet: Any, data: Any = None) -> NoteForm:
    """The box in which a member writes notes: on the paper's page, and on one of its own."""
    place = {"reference": sheet.case.application.reference}
    action = reverse("note_edit", kwargs=place)
    form = NoteForm(data, number=sheet.notes_kept or 0, text=sheet.note or "", action=action)
    form.typist = carrying.mark(request.user, action)
    if request.method != "POST":
        form.autosave_url = reverse("note_autosave", kwargs=place)
        form.person = str(request.user.pk)
    return form


class NoteEdit(CarriesOn, SignedIn, FormView):
    """A member's own notes on a paper, with every text that was saved before. Nobody else reads them."""

    form_class = NoteForm
    template_name = "panel/note_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            found = Assessment.objects.of(request.user, request.at).for_marking()
            self.sheet = get_object_or_404(found, case__application__reference=kwargs["reference"])
            request.has_a_panel = True  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        """Notes are taken as long as the paper may be read."""
        return []

    def get_form(self, form_class: Any = None) -> NoteForm:
        return note_form(self.request, self.sheet, self.get_form_kwargs().get("data"))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        earlier = Note.objects.visible_to(self.request.user, self.request.at).filter(assessment=self.sheet)
        return super().get_context_data(
            sheet=self.sheet,
            reference=self.sheet.case.application.reference,
            earlier=sittings(earlier.order_by("number")),
            **context,
        )

    def form_valid(self, form: NoteForm) -> HttpResponse:
        try:
            actions.note(self.sheet, **form.note(), by=self.request.user, at=self.request.at)
        except actions.NoteOvertaken as refusal:
            return self.form_invalid(form.overtaken(refusal))
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(
            self.request, "Your note is saved. Nobody else can see it.", extra_tags=form.opened().mark
        )
        return redirect("assessment_edit", self.sheet.case.application.reference)


class NoteAutosave(AutosaveMixin, NoteEdit):
    """What the page's script sends while somebody writes a note."""

    page_name = "note_edit"

    def keep(self, form: NoteForm) -> dict[str, Any]:
        if "text" in form.errors:
            return {"versions": {}, "overtaken": {}}
        given = form.note()
        try:
            stands = actions.note(self.sheet, **given, by=self.request.user, at=self.request.at)
        except actions.NoteOvertaken:
            return {"versions": {}, "overtaken": {"text": "You saved another note in another window."}}
        number, text = (stands.number, stands.text) if stands else (0, "")
        return {"versions": {"number": number} if text == given["text"] else {}, "overtaken": {}}


def sittings(notes: Iterable[Note]) -> list[Note]:
    """Of a member's notes the last of each page on which they were written, newest first; the one that stands left out."""
    kept = list(notes)
    ends = [one for one, after in pairwise(kept) if not one.page or one.page != after.page]
    return list(reversed(ends))


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
