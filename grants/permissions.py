"""Who may do what with a grant and its money."""

from datetime import datetime
from typing import Any

from beacons.directory.models import Body, Role
from beacons.directory.permissions import acts_for, certifies_for, has_role, works_in_office
from grants.models import Grant, Signature
from panel.permissions import chairs


def may_answer_offer(user: Any, grant: Grant) -> bool:
    """The council's certifier accepts or refuses."""
    return certifies_for(user, grant.authority_id)


def may_report(user: Any, grant: Grant) -> bool:
    return acts_for(user, grant.authority_id)


def may_stop(user: Any) -> bool:
    return has_role(user, Role.GRANTS_OFFICER, Role.SCHEME_MANAGER)


def may_prepare_payments(user: Any) -> bool:
    return has_role(user, Role.GRANTS_OFFICER)


def may_approve_payments(user: Any) -> bool:
    return has_role(user, Role.FINANCE_OFFICER)


def may_see_history(user: Any) -> bool:
    return works_in_office(user)


def may_sign(user: Any, grant: Grant, part: str, at: datetime) -> bool:
    """Could this person ever sign in this part? Whether it may now is asked of the rules."""
    if part == Signature.Part.COUNCIL:
        return certifies_for(user, grant.authority_id)
    if part == Signature.Part.LGA:
        return user.is_authenticated and user.signs_for(Body.LGA)
    return part == Signature.Part.CHAIR and chairs(user, grant.round, at)


def parts_of(user: Any, grant: Grant, at: datetime) -> list[str]:
    """The parts in which this person could sign this agreement."""
    return [part for part in Signature.Part.values if may_sign(user, grant, part, at)]


def may_countersign_anything(user: Any, at: datetime) -> bool:
    """Has this person a list of agreements to countersign?"""
    if not user.is_authenticated:
        return False
    return user.signs_for(Body.LGA) or user.appointments.active(at).chairs().exists()
