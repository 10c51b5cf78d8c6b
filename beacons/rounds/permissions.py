"""Who may prepare and move a round: scheme managers."""

from typing import Any

from beacons.directory.models import Role
from beacons.directory.permissions import has_role, works_in_office
from beacons.rounds.models import Round


def may_manage(user: Any, round: Round | None = None) -> bool:
    """May this person set up rounds and change their plan?"""
    return has_role(user, Role.SCHEME_MANAGER)


def may_prepare(user: Any, round: Round) -> bool:
    """May this person see what a round still lacks before it can be approved?"""
    return works_in_office(user) or (user.is_authenticated and bool(user.bodies_signed_for))
