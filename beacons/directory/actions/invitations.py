"""Invitations of colleagues: written, sent again, withdrawn. Each leaves a step behind, and none its secret."""

import secrets
from datetime import datetime

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.links import hash_of
from beacons.core.steps import verb
from beacons.directory import permissions
from beacons.directory.models import Authority, ColleagueInvitation, Membership, User
from beacons.directory.rules import colleagues as rules


@verb
def invite(authority: Authority, *, email: str, role: str, by: User, at: datetime) -> ColleagueInvitation:
    """Of two colleagues who invite the same person at one moment the second is told that it has been done."""
    authority = Authority.objects.lock(authority.pk)
    by = _as_they_are_now(by)
    email = email.strip().lower()
    refuse_if(rules.reasons_not_to_invite(authority, email=email, role=role, by=by, at=at))
    secret = secrets.token_urlsafe(32)
    invitation = ColleagueInvitation.objects.create(
        authority=authority,
        email=email,
        role=role,
        secret_hash=hash_of(secret),
        invited_by=by,
        invited_at=at,
    )
    steps.note(invitation, "invite", by=by, at=at, authority=authority.code, email=email, role=role)
    _write(invitation, secret, at=at)
    return invitation


@verb
def send_again(invitation: ColleagueInvitation, *, by: User, at: datetime) -> ColleagueInvitation:
    """With another link, for another week; the link of the first letter opens nothing from now on."""
    # Roles are held before invitations, here as where a role ends.
    by = _as_they_are_now(by)
    invitation = _locked(invitation)
    refuse_if(rules.reasons_not_to_send_again(invitation, by=by, at=at))
    secret = secrets.token_urlsafe(32)
    invitation.secret_hash, invitation.invited_by, invitation.invited_at = hash_of(secret), by, at
    invitation.save(update_fields=["secret_hash", "invited_by", "invited_at"])
    steps.note(invitation, "send_again", by=by, at=at)
    _write(invitation, secret, at=at)
    return invitation


@verb
def withdraw(invitation: ColleagueInvitation, *, by: User | None, at: datetime) -> ColleagueInvitation:
    """Its link opens nothing from now on."""
    invitation = _locked(invitation)
    refuse_if(rules.reasons_not_to_withdraw(invitation))
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    steps.note(invitation, "withdraw", by=by, at=at)
    return invitation


@verb
def withdraw_what_rests_on(user: User, *, by: User | None, at: datetime) -> None:
    """Invitations that somebody may no longer send, and those by which somebody who was let go would come back.

    Called when a role ends or an account is closed: whoever stays can invite again in a moment.
    """
    now = User.objects.get(pk=user.pk)
    for invitation in ColleagueInvitation.objects.waiting().filter(invited_by=user).order_by("pk"):
        if not (now.is_active and permissions.may_invite(now, invitation.authority_id, invitation.role)):
            withdraw(invitation, by=by, at=at)
    for invitation in ColleagueInvitation.objects.waiting().filter(email=user.email).order_by("pk"):
        left = Membership.objects.filter(
            user=user, authority=invitation.authority_id, ended_at__gte=invitation.invited_at
        )
        if not now.acts_for(invitation.authority_id) and left.exists():
            withdraw(invitation, by=by, at=at)


def _locked(invitation: ColleagueInvitation) -> ColleagueInvitation:
    return ColleagueInvitation.objects.select_related("authority", "invited_by").lock(invitation.pk)


def _as_they_are_now(user: User) -> User:
    """Read again while nobody can end what they are: the last press of somebody who is just let go comes too late."""
    held = Membership.objects.active().filter(user=user).order_by("pk")
    list(held.select_for_update(of=("self",)))
    return User.objects.get(pk=user.pk)


def _write(invitation: ColleagueInvitation, secret: str, *, at: datetime) -> None:
    """The same letter whether or not the address has an account."""
    letters.write(
        "colleague_invited",
        to=invitation.email,
        key=f"{invitation.pk}:{at.isoformat()}",
        at=at,
        secret=secret,
        context={
            "invitation": invitation,
            "authority": invitation.authority,
            "role": rules.in_words(invitation.role),
        },
    )
