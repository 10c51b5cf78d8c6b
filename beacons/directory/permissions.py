"""Who a visitor is, asked in a way that anonymous visitors can answer too."""

from typing import Any

from beacons.directory.models import Authority, Role


def has_role(user: Any, *roles: str) -> bool:
    return user.is_authenticated and user.has_role(*roles)


def works_in_office(user: Any) -> bool:
    return user.is_authenticated and user.works_in_office


def runs_rounds(user: Any) -> bool:
    return user.is_authenticated and user.runs_rounds


def acts_for(user: Any, authority: Authority | int) -> bool:
    return user.is_authenticated and user.acts_for(authority)


def certifies_for(user: Any, authority: Authority | int) -> bool:
    return user.is_authenticated and user.certifies_for(authority)


def authority_ids(user: Any) -> list[int]:
    """Ids of the authorities this person acts for; none for a visitor."""
    return [authority.pk for authority in user.authorities] if user.is_authenticated else []


def may_share_out(user: Any) -> bool:
    """Which successor something of a divided council passes to, and who certifies for a successor."""
    return has_role(user, Role.SCHEME_MANAGER)


def speaks_for(user: Any, authority: Authority | int) -> bool:
    """Is this person of the authority, or of one that it has become part of?"""
    pk = getattr(authority, "pk", authority)
    return user.is_authenticated and (user.acts_for(pk) or pk in user.predecessors)


def may_see_colleagues(user: Any, authority: Authority | int) -> bool:
    """Who acts for a council is known to those who do, and to those who enter people."""
    return acts_for(user, authority) or has_role(user, Role.SCHEME_MANAGER)


def may_invite(user: Any, authority: Authority | int, role: str = Role.DRAFTER) -> bool:
    """An officer invites officers; a certifier is invited by another certifier, or by a scheme manager."""
    if has_role(user, Role.SCHEME_MANAGER):
        return True
    return certifies_for(user, authority) if role == Role.CERTIFIER else acts_for(user, authority)


def may_remove(user: Any, authority: Authority | int, person: Any) -> bool:
    """A certifier or a scheme manager, anybody of the council; and each person themselves."""
    if has_role(user, Role.SCHEME_MANAGER) or certifies_for(user, authority):
        return True
    return acts_for(user, authority) and user.pk == person.pk
