"""Seats that are offered, and candidates, whom only those who choose may read."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q

from beacons.core.querysets import HouseQuerySet
from beacons.directory.permissions import runs_rounds


class VacancyQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Everybody, while candidates may come forward; the office and the bodies' signatories also afterwards."""
        if user.is_authenticated and (user.works_in_office or user.bodies_signed_for):
            return self
        return self.open(at)

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def open(self, at: datetime) -> Self:
        return self.standing().filter(published_at__lte=at, closes_at__gt=at)

    def closed(self, at: datetime) -> Self:
        return self.standing().filter(closes_at__lte=at)

    def with_numbers(self) -> Self:
        """Annotate `candidates`: how many stand."""
        stands = Q(candidacies__confirmed_at__isnull=False, candidacies__withdrawn_at__isnull=True)
        return self.annotate(candidates=Count("candidacies", filter=stands))

    def for_list(self) -> Self:
        return self.select_related("seat__round__programme").order_by("closes_at", "pk")


class CandidacyQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who runs rounds, and signatories of a body that has to agree who sits there; a link opens its own."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self
        bodies = user.bodies_signed_for
        return self.filter(vacancy__seat__body__in=[*bodies, ""]) if bodies else self.none()

    def standing(self) -> Self:
        """Candidates whose mailbox has proved to be theirs, and who have not withdrawn."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("vacancy__seat__round")
