"""Applications in which a person has an interest: the one place that says so."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from beacons.applications.models import Application
from beacons.core.querysets import HouseQuerySet
from beacons.directory.models import Authority
from beacons.directory.permissions import runs_rounds


def bids_of_interest(user: Any) -> models.QuerySet[Application]:
    """Applications in which a person has an interest: by what is recorded, and by whom the person acts for now.

    The second half is worked out from the facts, so that an interest takes papers away even before the clock has
    found and recorded it. `rules.interests.kind_of` says the same of one application. Former employers are recorded
    before any case opens, and the moment they are told: they stand in the first half.
    """
    theirs = [hat.authority for hat in user.hats if hat.authority_id]
    found = Q(pk__in=user.appointments.values("interests__application"))
    if theirs:
        areas = [authority.area_id for authority in theirs]
        found |= Q(authority__in=areas) | Q(authority__county__in=areas)
        found |= Q(pk__in=Application.objects.filter(partners__authority__in=theirs).values("pk"))
        # Whoever takes their authority over, or was taken over by it, counts as their own.
        kin = Authority.objects.related_by_succession([authority.pk for authority in theirs])
        counties = kin.filter(county__isnull=False).values("county")
        found |= Q(authority__in=kin.values("pk")) | Q(authority__county__in=kin.values("pk"))
        found |= Q(authority__in=counties) | Q(authority__county__in=counties)
        found |= Q(pk__in=Application.objects.filter(partners__authority__in=kin.values("pk")).values("pk"))
    return Application.objects.filter(found)


def of_interest_to(user: Any) -> Q:
    """The same of cases."""
    return Q(application__in=bids_of_interest(user).values("pk"))


class EmploymentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Whoever told it; others see only the interests that follow."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class InterestQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """An interest in a bid is known to its owner, the chairs and staff."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self
        mine = Q(appointment__user=user)
        chaired = Q(appointment__seat__round__in=user.appointments.active(at).chairs().values("seat__round"))
        return self.filter(mine | chaired)
