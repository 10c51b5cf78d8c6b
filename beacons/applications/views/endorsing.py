"""Where lead members of the LGA's board read bids and stand behind them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView

from beacons.applications import actions, permissions, rules
from beacons.applications.forms.own import EndorseForm
from beacons.applications.models import Application
from beacons.applications.views.base import PAPER, ApplicationMixin, application_for
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, ClosingFirst, OpenTo
from beacons.directory.models import Role
from beacons.directory.permissions import has_role


class EndorseList(OpenTo, ListView):
    """Bids that wait for lead members, and those that had theirs; the former first."""

    template_name = "applications/endorse_list.html"
    paginate_by = PER_PAGE

    @staticmethod
    def may_enter(user: Any) -> bool:
        return has_role(user, Role.LEAD_MEMBER)

    def get_queryset(self) -> Any:
        known = Application.objects.visible_to(self.request.user, self.request.at).for_list()
        known = known.filter(round__endorsements_least__gt=0).handed_in().prefetch_related("endorsements")
        return known.order_by("-status", "round", "reference")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        mine = self.request.user.pk
        context["rows"] = [
            (bid, any(given.endorsed_by_id == mine for given in bid.endorsements.all()))
            for bid in context["page_obj"]
        ]
        return context


class ApplicationEndorse(ClosingFirst, ApplicationMixin, FormView):
    """The bid as it was handed in, and the place to stand behind it."""

    template_name = "applications/application_endorse.html"
    form_class = EndorseForm
    loads = ("endorsements__endorsed_by", *PAPER)

    def may(self) -> bool:
        return permissions.may_endorse(self.request.user, self.application)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_endorse(self.application, by=self.request.user)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            reasons=self.closing(),
            taking_back=rules.reasons_not_to_take_back(self.application, by=self.request.user),
            **context,
        )

    def form_valid(self, form: EndorseForm) -> HttpResponse:
        try:
            actions.endorse(
                self.application,
                reason=form.cleaned_data["reason"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"You stand behind {self.application.reference}.")
        return redirect("endorse_list")


@login_required
@require_POST
def endorsement_take_back(request: HttpRequest, reference: str) -> HttpResponse:
    application = application_for(request, reference)
    if not permissions.may_endorse(request.user, application):
        raise PermissionDenied
    try:
        actions.take_back(application, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"You no longer stand behind {application.reference}.")
    return redirect("endorse_list")
