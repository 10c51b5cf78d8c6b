"""Verifying a shortlisted application: what is arranged, what was seen, and whether the applicant finds the facts right."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import CarriesOn, ClosingFirst, SignedIn
from beacons.rounds.models import Stage
from panel import permissions
from panel.actions import verifications as actions
from panel.forms.verifications import (
    AnswerForm,
    ArrangeForm,
    CallOffForm,
    ReportForm,
    SeenForm,
    SettleForm,
)
from panel.models import Verification
from panel.rules import verifications as rules
from panel.standings import criteria_of, side_by_side
from panel.statuses import VerificationStatus
from panel.verified import verified
from panel.views.doors import the_case


class VerificationCreate(CarriesOn, ClosingFirst, SignedIn, FormView):
    """Arrange a visit, a call, a peer challenge or a presentation."""

    template_name = "panel/verification_create.html"
    form_class = ArrangeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.case = the_case(request, kwargs["reference"])
            if not permissions.may_verify(request.user, self.case, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_arrange(self.case, by=self.request.user, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        members = rules.candidates(self.case, by=self.request.user, at=self.request.at)
        stage = self.case.application.round.stage_of(Stage.Key.VERIFY)
        return {**super().get_form_kwargs(), "members": members, "stage": stage}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            case=self.case, application=self.case.application, reasons=self.closing(), **context
        )

    def form_valid(self, form: ArrangeForm) -> HttpResponse:
        try:
            made = actions.arrange(self.case, **form.arranged(), by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{made.get_kind_display()} arranged. The applicant is told.")
        return redirect(made)


def the_verification(request: HttpRequest, pk: int) -> Verification:
    """One that this member of the panel may see."""
    known = Verification.objects.seen_by_panel(request.user, request.at).for_list().with_marks()
    return get_object_or_404(known, pk=pk)


class VerificationDetail(SignedIn, TemplateView):
    """All of one verification, for the panel."""

    template_name = "panel/verification_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        verification = the_verification(self.request, self.kwargs["pk"])
        case = verification.case
        # Whoever only takes part in one knows nothing of the others.
        known = Verification.objects.seen_by_panel(user, at)
        marks = side_by_side(case)
        ask = {"by": user, "at": at}
        return super().get_context_data(
            verification=verification,
            case=case,
            application=case.application,
            verified=verified(case, marks.standing, known=known) if marks else None,
            leads=permissions.leads_verification(user, verification, at),
            may_mark=not rules.reasons_not_to_mark(verification, **ask),
            may_report=not rules.reasons_not_to_report(verification, **ask),
            may_settle=not rules.reasons_not_to_settle(verification, **ask),
            may_call_off=not rules.reasons_not_to_call_off(verification, **ask),
            waits=verification.waits_for_applicant(at),
            **context,
        )


class OfVerification(CarriesOn, ClosingFirst, SignedIn, FormView):
    """A form about one verification, for whoever leads on it."""

    template_name = "panel/verification_form.html"
    heading = ""
    told = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.verification = self.find()
            if not self.may():
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> Verification:
        return the_verification(self.request, self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.leads_verification(self.request.user, self.verification, self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            verification=self.verification,
            application=self.verification.case.application,
            heading=self.heading,
            reasons=self.closing(),
            **context,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.told)
        return redirect(self.back())

    def back(self) -> Any:
        return self.verification

    def act(self, form: Any) -> None:
        raise Http404


class VerificationCallOff(OfVerification):
    form_class = CallOffForm
    heading = "Call it off"
    told = "It is called off. The applicant is told why."

    def closing(self) -> list[str]:
        return rules.reasons_not_to_call_off(self.verification, by=self.request.user, at=self.request.at)

    def act(self, form: CallOffForm) -> None:
        actions.call_off(
            self.verification, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
        )


class VerificationMarks(OfVerification):
    """What a member who was there would mark."""

    form_class = SeenForm
    heading = "Mark what you saw"
    told = "Your marks are saved. They stand beside the readers’ marks and move no rank."

    def may(self) -> bool:
        return rules.seat_of(self.verification, self.request.user, self.request.at) is not None

    def closing(self) -> list[str]:
        return rules.reasons_not_to_mark(self.verification, by=self.request.user, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        seat = rules.seat_of(self.verification, self.request.user, self.request.at)
        held = {
            mark.criterion_id: mark
            for mark in self.verification.marks.all()
            if seat is not None and mark.appointment_id == seat.pk
        }
        criteria = criteria_of(self.verification.case.application.round)
        return {**super().get_form_kwargs(), "criteria": criteria, "held": held}

    def act(self, form: SeenForm) -> None:
        actions.save_marks(self.verification, form.marks(), by=self.request.user, at=self.request.at)


class VerificationReport(OfVerification):
    form_class = ReportForm
    heading = "Write what was found"
    told = "The facts are with the applicant."

    def closing(self) -> list[str]:
        return rules.reasons_not_to_report(self.verification, by=self.request.user, at=self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        until = rules.reply_until(self.verification.case.application.round, self.request.at)
        return super().get_context_data(until=until, **context)

    def act(self, form: ReportForm) -> None:
        actions.report(
            self.verification,
            found=form.cleaned_data["found"],
            for_panel=form.cleaned_data["for_panel"],
            by=self.request.user,
            at=self.request.at,
        )


class VerificationSettle(OfVerification):
    form_class = SettleForm
    heading = "Settle the facts"
    told = "The facts are settled."

    def closing(self) -> list[str]:
        return rules.reasons_not_to_settle(self.verification, by=self.request.user, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "verification": self.verification}

    def act(self, form: SettleForm) -> None:
        actions.settle(
            self.verification,
            found=form.cleaned_data["found"],
            settlement=form.cleaned_data.get("settlement", ""),
            by=self.request.user,
            at=self.request.at,
        )


class VerificationFacts(OfVerification):
    """The applicant's page: what is arranged, what the panel found, and whether that is right."""

    template_name = "panel/verification_facts.html"
    form_class = AnswerForm
    told = "Your answer is with the panel. Thank you."

    def find(self) -> Verification:
        known = Verification.objects.of_applicant(self.request.user).for_list().with_marks()
        return get_object_or_404(known.select_related("answered_by"), pk=self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.may_answer_for(self.request.user, self.verification)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_answer(self.verification, by=self.request.user, at=self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            is_arranged=self.verification.status == VerificationStatus.ARRANGED, **context
        )

    def back(self) -> Any:
        return self.request.path

    def act(self, form: AnswerForm) -> None:
        actions.answer(
            self.verification,
            right=form.is_right,
            corrections=form.cleaned_data["corrections"],
            by=self.request.user,
            at=self.request.at,
        )
