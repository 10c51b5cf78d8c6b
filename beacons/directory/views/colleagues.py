"""Who acts for a council: for its own people, who invite and remove one another, and for scheme managers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.links import hash_of
from beacons.core.views import SignedIn
from beacons.directory import permissions
from beacons.directory.actions import colleagues, invitations
from beacons.directory.forms import AcceptForm, InviteForm, JoinForm, RemoveForm
from beacons.directory.models import COUNCIL_ROLES, Authority, ColleagueInvitation, Membership, User
from beacons.directory.rules import colleagues as rules

# Where the session keeps which invitation was opened: the SHA-256 of its secret, never the secret.
OPENED = "colleague_invitation"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Colleague:
    """Somebody who acts for the council: as what, and since when."""

    person: User
    held: list[Membership]
    may_remove: bool

    @property
    def since(self) -> datetime:
        return min(membership.began_at for membership in self.held)


@login_required
def own_colleagues(request: HttpRequest) -> HttpResponse:
    """Where the desk leads: the people of the reader's first council; its page names the others."""
    mine = request.user.authorities
    if not mine:
        return redirect("desk")
    return redirect("colleague_list", mine[0].code)


class CouncilMixin(SignedIn):
    """A page about one council's people."""

    @cached_property
    def authority(self) -> Authority:
        return authority_for(self.request, self.kwargs["code"])

    def may(self) -> bool:
        return True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not (self.authority and self.may()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(authority=self.authority, **context)


def authority_for(request: HttpRequest, code: str) -> Authority:
    """The council, for whoever may know its people."""
    known = Authority.objects.visible_to(request.user, request.at)
    authority = get_object_or_404(known, code=code)
    if not permissions.may_see_colleagues(request.user, authority):
        raise PermissionDenied
    return authority


class ColleagueList(CouncilMixin, TemplateView):
    """Who acts for the council, as what and since when; and who is invited to."""

    template_name = "directory/colleague_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at, authority = self.request.user, self.request.at, self.authority
        waiting = ColleagueInvitation.objects.visible_to(user, at).filter(authority=authority).waiting()
        return super().get_context_data(
            colleagues=self.colleagues(),
            invitations=[
                {
                    "invitation": each,
                    "is_over": each.is_over(at),
                    "may_act": permissions.may_invite(user, authority, each.role),
                }
                for each in waiting.for_list()
            ],
            others=[other for other in user.authorities if other != authority],
            is_own=permissions.acts_for(user, authority),
            domains=rules.in_list(authority.domains),
            abolished=rules.reasons_abolished(authority, at=at),
            **context,
        )

    def colleagues(self) -> list[Colleague]:
        held = Membership.objects.active().filter(
            authority=self.authority, role__in=COUNCIL_ROLES, user__is_active=True
        )
        by_person: dict[User, list[Membership]] = defaultdict(list)
        for membership in held.select_related("user").order_by("user__name", "user", "began_at", "pk"):
            by_person[membership.user].append(membership)
        user = self.request.user
        return [
            Colleague(person, theirs, permissions.may_remove(user, self.authority, person))
            for person, theirs in by_person.items()
        ]


class ColleagueInvite(CouncilMixin, FormView):
    """Invite somebody by mail."""

    template_name = "directory/colleague_invite.html"
    form_class = InviteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        roles = [
            role for role in COUNCIL_ROLES if permissions.may_invite(self.request.user, self.authority, role)
        ]
        return {**super().get_form_kwargs(), "authority": self.authority, "roles": roles}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, authority = self.request.user, self.authority
        return super().get_context_data(
            is_own=permissions.acts_for(user, authority),
            certifies=permissions.certifies_for(user, authority),
            abolished=rules.reasons_abolished(authority, at=self.request.at),
            lasts=ColleagueInvitation.LASTS.days,
            **context,
        )

    def form_valid(self, form: InviteForm) -> HttpResponse:
        typed = form.cleaned_data
        try:
            invitation = invitations.invite(
                self.authority,
                email=typed["email"],
                role=typed["role"],
                by=self.request.user,
                at=self.request.at,
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"A letter is on its way to {invitation.email}.")
        return redirect("colleague_list", self.authority.code)


def invitation_for(request: HttpRequest, code: str, pk: int) -> ColleagueInvitation:
    authority = authority_for(request, code)
    known = ColleagueInvitation.objects.visible_to(request.user, request.at).filter(authority=authority)
    invitation = get_object_or_404(known, pk=pk)
    if not permissions.may_invite(request.user, authority, invitation.role):
        raise PermissionDenied
    return invitation


@login_required
@require_POST
def colleague_invite_again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    invitation = invitation_for(request, code, pk)
    try:
        invitations.send_again(invitation, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Another letter is on its way to {invitation.email}. The first link no longer works."
        )
    return redirect("colleague_list", code)


@login_required
@require_POST
def colleague_uninvite(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    invitation = invitation_for(request, code, pk)
    try:
        invitations.withdraw(invitation, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Withdrawn. The link that {invitation.email} was sent no longer works.")
    return redirect("colleague_list", code)


class ColleagueRemove(CouncilMixin, FormView):
    """Let somebody go, or leave oneself: what follows is said first."""

    template_name = "directory/colleague_remove.html"
    form_class = RemoveForm

    @cached_property
    def person(self) -> User:
        people = User.objects.of_authority(self.authority, *COUNCIL_ROLES)
        return get_object_or_404(people, pk=self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.may_remove(self.request.user, self.authority, self.person)

    @property
    def is_self(self) -> bool:
        return self.person.pk == self.request.user.pk

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        reasons = rules.reasons_not_to_remove(self.person, self.authority, by=self.request.user)
        waiting = ColleagueInvitation.objects.waiting().filter(
            authority=self.authority, invited_by=self.person
        )
        return super().get_context_data(
            person=self.person,
            is_self=self.is_self,
            reasons=reasons,
            invited=waiting.count(),
            **context,
        )

    def form_valid(self, form: RemoveForm) -> HttpResponse:
        try:
            colleagues.remove(self.person, self.authority, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
            return redirect("colleague_list", self.authority.code)
        if self.is_self:
            messages.success(self.request, f"You act for {self.authority} no more.")
            return redirect("desk")
        messages.success(self.request, f"{self.person} acts for {self.authority} no more, from now on.")
        return redirect("colleague_list", self.authority.code)


@require_safe
def colleague_open(request: HttpRequest, secret: str) -> HttpResponse:
    """The link of the letter. It changes nothing, so that whoever looks into mails beforehand uses nothing up.

    The secret leaves the address at once: it is in no later page's address, and is sent to nobody as a referrer.
    """
    request.session[OPENED] = hash_of(secret)
    return redirect("colleague_join")


class ColleagueJoin(FormView):
    """Whoever opened the link accepts: signed in, or by choosing a name and a password."""

    template_name = "directory/colleague_join.html"

    @cached_property
    def invitation(self) -> ColleagueInvitation | None:
        opened = self.request.session.get(OPENED, "")
        found = ColleagueInvitation.objects.select_related("authority", "invited_by", "accepted_by")
        return found.filter(secret_hash=opened).first() if opened else None

    @cached_property
    def reasons(self) -> list[str]:
        """Why the link opens nothing."""
        if self.invitation is None:
            return ["We do not know this link. Open it as it stands in the newest letter."]
        return rules.reasons_not_to_accept(self.invitation, at=self.request.at)

    @cached_property
    def account(self) -> User | None:
        """Whoever has the address already. Only who reads its mail comes here and is told."""
        return User.objects.filter(email=self.invitation.email).first() if self.invitation else None

    @property
    def way(self) -> str:
        """How it goes on."""
        user = self.request.user
        if self.reasons:
            return "over"
        if user.is_authenticated:
            return "accept" if user.email == self.invitation.email else "somebody_else"
        if self.account and rules.reasons_not_to_join(self.account):
            return "closed"
        return "sign_in" if self.account and self.account.has_usable_password() else "join"

    def get_form_class(self) -> Any:
        return JoinForm if self.way == "join" else AcceptForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.way == "join":
            kwargs["email"] = self.invitation.email
            kwargs["initial"] = {"name": self.account.name if self.account else ""}
        return kwargs

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        done = self.invitation is not None and self.invitation.accepted_by_id
        if done and done == request.user.pk:
            return redirect("colleague_list", self.invitation.authority.code)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.way not in ("join", "accept"):
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if self.way not in ("join", "accept"):
            context.setdefault("form", None)
        role = rules.in_words(self.invitation.role) if self.invitation else ""
        return super().get_context_data(
            invitation=self.invitation,
            way=self.way,
            reasons=self.reasons,
            role=role,
            back=f"{reverse('account_login')}?next={reverse('colleague_join')}",
            **context,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        kwargs.setdefault("status", 404 if self.way == "over" else 200)
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        typed, at = form.cleaned_data, self.request.at
        try:
            if self.way == "join":
                user = colleagues.join(
                    self.invitation,
                    name=typed["name"],
                    password=typed["password1"],
                    job_title=typed["job_title"],
                    at=at,
                )
            else:
                user = colleagues.accept(
                    self.invitation, by=self.request.user, job_title=typed["job_title"], at=at
                )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        authority = self.invitation.authority
        if not self.request.user.is_authenticated:
            login(self.request, user, backend=BACKEND)
        self.request.session.pop(OPENED, None)
        messages.success(self.request, f"You act for {authority} now.")
        return redirect("desk")
