"""Who may share what, and who may take it up."""

from typing import Any

from beacons.directory.models import Authority, Role
from beacons.directory.permissions import acts_for, has_role, runs_rounds, works_in_office
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.models import Grant


def may_plan(user: Any, grant: Grant) -> bool:
    """Officers and certifiers of the holder plan its activities and write its practices."""
    return acts_for(user, grant.authority_id)


def may_host(user: Any, activity: Activity) -> bool:
    return acts_for(user, activity.grant.authority_id)


def councils_of(user: Any) -> list[Authority]:
    """The councils for which this person may book and take practices up; none for a visitor."""
    return [one for one in user.authorities if acts_for(user, one)] if user.is_authenticated else []


def may_tell(user: Any, booking: Booking) -> bool:
    return acts_for(user, booking.authority_id)


def may_see_bookings(user: Any, activity: Activity) -> bool:
    """The host and the scheme's office see who comes; each council sees its own booking."""
    return may_host(user, activity) or runs_rounds(user)


def may_write(user: Any, practice: Practice) -> bool:
    """Its council's people; what a councillor offered from an application of their own is theirs alone."""
    if practice.councillor_id is not None:
        return user.is_authenticated and practice.councillor_id == user.pk
    return acts_for(user, practice.authority_id)


def reviews_practices(user: Any) -> bool:
    """Scheme managers and case officers have a list of what waits for them."""
    return runs_rounds(user)


def may_review(user: Any, practice: Practice) -> bool:
    """Nobody reviews what their own council wrote."""
    return reviews_practices(user) and not may_write(user, practice)


def may_publish(user: Any, practice: Practice) -> bool:
    return has_role(user, Role.SCHEME_MANAGER) and not may_write(user, practice)


def may_see_contact(user: Any) -> bool:
    """Whom to ask is for those who are in the scheme, not for whoever gathers addresses."""
    return user.is_authenticated


def may_read_note(user: Any, adoption: Adoption) -> bool:
    """That a council changed something is public; in what words is between it, the practice's council and staff."""
    return (
        acts_for(user, adoption.authority_id)
        or acts_for(user, adoption.practice.authority_id)
        or works_in_office(user)
    )


def may_adopt_something(user: Any, practice: Practice) -> bool:
    """Does this person act for a council other than the one the practice comes from?"""
    return any(council.pk != practice.authority_id for council in councils_of(user))


def may_move(user: Any, adoption: Adoption) -> bool:
    return acts_for(user, adoption.authority_id)
