"""Feedback letters: one by criterion for whoever writes or approves it, and a round's letters in a list."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from django_filters.views import FilterView

from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import PER_PAGE, CarriesOn, ClosingFirst, SignedIn, too_late
from panel import permissions
from panel.actions import feedback as actions
from panel.chairing import Chairs
from panel.feedback import Feedback, feedback_of
from panel.filters import FeedbackFilter
from panel.forms.feedback import FeedbackForm, LeadForm, SendBackForm
from panel.models import Announcement, FeedbackLetter
from panel.results import announcement_has_come
from panel.rules import feedback as rules
from panel.statuses import FeedbackStatus
from panel.views.doors import the_case, the_feedback, the_round

# What waits for somebody comes before what is done.
ORDER = (FeedbackStatus.DRAFTED, FeedbackStatus.WRITTEN, FeedbackStatus.APPROVED)


class OfLetter(SignedIn, FormView):
    """A page about one letter, for those who have a part in it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.letter = the_feedback(request, kwargs["reference"])
            self.application = self.letter.case.application
            if not self.may():
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        return self.in_the_chair

    @cached_property
    def chairs(self) -> Chairs:
        return Chairs(self.application.round, self.request.at)

    @property
    def in_the_chair(self) -> bool:
        return self.chairs.is_acting(self.request.user, self.application.pk)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            letter=self.letter, application=self.application, round=self.application.round, **context
        )


class FeedbackEdit(CarriesOn, ClosingFirst, OfLetter):
    """The letter: its texts for whoever may write them now, what the applicant will read, and the chair's part."""

    template_name = "panel/feedback_edit.html"
    form_class = FeedbackForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            # Another member leads on it since the page was opened. What was typed is shown to whoever may see the case.
            the_case(request, kwargs["reference"])
            return too_late(request, ["Somebody else writes this letter now."], back="panel_desk")

    def may(self) -> bool:
        return self.request.method in ("GET", "HEAD") or self.may_write

    @cached_property
    def may_write(self) -> bool:
        return permissions.may_write_feedback(self.request.user, self.letter, self.request.at)

    @cached_property
    def parts(self) -> list[Feedback]:
        return feedback_of(self.letter)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_write(self.letter, by=self.request.user, at=self.request.at)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown, user, at = self.application.round, request.user, request.at
        if permissions.is_audited(user, shown, at) and not announcement_has_come(shown, at):
            actions.view(shown, [self.letter], by=user, at=at)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "letter": self.letter, "parts": self.parts}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        is_open = self.letter.status == FeedbackStatus.DRAFTED and self.may_write
        waits = self.letter.status == FeedbackStatus.WRITTEN
        return super().get_context_data(
            parts=self.parts,
            writes=is_open or context.get("form") is not None or self.carried is not None,
            approves=waits and self.in_the_chair,
            in_the_chair=self.in_the_chair and not self.letter.is_approved,
            is_overdue=self.letter.is_overdue(self.request.at),
            **context,
        )

    def form_valid(self, form: FeedbackForm) -> HttpResponse:
        hands_over = "hand_over" in self.request.POST
        act = actions.save_and_hand_over if hands_over else actions.save_texts
        try:
            act(
                self.letter,
                form.texts(),
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                at=self.request.at,
            )
        except actions.Overtaken as refusal:
            return self.render_to_response(self.get_context_data(form=form.overtaken(refusal)))
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        told = "is handed over to the chair" if hands_over else "is saved"
        messages.success(self.request, f"The letter to {self.application.applicant} {told}.")
        return redirect(self.letter)


class FeedbackSendBack(ClosingFirst, OfLetter):
    """The chair says what is to be changed."""

    template_name = "panel/feedback_act.html"
    form_class = SendBackForm
    extra_context = {"heading": "Send this letter back"}

    def closing(self) -> list[str]:
        return rules.reasons_not_to_send_back(self.letter, by=self.request.user, at=self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(reasons=self.closing(), **context)

    def form_valid(self, form: SendBackForm) -> HttpResponse:
        try:
            actions.send_back(
                self.letter, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The letter is sent back, with what is to be changed.")
        return redirect(self.letter)


class FeedbackLead(ClosingFirst, OfLetter):
    """The chair names another reader."""

    template_name = "panel/feedback_act.html"
    form_class = LeadForm
    extra_context = {"heading": "Name another reader"}

    def closing(self) -> list[str]:
        return rules.reasons_not_to_name_lead(
            self.letter, None, by=self.request.user, at=self.request.at
        ) or ([] if self.readers else ["No reader of this application is left who may write it."])

    @cached_property
    def readers(self) -> list[Any]:
        return rules.candidates(self.letter.case, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "readers": self.readers}

    def get_initial(self) -> dict[str, Any]:
        return {"lead": self.letter.lead_id}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(reasons=self.closing(), **context)

    def form_valid(self, form: LeadForm) -> HttpResponse:
        try:
            actions.name_lead(self.letter, form.chosen(), by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"{form.chosen().user} writes this letter.")
        return redirect(self.letter)


@login_required
@require_POST
def feedback_approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve one letter, as it was read."""
    letter = the_feedback(request, reference)
    if not permissions.chairs(request.user, letter.case.application.round, request.at):
        raise PermissionDenied
    # Whoever names no version has read none.
    seen = whole(request.POST.get("seen", "")) or 0
    try:
        actions.approve(letter, seen=seen, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The letter to {letter.case.application.applicant} is approved.")
    return redirect(letter)


class FeedbackList(SignedIn, FilterView):
    """A round's letters, what waits first; for the acting chair, all that wait for approval at once."""

    filterset_class = FeedbackFilter
    template_name = "panel/feedback_list.html"
    paginate_by = PER_PAGE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_see_feedback(request.user, self.round, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def known(self) -> QuerySet[FeedbackLetter]:
        return FeedbackLetter.objects.worked_on_by(self.request.user, self.request.at).of_round(self.round)

    def get_queryset(self) -> QuerySet[FeedbackLetter]:
        places = [When(status=status, then=Value(place)) for place, status in enumerate(ORDER)]
        return self.known.for_list().order_by(Case(*places), "case__application__reference")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        announcement = Announcement.objects.filter(round=self.round).first()
        return super().get_context_data(
            round=self.round,
            announcement=announcement,
            is_late=announcement is not None and at >= announcement.feedback_due_at,
            numbers=self.known.aggregate(
                **{str(status): Count("pk", filter=Q(status=status)) for status in FeedbackStatus}
            ),
            overdue=self.known.overdue(at).count(),
            to_approve=to_approve(self.round, self.known, user, at),
            **context,
        )


def to_approve(a_round: Any, known: QuerySet[FeedbackLetter], user: Any, at: Any) -> list[FeedbackLetter]:
    """Written letters for which this person takes the chair."""
    chairs = Chairs(a_round, at)
    if not chairs.holds(user):
        return []
    written = known.written().for_list().order_by("case__application__reference")
    return [letter for letter in written if chairs.is_acting(user, letter.case.application_id)]


@login_required
@require_POST
def feedback_approve_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Approve all letters that were listed, each as it was read."""
    shown = the_round(request, slug)
    if not permissions.chairs(request.user, shown, request.at):
        raise PermissionDenied
    pairs = [each.partition(":") for each in request.POST.get("letters", "").split(",")]
    seen = {(whole(pk) or 0, whole(version) or 0) for pk, _, version in pairs}
    try:
        approved = actions.approve_all(shown, seen=seen, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        plural = "letter is" if len(approved) == 1 else "letters are"
        messages.success(request, f"{len(approved)} {plural} approved.")
    return redirect("feedback_list", slug)
