"""“k of n lodged”: for the chairs and the office, and what a chair may do with a sheet that is late."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView
from django_filters.views import FilterView

from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, SignedIn
from beacons.rounds.models import Round
from panel import permissions
from panel.actions import sheets as actions
from panel.filters import ProgressFilter
from panel.forms.sheets import AddForm, DischargeForm, ExtendForm, ReopenForm, free_members
from panel.models import Appointment, Assessment, Case
from panel.rules import sheets as rules
from panel.statuses import SheetStatus
from panel.views.doors import the_round


class CaseProgress(SignedIn, FilterView):
    """How many sheets of each application, and of each member, are lodged."""

    filterset_class = ProgressFilter
    template_name = "panel/case_progress.html"
    paginate_by = PER_PAGE
    context_object_name = "cases"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_follow(request.user, self.round, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {
            **super().get_filterset_kwargs(filterset_class),
            "categories": list(self.round.categories.values_list("pk", "name")),
        }

    def cases(self) -> QuerySet[Case]:
        watched = Case.objects.watched_by(self.request.user, self.request.at).standing()
        return watched.filter(application__round=self.round)

    def get_queryset(self) -> QuerySet[Case]:
        return self.cases().for_list().with_progress().order_by("application__reference")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cases = self.cases()
        counting = Assessment.objects.counting().filter(case__in=cases.values("pk"))
        totals = counting.aggregate(all=Count("pk"), lodged=Count("pk", filter=Q(status=SheetStatus.LODGED)))
        return super().get_context_data(
            round=self.round,
            scoring=self.round.stage_of("scoring"),
            members=by_member(self.round, counting, self.request.at),
            totals=totals,
            sealed=cases.sealed().count(),
            opened=cases.unsealed().count(),
            overdue=Assessment.objects.overdue(self.request.at).filter(case__in=cases.values("pk")).count(),
            chairs=permissions.chairs(self.request.user, self.round, self.request.at),
            **kwargs,
        )


def by_member(round: Round, counting: QuerySet[Assessment], at: Any) -> list[Appointment]:
    """Every member with `sheets`, `lodged` and `late`, among the cases this viewer may follow."""
    of_these = Q(assessments__in=counting.values("pk"))
    late = Assessment.objects.overdue(at).values("pk")
    return list(
        Appointment.objects.agreed()
        .filter(seat__round=round, seat__kind="member")
        .filter(Q(ended_at__isnull=True) | of_these)
        .annotate(
            sheets=Count("assessments", filter=of_these, distinct=True),
            lodged=Count(
                "assessments", filter=of_these & Q(assessments__status=SheetStatus.LODGED), distinct=True
            ),
            late=Count("assessments", filter=of_these & Q(assessments__in=late), distinct=True),
        )
        .for_list()
        .order_by("user__name", "pk")
    )


def the_watched_case(request: HttpRequest, reference: str) -> Case:
    known = Case.objects.watched_by(request.user, request.at).for_list()
    return get_object_or_404(
        known.prefetch_related("application__round__stages", "application__partners"),
        application__reference=reference,
    )


class CaseSheets(SignedIn, TemplateView):
    """One application's sheets: whose they are, whether they are lodged, and what may be done about it."""

    template_name = "panel/case_sheets.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        case = the_watched_case(self.request, self.kwargs["reference"])
        sheets = list(
            case.assessments.for_list()
            .prefetch_related("case__application__round__stages")
            .order_by("appointment__user__name", "pk")
        )
        manages = permissions.may_manage(user, case, at) and not rules.reasons_not_to_touch(case)
        return super().get_context_data(
            case=case,
            application=case.application,
            round=case.application.round,
            sheets=sheets,
            manages=manages,
            chairs=permissions.chairs(user, case.application.round, at),
            may_add=manages and free_members(case, at).exists(),
            reasons=rules.reasons_not_to_open_seal(case, at=at) if case.is_sealed else [],
            **context,
        )


class SheetAct(SignedIn, FormView):
    """A page with a reason, for one act on one sheet."""

    template_name = "panel/assessment_act.html"
    title = ""
    told = ""
    warning = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            watched = Case.objects.watched_by(request.user, request.at)
            sheets = Assessment.objects.filter(case__in=watched.values("pk")).for_list()
            self.sheet = get_object_or_404(
                sheets.prefetch_related("case__application__round__stages"), pk=kwargs["pk"]
            )
            if not permissions.may_manage(request.user, self.sheet.case, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            sheet=self.sheet,
            application=self.sheet.case.application,
            heading=self.title,
            warning=self.warning,
            **context,
        )

    def act(self, form: Any) -> None:
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.told)
        return redirect("case_sheets", self.sheet.case.application.reference)


class SheetExtend(SheetAct):
    form_class = ExtendForm
    title = "More time for this sheet"
    told = "The member has more time, and is told."

    def act(self, form: ExtendForm) -> None:
        actions.extend(
            self.sheet,
            until=form.until,
            why=form.cleaned_data["why"],
            by=self.request.user,
            at=self.request.at,
        )


class SheetDischarge(SheetAct):
    form_class = DischargeForm
    title = "Discharge this sheet"
    told = "The sheet is discharged, and its member is told."
    warning = "What the member has written stays in the record and counts for nothing."

    def act(self, form: DischargeForm) -> None:
        actions.discharge(self.sheet, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at)


class SheetReopen(SheetAct):
    form_class = ReopenForm
    title = "Reopen this sheet"
    told = "The sheet is open again, and its member is told."
    warning = "The member must lodge it again before the seal can open. If the time is over, give more time as well."

    def act(self, form: ReopenForm) -> None:
        actions.reopen(self.sheet, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at)


class ReaderAdd(SignedIn, FormView):
    """A further reader, for one who is ill, has left or has an interest."""

    form_class = AddForm
    template_name = "panel/case_add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.case = the_watched_case(request, kwargs["reference"])
            if not permissions.may_manage(request.user, self.case, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "case": self.case, "at": self.request.at}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(case=self.case, application=self.case.application, **context)

    def form_valid(self, form: AddForm) -> HttpResponse:
        try:
            actions.add(
                self.case,
                form.cleaned_data["member"],
                until=form.until,
                why=form.cleaned_data["why"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{form.cleaned_data['member'].user} has the paper, and is told.")
        return redirect("case_sheets", self.case.application.reference)
