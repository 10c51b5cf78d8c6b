"""Meetings and their items, as far as a member may follow them."""

from datetime import datetime
from typing import Any, Self

from beacons.core.querysets import HouseQuerySet
from panel.querysets.cases import CaseQuerySet
from panel.statuses import ItemStatus, MeetingStatus


class MeetingQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """That the panel meets is known to those who sit on it with interests declared; what about, each item says."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(round__in=user.appointments.active(at).declared().values("seat__round"))

    def ahead(self) -> Self:
        """Meetings that are not closed: at most one of each round."""
        return self.filter(status__in=[MeetingStatus.PREPARED, MeetingStatus.OPEN])


class ItemQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """For members without an interest in its case; to the others it is not on the agenda."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))

    def unfinished(self) -> Self:
        """Items of a meeting that is not closed, and that were not decided: the meeting has the word on these cases."""
        ahead = [MeetingStatus.PREPARED, MeetingStatus.OPEN]
        return self.filter(meeting__status__in=ahead).exclude(status=ItemStatus.DECIDED)

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
            "case__application__outcome",
            "meeting__round",
            "decided_by",
        )
