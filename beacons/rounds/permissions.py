"""Who may prepare and move a round: scheme managers."""

from typing import Any

from beacons.directory.models import Role
from beacons.directory.permissions import acts_for, has_role, runs_rounds, works_in_office
from beacons.rounds.models import Invitation, Round


def may_manage(user: Any, round: Round | None = None) -> bool:
    """May this person set up rounds and change their plan?"""
    return has_role(user, Role.SCHEME_MANAGER)


def may_see_approval(user: Any) -> bool:
    """Of those who know a round before it is public, who has to do with its approval? All but grants officers."""
    return runs_rounds(user) or not works_in_office(user)


def may_invite(user: Any) -> bool:
    """Who writes to the cohort beside the clock: scheme managers and case officers."""
    return runs_rounds(user)


def opens(user: Any, invitation: Invitation) -> bool:
    """Does it count as opened when this person reads it? Only people of the council invited open it."""
    return acts_for(user, invitation.authority_id)
