"""The holder's, the signers' and the office's pages about grants. Money is moved in the admin."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, ListView, UpdateView
from django_filters.views import FilterView

from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, ClosingFirst, SignedIn
from grants import actions, agreement, guidance, history, permissions, rules
from grants.filters import GrantFilter
from grants.forms import RefuseForm, ReturnForm
from grants.models import Grant, Return, Signature
from grants.statuses import GrantStatus


def grant_or_404(request: HttpRequest, reference: str) -> Grant:
    return get_object_or_404(Grant.objects.visible_to(request.user, request.at), reference=reference)


class GrantList(SignedIn, FilterView):
    """Staff see every grant; a council its own; those who sign for the panel, and a region's coordinator, what was accepted."""

    filterset_class = GrantFilter
    paginate_by = PER_PAGE
    template_name = "grants/grant_list.html"

    def get_queryset(self) -> Any:
        at = self.request.at
        return Grant.objects.visible_to(self.request.user, at).for_list().with_money(at)


class GrantDetail(SignedIn, DetailView):
    """One grant: where it stands, what comes next, its agreement, instalments and returns."""

    slug_field = "reference"
    slug_url_kwarg = "reference"
    template_name = "grants/grant_detail.html"

    def get_queryset(self) -> Any:
        return Grant.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grant, user, at = self.object, self.request.user, self.request.at
        asked = permissions.may_answer_offer(user, grant) and grant.status == GrantStatus.OFFERED
        reports = permissions.may_report(user, grant)
        returns = [
            (due, due.is_overdue(at), reports and not rules.reasons_not_to_submit_return(due, at=at))
            for due in grant.returns.all()
        ]
        return super().get_context_data(
            next_step=guidance.next_step(grant, user=user, at=at),
            is_late=any(due.is_overdue(at) for due in grant.returns.all())
            and grant.status == GrantStatus.ACTIVE,
            is_asked=asked,
            reasons_not_to_accept=rules.reasons_not_to_accept(grant, by=user, at=at) if asked else [],
            reasons_not_to_refuse=rules.reasons_not_to_refuse(grant, by=user, at=at) if asked else [],
            parts=[(part.label, grant.signature(part)) for part in Signature.Part],
            signs=grant.status == GrantStatus.ACCEPTED and bool(permissions.parts_of(user, grant, at)),
            instalments=[
                (part, [] if part.payment else rules.what_stops(part, at=at))
                for part in grant.instalments.all()
            ],
            returns=returns,
            asked_for=next((due for due, _, is_open in returns if is_open and due.is_near(at)), None),
            history=history.of(grant) if permissions.may_see_history(user) else [],
            **context,
        )


class GrantAgreement(SignedIn, DetailView):
    """The words of the agreement, and who has signed them."""

    slug_field = "reference"
    slug_url_kwarg = "reference"
    template_name = "grants/grant_agreement.html"

    def get_queryset(self) -> Any:
        return Grant.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grant, user, at = self.object, self.request.user, self.request.at
        mine = permissions.parts_of(user, grant, at) if grant.status == GrantStatus.ACCEPTED else []
        return super().get_context_data(
            clauses=agreement.clauses(grant),
            digest=agreement.digest(grant),
            parts=[(part.label, grant.signature(part)) for part in Signature.Part],
            mine=[
                (part, Signature.Part(part).label, rules.reasons_not_to_sign(grant, part, by=user, at=at))
                for part in mine
                if grant.signature(part) is None
            ],
            **context,
        )


class AgreementList(SignedIn, ListView):
    """What the chair, the vice-chair or an LGA signatory has to countersign."""

    paginate_by = PER_PAGE
    template_name = "grants/agreement_list.html"

    def get_queryset(self) -> Any:
        user, at = self.request.user, self.request.at
        if not permissions.may_countersign_anything(user, at):
            raise PermissionDenied
        return Grant.objects.visible_to(user, at).to_countersign_by(user, at).for_list().with_signatures()


class GrantRefuse(ClosingFirst, SignedIn, FormView):
    """A council refuses its grant, and says why."""

    form_class = RefuseForm
    template_name = "grants/grant_refuse.html"

    @cached_property
    def grant(self) -> Grant:
        grant = grant_or_404(self.request, self.kwargs["reference"])
        if not permissions.may_answer_offer(self.request.user, grant):
            raise PermissionDenied
        return grant

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.closing():
            messages.error(request, " ".join(reasons))
            return redirect(self.grant)
        return super().get(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_refuse(self.grant, by=self.request.user, at=self.request.at)

    def get_form(self, form_class: Any = None) -> RefuseForm:
        form = super().get_form(form_class)
        form.cancel = self.grant.get_absolute_url()
        return form

    def form_valid(self, form: RefuseForm) -> HttpResponse:
        try:
            actions.refuse(self.grant, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(
            self.request, f"Grant {self.grant.reference} refused. Its money goes back into the pot."
        )
        return redirect(self.grant)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(grant=self.grant, **context)


class ReturnDetail(ClosingFirst, SignedIn, UpdateView):
    """A return: its form for the holder until it is sent, and what it says from then on."""

    form_class = ReturnForm
    template_name = "grants/return_detail.html"

    @cached_property
    def due(self) -> Return:
        return get_object_or_404(
            Return.objects.visible_to(self.request.user, self.request.at).for_detail(),
            grant__reference=self.kwargs["reference"],
            kind=self.kwargs["kind"],
        )

    def get_object(self, queryset: Any = None) -> Return:
        return self.due

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.object.grant.get_absolute_url()
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.may_report(request.user, self.due.grant):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: ReturnForm) -> HttpResponse:
        try:
            sent = actions.submit_return(
                self.object, **form.cleaned_data, by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(
            self.request, f"{sent.get_kind_display()} of {sent.grant.reference} sent. Thank you."
        )
        return redirect(sent.grant)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        due, user = self.object, self.request.user
        return super().get_context_data(
            due=due,
            grant=due.grant,
            reports=permissions.may_report(user, due.grant),
            reasons=self.closing(),
            **context,
        )

    def closing(self) -> list[str]:
        return rules.reasons_not_to_submit_return(self.due, at=self.request.at)


@login_required
@require_POST
def grant_accept(request: HttpRequest, reference: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    if not permissions.may_answer_offer(request.user, grant):
        raise PermissionDenied
    try:
        actions.accept(grant, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(grant)
    messages.success(request, f"Grant {grant.reference} accepted. Sign the agreement next.")
    return redirect(reverse("grant_agreement", args=[grant.reference]))


@login_required
@require_POST
def grant_sign(request: HttpRequest, reference: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    part = request.POST.get("part", "")
    if not permissions.may_sign(request.user, grant, part, request.at):
        raise PermissionDenied
    try:
        grant = actions.sign(grant, part=part, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        after = "All have signed, and the grant has started." if grant.is_paying else "Thank you."
        messages.success(request, f"Agreement {grant.reference} signed. {after}")
    return redirect(reverse("grant_agreement", args=[grant.reference]))
