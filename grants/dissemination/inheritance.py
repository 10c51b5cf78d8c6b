"""Practices, bookings and adoptions pass to the successor of an abolished authority.

Where the successor has booked or adopted the same itself, it keeps both, and sees whose the other was.
"""

from datetime import datetime

from django.db.models import Q

from beacons.applications.models import Application
from beacons.core import steps
from beacons.directory.estates import Estate, add, follows
from beacons.directory.models import Authority, User
from grants.dissemination.models import Adoption, Booking, Practice


@follows("application")
def practices_follow(
    bid: Application, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> None:
    """What was written under its grant, or offered from it, goes with the application."""
    theirs = Practice.objects.filter(Q(grant__application=bid) | Q(application=bid))
    for practice in theirs.select_for_update(of=("self",)):
        steps.note(practice, "inherit", by=by, at=at, former=former.code, successor=successor.code)
        pass_to(practice, former, successor, by=by, at=at)


def pass_to(
    held: Booking | Adoption | Practice,
    former: Authority,
    successor: Authority,
    *,
    by: User | None,
    at: datetime,
) -> bool:
    held.authority = successor
    held.inherited_from_id = held.inherited_from_id or former.pk
    held.save(update_fields=["authority", "inherited_from"])
    return True


add(
    Estate(
        kind="booking",
        plural="Bookings",
        rows=lambda: Booking.objects.standing().select_related("activity"),
        words=lambda booking: f"Booking for “{booking.activity}”",
        pass_on=pass_to,
    )
)
add(
    Estate(
        kind="adoption",
        plural="Practices taken up",
        rows=lambda: Adoption.objects.select_related("practice"),
        words=lambda adoption: f"Took up “{adoption.practice}”",
        pass_on=pass_to,
    )
)
