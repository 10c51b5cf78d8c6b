"""Why a role cannot be given or ended, or a person changed, now."""

from typing import Any

from django.core.exceptions import ValidationError

from beacons.directory.models import Membership, Role, User


def reasons_not_to_give(user: User, role: str, **whom: Any) -> list[str]:
    """`whom` is the authority, the region or the body."""
    if not user.is_active:
        return [f"The account of {user} is closed. Open it before you give a role."]
    asked = Membership(user=user, role=role, **whom)
    try:
        asked.full_clean(exclude=["began_at"])
    except ValidationError as error:
        return error.messages
    return []


def reasons_not_to_end(membership: Membership) -> list[str]:
    if membership.ended_at is not None:
        return [f"{membership.user} does not hold this role any more."]
    if membership.role == Role.SCHEME_MANAGER:
        return _reasons_to_keep(membership.user)
    return []


def reasons_not_to_add(email: str) -> list[str]:
    return _reasons_against_address(email, of=None)


def reasons_not_to_change(user: User, changes: dict[str, Any]) -> list[str]:
    found = []
    if "email" in changes:
        found += _reasons_against_address(changes["email"], of=user.pk)
    if changes.get("is_active") is False or changes.get("is_staff") is False:
        found += _reasons_to_keep(user)
    return found


def _reasons_against_address(email: str, *, of: int | None) -> list[str]:
    taken = User.objects.filter(email=email).exclude(pk=of).exists()
    return ["Somebody has this e-mail address already."] if taken else []


def _reasons_to_keep(user: User) -> list[str]:
    """Without a scheme manager who comes into the admin, nobody could make another."""
    managers = User.objects.with_role(Role.SCHEME_MANAGER).filter(is_staff=True)
    if managers.filter(pk=user.pk).exists() and not managers.exclude(pk=user.pk).exists():
        return [f"{user} is the last scheme manager. Make somebody else one first."]
    return []
