"""The lead authority's pages of partners: who takes part, what each does, and what each has said to that."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from beacons.applications import actions, history, permissions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.forms.partners import PartForm, PartnerForm
from beacons.applications.models import Partner
from beacons.applications.views.base import WritingView, application_for
from beacons.core.lifecycle import Refused


class ApplicationPartners(WritingView):
    """Who else takes part: a card for each, and a form for one more. Open while partners can still answer."""

    loading = "for_partners"

    minutes = 5
    template_name = "applications/application_partners.html"
    form_class = PartnerForm

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, at = self.application, self.request.at
        left = [
            *rules.reasons_not_entitled(application),
            *rules.reasons_cluster(application),
            *rules.reasons_declined(application),
        ]
        rows = [(partner, rules.reasons_not_to_ask(partner, at=at)) for partner in application.partners.all()]
        return super().get_context_data(
            left=left, rows=rows, full=len(rows) >= rules.MOST_PARTNERS, **context
        )

    def form_valid(self, form: PartnerForm) -> HttpResponse:
        try:
            partner = actions.add_partner(
                self.application, **form.cleaned_data, by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(
            self.request,
            f"{partner} added. Enter its share on the page of the budget, then ask it to confirm.",
        )
        return redirect("application_partners", self.application.reference)


class PartnerEdit(WritingView):
    """What one partner does, and whom to ask there. Its share stands on the page of the budget."""

    loading = "for_partners"

    minutes = 5
    template_name = "applications/partner_edit.html"
    form_class = PartForm

    @cached_property
    def partner(self) -> Partner:
        partners = {partner.pk: partner for partner in self.application.partners.all()}
        return partners.get(self.kwargs["pk"]) or get_object_or_404(Partner.objects.none())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.partner  # noqa: B018  # 404 before anything is said about the bid
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "partner": self.partner}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        said = history.of_partner(self.partner)
        return super().get_context_data(partner=self.partner, said=said, **context)

    def form_valid(self, form: PartForm) -> HttpResponse:
        try:
            actions.edit_partner(self.partner, **form.cleaned_data, by=self.request.user, at=self.request.at)
        except Overtaken as refusal:
            other = Partner.objects.for_part().get(pk=self.partner.pk)
            return self.render_to_response(
                self.get_context_data(form=form.overtaken(other, refusal), other=other)
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Saved.")
        return redirect("application_partners", self.application.reference)


@login_required
@require_POST
def partner_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    partner = partner_for(request, reference, pk)
    try:
        actions.remove_partner(partner, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(partner.application)
    share = f" Its share of £{partner.share:,} is no longer asked for." if partner.share else ""
    messages.success(request, f"{partner} removed.{share}")
    return redirect("application_partners", reference)


@login_required
@require_POST
def partner_ask(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    partner = partner_for(request, reference, pk)
    try:
        actions.ask_partner(partner, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"A letter to {partner.contact_email} is on its way.")
    if rules.reasons_not_to_edit(partner.application, at=request.at):
        return redirect("application_check", reference)
    return redirect("application_partners", reference)


def partner_for(request: HttpRequest, reference: str, pk: int) -> Partner:
    """A partner of this very application, for those who may write it; else 404 or 403."""
    application = application_for(request, reference)
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    found = {partner.pk: partner for partner in application.partners.all()}
    return found.get(pk) or get_object_or_404(Partner.objects.none())
