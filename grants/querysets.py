"""Grants and money: who may know of them, and what is due."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.directory.permissions import authority_ids, works_in_office
from grants.statuses import FREED, GrantStatus, PaymentStatus


class GrantQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Staff see all; the holder its own once it is offered; those who sign for the panel what they sign."""
        if not user.is_authenticated:
            return self.none()
        if works_in_office(user):
            return self
        held = Q(authority__in=authority_ids(user)) & ~Q(status=GrantStatus.DRAFTED)
        chaired = user.appointments.active(at).chairs().values("seat__round")
        known = held | (Q(round__in=chaired) & ~Q(status__in=[GrantStatus.DRAFTED, GrantStatus.OFFERED]))
        if user.signs_for("lga"):
            known |= ~Q(status__in=[GrantStatus.DRAFTED, GrantStatus.OFFERED])
        return self.filter(known)

    def standing(self) -> Self:
        """Grants that hold money of the pot."""
        return self.exclude(status__in=FREED)

    def offers_to_lapse(self, at: datetime) -> Self:
        return self.filter(status=GrantStatus.OFFERED, offer_ends_at__lte=at)

    def for_list(self) -> Self:
        return self.select_related("authority", "round", "application", "application__outcome").order_by("reference")

    def for_detail(self) -> Self:
        return self.for_list().prefetch_related("signatures__by", "instalments__payments", "returns")


class PaymentQuerySet(HouseQuerySet):
    def standing(self) -> Self:
        return self.exclude(status=PaymentStatus.REJECTED)

    def awaiting_approval(self) -> Self:
        return self.filter(status=PaymentStatus.PREPARED)


class ReturnQuerySet(HouseQuerySet):
    def outstanding(self) -> Self:
        return self.filter(submitted_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        return self.outstanding().filter(due_on__lte=last_noon(at), grant__status=GrantStatus.ACTIVE)
