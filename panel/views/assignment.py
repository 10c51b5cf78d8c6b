"""Sharing papers out: the chair sees loads and fits first, and then carries out what was seen."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, SignedIn
from beacons.rounds.models import Round
from panel import permissions, readers
from panel.actions import sharing_out
from panel.actions import sheets as actions
from panel.forms.assignment import FloorForm
from panel.models import SharingOut
from panel.querysets.interests import bids_of_interest
from panel.rules import sheets as rules
from panel.views.doors import the_round


class AssignmentDetail(SignedIn, TemplateView):
    """Who would read what, how well it fits, how loads come out, and what cannot be shared out and why."""

    template_name = "panel/assignment_detail.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        round = the_round(self.request, self.kwargs["slug"])
        if not permissions.may_assign(user, round, at):
            raise PermissionDenied
        # Even a preview tells who has applied, which members learn when applications have closed.
        ready = round.has_closed("applications", at)
        own = user.appointments.active(at).filter(seat__round=round).first()
        if not ready or own is None or own.declared_at is None:
            return super().get_context_data(
                round=round, reasons=rules.reasons_not_to_assign_yet(round, by=user, at=at), **context
            )
        form = FloorForm(self.request.GET)
        plan = readers.draw_up(round, at=at, least_fit=form.least_fit)
        hidden = set(bids_of_interest(user).filter(round=round).values_list("pk", flat=True))
        shown = [bid for bid in plan.applications if bid.pk not in hidden]
        page = Paginator(shown, PER_PAGE).get_page(self.request.GET.get("page"))
        of_bid = defaultdict(list)
        for reading in plan.readings:
            of_bid[reading.application.pk].append(reading)
        return super().get_context_data(
            round=round,
            plan=plan,
            form=form,
            asked=SharingOut.objects.newest(round, form.least_fit) if plan.is_large else None,
            asks=rules.reasons_not_to_ask_for_a_plan(round, least_fit=form.least_fit, by=user, at=at)
            if plan.is_large
            else [],
            carry_out_url=with_floor("assignment_carry_out", round, form),
            degrees=len(readers.SLACKS),
            page_obj=page,
            rows=[(bid, of_bid[bid.pk]) for bid in page],
            hidden=len(plan.applications) - len(shown),
            shortfalls=plan.reasons(hidden),
            reasons=rules.reasons_not_to_assign(plan, by=user, at=at, hidden=hidden),
            **context,
        )


@login_required
@require_POST
def assignment_carry_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Carry out the very plan that the button named."""
    round = the_round(request, slug)
    if not permissions.may_assign(request.user, round, request.at):
        raise PermissionDenied
    form = FloorForm(request.GET)
    try:
        actions.assign(
            round,
            by=request.user,
            at=request.at,
            seen=request.POST.get("plan", "unseen"),
            least_fit=form.least_fit,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(with_floor("assignment_detail", round, form))
    messages.success(request, "The papers are shared out. Each member is told.")
    return redirect("case_progress", slug)


@login_required
@require_POST
def assignment_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the clock work out who reads what, where a page cannot wait for it."""
    round = the_round(request, slug)
    if not permissions.may_assign(request.user, round, request.at):
        raise PermissionDenied
    form = FloorForm(request.POST)
    try:
        sharing_out.ask(round, least_fit=form.least_fit, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(with_floor("assignment_detail", round, form))


def with_floor(name: str, round: Round, form: FloorForm) -> str:
    """An address of this round's, with the same floor."""
    query = {"least": form.least_fit} if form.least_fit else None
    return reverse(name, args=[round.slug], query=query)
