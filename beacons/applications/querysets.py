"""Applications and who may know of them."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from beacons.applications.statuses import HANDED_IN, Status
from beacons.core.querysets import HouseQuerySet
from beacons.directory.permissions import authority_ids, works_in_office


class ApplicationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Its own authority sees all of it; staff once it is handed in. The panel reads it through its case."""
        if not user.is_authenticated:
            return self.none()
        known = Q(authority__in=authority_ids(user))
        if works_in_office(user):
            known |= Q(status__in=HANDED_IN)
        return self.filter(known)

    def handed_in(self) -> Self:
        return self.filter(status__in=HANDED_IN)

    def unfinished(self) -> Self:
        return self.filter(status__in=[Status.DRAFT, Status.CERTIFIED])

    def eligible(self) -> Self:
        return self.filter(status=Status.ELIGIBLE)

    def for_list(self) -> Self:
        return self.select_related("authority", "outcome", "round", "category").order_by("reference")

    def for_detail(self) -> Self:
        return self.for_list().prefetch_related("answers__question", "partners__authority", "round__stages")
