"""Who may share what, and who may take it up."""

from typing import Any

from beacons.directory.models import Authority, Role
from beacons.directory.permissions import acts_for, has_role, runs_rounds
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.models import Grant


def may_plan(user: Any, grant: Grant) -> bool:
    """Officers and certifiers of the holder plan its activities and write its practices."""
    return acts_for(user, grant.authority_id)


def may_host(user: Any, activity: Activity) -> bool:
    return acts_for(user, activity.grant.authority_id)


def may_book(user: Any, authority: Authority) -> bool:
    return acts_for(user, authority)


def may_tell(user: Any, booking: Booking) -> bool:
    return acts_for(user, booking.authority_id)


def may_see_bookings(user: Any, activity: Activity) -> bool:
    """The host and the scheme's office see who comes; each council sees its own booking."""
    return may_host(user, activity) or runs_rounds(user)


def may_write(user: Any, practice: Practice) -> bool:
    return acts_for(user, practice.authority_id)


def may_review(user: Any) -> bool:
    return runs_rounds(user)


def may_publish(user: Any) -> bool:
    return has_role(user, Role.SCHEME_MANAGER)


def may_move(user: Any, adoption: Adoption) -> bool:
    return acts_for(user, adoption.authority_id)
