"""Who there is, and who acts for whom."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import day_in_london

# Who acts for a council; a councillor sits on one, and does not act for it. (models.COUNCIL_ROLES)
ACTING = ("drafter", "certifier")


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

    def taken_over(self, at: datetime) -> Self:
        """Abolished, and the day has come on which others took them over."""
        taken = self.model.successions.rel.related_model.objects.due(at).filter(authority=OuterRef("pk"))
        return self.filter(Exists(taken), closed_on__lte=day_in_london(at))

    def related_by_succession(self, authorities: list[int]) -> Self:
        """Those that took one of these authorities over, and those that one of these took over."""
        mergers = self.model.successions.rel.related_model.objects
        return self.filter(
            Q(pk__in=mergers.filter(authority__in=authorities).values("successor"))
            | Q(pk__in=mergers.filter(successor__in=authorities).values("authority"))
        )


class UserQuerySet(HouseQuerySet):
    def with_role(self, *roles: str) -> Self:
        return self.filter(
            memberships__role__in=roles, memberships__ended_at__isnull=True, is_active=True
        ).distinct()

    def of_authority(self, authority: Any, *roles: str) -> Self:
        """People who act for this authority now, in one of these roles (as officer or certifier, if none is named)."""
        held = Q(
            memberships__authority=authority,
            memberships__role__in=roles or ACTING,
            memberships__ended_at__isnull=True,
        )
        return self.filter(held, is_active=True).distinct()

    def leading_group(self, authority: Any, group: str) -> Self:
        """Who leads this political group on this council."""
        return self.filter(
            memberships__authority=authority,
            memberships__role="group_leader",
            memberships__political_group=group,
            memberships__ended_at__isnull=True,
            is_active=True,
        ).distinct()


class MembershipQuerySet(HouseQuerySet):
    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)


class ColleagueInvitationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Everybody who acts for the council knows whom it has invited, and so do scheme managers."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role("scheme_manager"):
            return self
        return self.filter(authority__in=[authority.pk for authority in user.authorities])

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; the time of some may be over."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("invited_by").order_by("-invited_at", "-pk")


class SuccessionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who took over whom is law, and public."""
        return self

    def due(self, at: datetime) -> Self:
        """Those whose day has come."""
        return self.filter(took_over_on__lte=day_in_london(at))

    def coming(self, at: datetime) -> Self:
        """Those whose day has not come, or is not known."""
        return self.exclude(pk__in=self.due(at).values("pk"))

    def divided(self) -> Self:
        """Of authorities that several others took over."""
        return self.filter(Exists(self._others()))

    def _others(self) -> Any:
        other = self.model._base_manager.filter(authority=OuterRef("authority"))
        return other.exclude(successor=OuterRef("successor"))

    def for_list(self) -> Self:
        return self.select_related("authority", "successor").order_by(
            "-took_over_on", "authority__name", "pk"
        )


class InheritanceQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What passed is known to the office and to the people of the successor."""
        if not user.is_authenticated:
            return self.none()
        if user.works_in_office:
            return self
        return self.filter(successor__in=[hat.authority_id for hat in user.hats if hat.authority_id])

    def for_list(self) -> Self:
        return self.select_related("former", "successor", "passed_by")
