"""Whom to write to when something is shared, booked or taken up."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from beacons.core import letters
from beacons.directory.models import Authority, Membership, Role, User
from grants.dissemination.models import Activity, Booking, Practice
from outcomes.models import SignUp


def who_answers(person: User, authority: Authority | int) -> list[User]:
    """The person who did it, or, once they have left the council, its officers."""
    pk = getattr(authority, "pk", authority)
    if person.is_active and person.memberships.active().filter(authority=pk).exists():
        return [person]
    return list(User.objects.of_authority(pk, Role.DRAFTER, Role.CERTIFIER))


def tell_cohort(activity: Activity, *, at: datetime) -> None:
    """Invite the officers of every council whose area is signed up to the outcome."""
    signed = SignUp.objects.filter(outcome=activity.outcome).values("authority")
    officers = (
        Membership.objects.active()
        .filter(Q(authority__in=signed) | Q(authority__county__in=signed), role=Role.DRAFTER)
        .exclude(authority=activity.grant.authority_id)
    )
    for officer in User.objects.filter(pk__in=officers.values("user"), is_active=True):
        letters.write(
            "activity_invitation", to=officer, key=str(activity.pk), at=at, context={"activity": activity}
        )


def tell_booker(kind: str, booking: Booking, *, at: datetime, **context: Any) -> None:
    for person in who_answers(booking.booked_by, booking.authority_id):
        letters.write(kind, to=person, key=str(booking.pk), at=at, context={"booking": booking, **context})


def tell_author(kind: str, practice: Practice, *, key: str, at: datetime, **context: Any) -> None:
    theirs = practice.councillor_id is not None
    people = [practice.drafted_by] if theirs else who_answers(practice.drafted_by, practice.authority_id)
    for person in people:
        letters.write(kind, to=person, key=key, at=at, context={"practice": practice, **context})
