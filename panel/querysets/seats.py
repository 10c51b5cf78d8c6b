"""Seats and who holds them; what is as public as its round."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import day_in_london
from beacons.rounds.models import Round
from beacons.rounds.querysets import door


@door
def of_own_panel(user: Any, at: datetime) -> Q:
    """Who sits on a round's panel knows the round before it is public."""
    return Q(pk__in=user.appointments.active(at).values("seat__round"))


def rounds_known_to(user: Any, at: datetime) -> models.QuerySet[Round]:
    """Rounds whose panel a person may look at: the public ones, and those on whose panel the person sits."""
    known = Round.objects.visible_to(user, at)
    if not user.is_authenticated:
        return known
    seated = user.appointments.active(at).values("seat__round")
    return Round.objects.filter(Q(pk__in=known.values("pk")) | Q(pk__in=seated))


class SeatQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Which seats a panel has is as public as its round."""
        return self.filter(round__in=rounds_known_to(user, at).values("pk"))

    def with_holders(self) -> Self:
        return self.prefetch_related(
            "appointments__user", "appointments__agreed_by_clg", "appointments__agreed_by_lga"
        )


class AppointmentQuerySet(HouseQuerySet):
    def agreed(self) -> Self:
        """Appointments that the bodies they need have agreed."""
        return self.filter(agreed_at__isnull=False)

    def active(self, at: datetime) -> Self:
        """Those who sit at this instant: agreed, within their term, and not ended."""
        term = Q(until__isnull=True) | Q(until__gte=day_in_london(at))
        return self.filter(term, Q(ended_at__isnull=True) | Q(ended_at__gt=at), agreed_at__lte=at)

    def proposed(self) -> Self:
        """Those that wait for the bodies' agreement."""
        return self.filter(agreed_at__isnull=True, ended_at__isnull=True)

    def over(self, at: datetime) -> Self:
        """Those whose term is over, and which nobody has ended."""
        return self.filter(until__lt=day_in_london(at), ended_at__isnull=True)

    def chairs(self) -> Self:
        """Chairs and vice-chairs."""
        return self.filter(seat__kind__in=["chair", "vice_chair"])

    def declared(self) -> Self:
        """Members who have declared their interests, and so may open papers."""
        return self.filter(declared_at__isnull=False)

    def of(self, user: Any, at: datetime) -> Self:
        """The seats this person holds now."""
        if not user.is_authenticated:
            return self.none()
        return self.active(at).filter(user=user)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who sits on a panel is public once agreed; proposals are known to signatories and staff."""
        if user.is_authenticated and (user.works_in_office or user.bodies_signed_for):
            return self
        return self.agreed()

    def for_list(self) -> Self:
        return self.select_related("seat", "seat__round", "user")
