"""Reading offline: all my papers as one PDF."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn, download
from panel.actions import bundles as actions
from panel.models import Bundle
from panel.pile import pile_of
from panel.rules import bundles as rules


class PapersOffline(SignedIn, TemplateView):
    """Ask for them, see whether they are drawn, and take them."""

    template_name = "panel/papers_offline.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        pile = pile_of(user, at)
        bundle = Bundle.objects.visible_to(user, at).exclude(pk__in=Bundle.objects.stale(at)).first()
        drawn = bundle is not None and bundle.is_drawn
        listed = set(bundle.papers) if bundle else set()
        return super().get_context_data(
            pile=pile,
            bundle=bundle,
            drawn=drawn,
            taking=rules.reasons_not_to_take(bundle, pile, by=user, at=at) if bundle and drawn else [],
            added=[paper for paper in pile.to_read if drawn and paper.reference not in listed],
            reasons=rules.reasons_not_to_ask(pile),
            **context,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.ask(by=request.user, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Your papers are being drawn. It takes a minute or two.")
        return redirect("papers_offline")


@login_required
@require_safe
def papers_pdf(request: HttpRequest) -> HttpResponse:
    """The file itself: only while every paper in it may be read, and each time noted."""
    bundle = get_object_or_404(Bundle.objects.visible_to(request.user, request.at).defer("content"))
    try:
        content = actions.take(bundle, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("papers_offline")
    return download(content, "papers.pdf")
