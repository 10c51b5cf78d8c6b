"""What staff do about people: add and change them, give and end their roles. Each leaves a step behind."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.actions import invitations
from beacons.directory.models import Authority, Membership, Region, Role, User
from beacons.directory.rules import people as rules

CHANGEABLE = ("name", "email", "is_active", "is_staff")


@verb
def add_person(*, name: str, email: str, is_staff: bool, by: User | None, at: datetime) -> User:
    """A person without a password: they set one by “forgotten your password”."""
    email = email.strip().lower()
    refuse_if(rules.reasons_not_to_add(email))
    user = User(name=name, email=email, is_staff=is_staff, joined_at=at)
    user.set_unusable_password()
    _save(user)
    steps.note(user, "add", by=by, at=at, is_staff=is_staff)
    return user


@verb
def change_person(user: User, *, by: User | None, at: datetime, **fields: Any) -> User:
    """Another name, address or standing. Who is made inactive is out with the next page they ask for."""
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"a person's {', '.join(sorted(unknown))} cannot be changed here")
    hold_managers()
    user = User.objects.lock(user.pk)
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    changes = {name: value for name, value in fields.items() if getattr(user, name) != value}
    if not changes:
        return user
    refuse_if(rules.reasons_not_to_change(user, changes))
    before = {name: getattr(user, name) for name in changes}
    for name, value in changes.items():
        setattr(user, name, value)
    _save(user, update_fields=list(changes))
    if "email" in changes:
        # Whoever reads the old address signs in by it no longer.
        EmailAddress.objects.filter(user=user).delete()
    if changes.get("is_active") is False:
        invitations.withdraw_what_rests_on(user, by=by, at=at)
    changed: dict[str, Any] = {name: [before[name], value] for name, value in changes.items()}
    steps.note(user, "change", by=by, at=at, **changed)
    return user


@verb
def give_role(
    user: User,
    role: str,
    *,
    authority: Authority | None = None,
    region: Region | None = None,
    body: str = "",
    job_title: str = "",
    by: User | None,
    at: datetime,
) -> Membership:
    user = User.objects.lock(user.pk)
    refuse_if(rules.reasons_not_to_give(user, role, authority=authority, region=region, body=body))
    given = Membership.objects.create(
        user=user,
        role=role,
        authority=authority,
        region=region,
        body=body,
        job_title=job_title,
        began_at=at,
    )
    steps.note(given, "give", by=by, at=at, user=user.pk, role=role, words=given.words)
    return given


@verb
def end_role(membership: Membership, *, by: User | None, at: datetime) -> Membership:
    """From the next page on. What the person did in the role stays theirs; whom they invited for it must be invited anew."""
    hold_managers()
    membership = Membership.objects.select_related("user", "authority", "region").lock(membership.pk)
    refuse_if(rules.reasons_not_to_end(membership))
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    steps.note(
        membership,
        "end",
        by=by,
        at=at,
        user=membership.user_id,
        role=membership.role,
        words=membership.words,
    )
    invitations.withdraw_what_rests_on(membership.user, by=by, at=at)
    return membership


@verb
def rename_job(membership: Membership, *, job_title: str, by: User | None, at: datetime) -> Membership:
    membership = Membership.objects.lock(membership.pk)
    before, membership.job_title = membership.job_title, job_title
    membership.save(update_fields=["job_title"])
    steps.note(membership, "rename_job", by=by, at=at, job_title=[before, job_title])
    return membership


def hold_managers() -> None:
    """Who might take the last scheme manager away waits here for whoever else might: so that one always stays."""
    managing = Membership.objects.active().filter(role=Role.SCHEME_MANAGER).order_by("pk")
    list(managing.select_for_update(of=("self",)))


def _save(user: User, **options: Any) -> None:
    try:
        with transaction.atomic():
            user.save(**options)
    except IntegrityError as error:
        # Somebody took the address since it was asked for.
        raise Refused(*rules.reasons_not_to_add(user.email)) from error
