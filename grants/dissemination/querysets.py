"""Activities, bookings, the practice library and adoptions: who may know of them, and when."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from beacons.core.querysets import HouseQuerySet
from beacons.directory.permissions import authority_ids, works_in_office
from grants.dissemination.statuses import IN_LIBRARY, ActivityStatus, AdoptionStatus


class ActivityQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Activities of award holders are public."""
        return self

    def coming(self, at: datetime) -> Self:
        return self.filter(status=ActivityStatus.PLANNED, starts_at__gt=at)

    def to_record(self, at: datetime) -> Self:
        """Over, and nobody has said yet who came."""
        return self.filter(status=ActivityStatus.PLANNED, ends_at__lte=at)

    def with_places_taken(self) -> Self:
        standing = Q(bookings__cancelled_at__isnull=True)
        return self.annotate(taken=Coalesce(Sum("bookings__people", filter=standing), 0))

    def for_list(self) -> Self:
        return self.with_places_taken().select_related(
            "grant", "grant__authority", "grant__application", "grant__application__outcome"
        )


class BookingQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The council that booked, the host, and staff."""
        if works_in_office(user):
            return self
        mine = authority_ids(user)
        return self.filter(Q(authority__in=mine) | Q(activity__grant__authority__in=mine))

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("authority", "booked_by", "activity")


class PracticeQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The library is public; what is not yet published is known to its authority and to staff."""
        if works_in_office(user):
            return self
        return self.filter(Q(status__in=IN_LIBRARY) | Q(authority__in=authority_ids(user)))

    def in_library(self) -> Self:
        return self.filter(status__in=IN_LIBRARY)

    def due_for_review(self, on: Any) -> Self:
        return self.filter(status="published", review_on__lte=on)

    def with_adoptions(self) -> Self:
        made = Q(adoptions__status__in=[AdoptionStatus.CHANGED, AdoptionStatus.MOVED])
        return self.annotate(adopted=Count("adoptions", filter=made, distinct=True))

    def for_list(self) -> Self:
        return self.with_adoptions().select_related("authority", "authority__region", "outcome")


class AdoptionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who made a change is public, the rest is between the council, the practice's authority and staff."""
        if works_in_office(user):
            return self
        mine = authority_ids(user)
        return self.filter(
            Q(status__in=[AdoptionStatus.CHANGED, AdoptionStatus.MOVED])
            | Q(authority__in=mine)
            | Q(practice__authority__in=mine)
        )

    def for_list(self) -> Self:
        return self.select_related("authority", "authority__region", "practice")
