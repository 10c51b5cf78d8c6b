"""Who there is, and who acts for whom."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Q

from beacons.core.querysets import HouseQuerySet


class AuthorityQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Everyone may know every authority."""
        return self

    def existing_on(self, day: date) -> Self:
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        )

    def councils(self) -> Self:
        """Councils of England and Wales, without fire, police and park bodies and combined authorities."""
        return self.filter(kind__in=self.model.COUNCIL_KINDS)

    def with_agreement_areas(self) -> Self:
        """Upper- and single-tier areas, which hold a Local Area Agreement of their own."""
        return self.filter(laa_area_2009=True)

    def represented_by(self, user: Any) -> Self:
        """Authorities for which this person drafts or certifies."""
        return self.filter(pk__in=[hat.authority_id for hat in getattr(user, "hats", ()) if hat.authority_id])


class UserQuerySet(HouseQuerySet):
    def with_role(self, *roles: str) -> Self:
        return self.filter(
            memberships__role__in=roles, memberships__ended_at__isnull=True, is_active=True
        ).distinct()

    def of_authority(self, authority: Any, *roles: str) -> Self:
        """People who act for this authority now, in one of these roles (any, if none is named)."""
        held = Q(memberships__authority=authority, memberships__ended_at__isnull=True)
        if roles:
            held &= Q(memberships__role__in=roles)
        return self.filter(held, is_active=True).distinct()


class MembershipQuerySet(HouseQuerySet):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)
