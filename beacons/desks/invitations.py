"""The page that an invitation leads to: what is asked of the council, how long it takes, and by when."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.generic import DetailView

from beacons.core.views import SignedIn
from beacons.rounds import invitations, permissions, rules
from beacons.rounds.models import Invitation, Stage
from outcomes.models import SignUp
from outcomes.permissions import may_confirm_sign_up


@dataclass(frozen=True)
class Asked:
    """One thing that is asked of the council."""

    words: str
    url: str
    status: str
    hint: str


class InvitationDetail(SignedIn, DetailView):
    """Reading it is opening it, once, for people of the council; see docs/decisions/0021."""

    template_name = "desks/invitation_detail.html"
    context_object_name = "invitation"

    def get_queryset(self) -> Any:
        return Invitation.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_object(self, queryset: Any = None) -> Invitation:
        found = super().get_object(queryset)
        is_theirs = permissions.opens(self.request.user, found)
        if found.opened_at is None and is_theirs and was_looked_at(self.request):
            invitations.open_invitation(found, by=self.request.user, at=self.request.at)
        return found

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown, at = self.object, self.request.at
        is_theirs = permissions.opens(self.request.user, shown)
        stage = rules.sign_up_of(shown.round)
        others = Invitation.objects.filter(round=shown.round, authority=shown.authority).exclude(pk=shown.pk)
        return super().get_context_data(
            stage=stage,
            is_over=stage is None or at >= stage.closes_at,
            is_ahead=stage is not None and at < stage.opens_at,
            is_theirs=is_theirs,
            may_abstain=not shown.round.has_closed(Stage.Key.APPLICATIONS, at),
            asked=what_is_asked(
                shown,
                is_open=stage is not None and stage.is_open(at),
                is_theirs=is_theirs,
                may_confirm=is_theirs
                and may_confirm_sign_up(self.request.user, SignUp(authority=shown.authority)),
            ),
            others=others.select_related("outcome").order_by("outcome__title"),
            **context,
        )


def was_looked_at(request: HttpRequest) -> bool:
    """A browser that fetches a page before anybody asks for it says so; a HEAD shows nothing to anybody."""
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and "prefetch" not in purpose


def what_is_asked(shown: Any, *, is_open: bool, is_theirs: bool, may_confirm: bool) -> list[Asked]:
    """What is asked, with how far each is. Nothing can be done before sign-up opens."""
    outcome, said = shown.outcome, shown.issue_count
    certifies = is_theirs and may_confirm
    page = "sign_up_confirm" if certifies else "sign_up_detail"
    confirm = reverse(page, args=[shown.sign_up_id]) if shown.sign_up_id else ""
    state = reverse("issue_state", args=[outcome.slug, shown.authority_id])
    may_act = is_open and is_theirs
    waiting = "Not yet started"
    if shown.lead_officer:
        waiting = "Prepared" if certifies or not is_theirs else "Waits for your certifier"

    def status(is_done: bool, otherwise: str) -> str:
        return "Completed" if is_done else otherwise if is_open else "Cannot start yet"

    return [
        Asked(
            "Confirm the sign-up" if certifies or not is_theirs else "Prepare the sign-up",
            confirm if may_act and not shown.confirmed_at else "",
            status(bool(shown.confirmed_at), waiting),
            "Your council stands by it and names the officer who leads on it. Two minutes."
            if certifies or not is_theirs
            else "Name the officer who leads on it. A certifier, such as the chief executive, then confirms it.",
        ),
        Asked(
            "State what is hard about it",
            state if may_act else "",
            status(shown.has_stated, "Optional" if shown.has_supported else "Not yet started"),
            "Issues become the criteria on which applications are marked. Five minutes.",
        ),
        Asked(
            "Support what other councils find hard",
            f"{outcome.get_absolute_url()}#issues" if may_act and said else "",
            status(shown.has_supported, "Optional" if said else "Cannot start yet"),
            f"{said} issue{pluralize(said)} stated so far. Your council has one voice on each. Three minutes."
            if said
            else "Nobody has stated an issue yet.",
        ),
    ]
