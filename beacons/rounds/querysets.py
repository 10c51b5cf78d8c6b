"""Rounds and where they stand."""

from datetime import datetime
from typing import Any, Self

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.directory.permissions import works_in_office


class RoundQuerySet(HouseQuerySet):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """A round is public once it is approved; before that, staff and signatories see it."""
        if works_in_office(user) or (user.is_authenticated and user.bodies_signed_for):
            return self
        return self.filter(approved_at__isnull=False, approved_at__lte=at)

    def running(self, at: datetime) -> Self:
        """Approved rounds whose year has begun and not ended, by London's calendar."""
        noon = last_noon(at)
        return self.approved().filter(starts_on__lte=noon, ends_on__gt=noon)

    def with_plan(self) -> Self:
        """With the stages, which say where a round stands."""
        return self.prefetch_related("stages")
