"""Somebody takes up an invitation, or leaves. From the next request on they see all of their council's, or nothing."""

from datetime import datetime

from beacons.core import letters, steps, text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.actions import people
from beacons.directory.models import COUNCIL_ROLES, Authority, ColleagueInvitation, Membership, Role, User
from beacons.directory.rules import colleagues as rules


@verb
def join(
    invitation: ColleagueInvitation, *, name: str, password: str, job_title: str = "", at: datetime
) -> User:
    """By somebody who has no password yet: the letter has shown that the mailbox is theirs."""
    invitation = _open(invitation, at=at)
    user = User.objects.select_for_update(of=("self",)).filter(email=invitation.email).first()
    if user is None:
        user = people.add_person(
            name=name, email=invitation.email, is_staff=False, by=invitation.invited_by, at=at
        )
    refuse_if(rules.reasons_not_to_join(user))
    if user.has_usable_password():
        # Whoever reads the mailbox is not yet whoever knows the password.
        raise Refused("An account has this address already. Sign in to accept the invitation.")
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    steps.note(user, "set_password", by=user, at=at)
    return _accepted(invitation, user, job_title=job_title, at=at)


@verb
def accept(invitation: ColleagueInvitation, *, by: User, job_title: str = "", at: datetime) -> User:
    """By somebody who is signed in with the address that was invited."""
    invitation = _open(invitation, at=at)
    if by.email != invitation.email:
        raise Refused(f"This invitation is for {invitation.email}. Sign in with that address to accept it.")
    refuse_if(rules.reasons_not_to_join(by))
    return _accepted(invitation, by, job_title=job_title, at=at)


@verb
def remove(person: User, authority: Authority, *, by: User, at: datetime) -> User:
    """Every role for this council ends. What the person wrote stays, with their name."""
    people.hold_managers()
    # Two certifiers who remove each other at one moment wait here for one another: so that one always stays.
    held = Membership.objects.active().filter(authority=authority, role__in=COUNCIL_ROLES).order_by("pk")
    theirs = [each for each in held.select_for_update(of=("self",)) if each.user_id == person.pk]
    by = User.objects.get(pk=by.pk)
    refuse_if(rules.reasons_not_to_remove(person, authority, by=by))
    for membership in theirs:
        people.end_role(membership, by=by, at=at)
    if person.pk != by.pk:
        letters.write(
            "colleague_removed",
            to=person,
            key=f"{authority.code}:{theirs[0].pk}",
            at=at,
            context={"authority": authority, "by": by},
        )
    return person


def _open(invitation: ColleagueInvitation, *, at: datetime) -> ColleagueInvitation:
    """Locked: of two who open one link at one moment the second is told that it was used."""
    people.hold_managers()
    invitation = ColleagueInvitation.objects.select_related("authority", "invited_by").lock(invitation.pk)
    refuse_if(rules.reasons_not_to_accept(invitation, at=at))
    return invitation


def _accepted(invitation: ColleagueInvitation, user: User, *, job_title: str, at: datetime) -> User:
    authority = invitation.authority
    held = Membership.objects.active().filter(user=user, authority=authority, role__in=COUNCIL_ROLES)
    roles = {membership.role: membership for membership in held}
    if invitation.role not in roles and Role.CERTIFIER not in roles:
        people.give_role(
            user,
            invitation.role,
            authority=authority,
            job_title=" ".join(text.clean(job_title).split()),
            by=user,
            at=at,
        )
        if Role.DRAFTER in roles:
            # A certifier may do all that an officer may.
            people.end_role(roles[Role.DRAFTER], by=user, at=at)
    invitation.accepted_by, invitation.accepted_at = user, at
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    steps.note(invitation, "accept", by=user, at=at)
    told = set(User.objects.of_authority(authority, Role.CERTIFIER)) | {invitation.invited_by}
    for colleague in sorted(told - {user}, key=lambda each: each.pk):
        letters.write(
            "colleague_joined",
            to=colleague,
            key=f"{invitation.pk}",
            at=at,
            context={
                "authority": authority,
                "person": user,
                "role": rules.in_words(invitation.role),
                "invited_by": invitation.invited_by,
            },
        )
    return user
