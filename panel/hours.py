"""The rounds of whose papers somebody has lodged the last, and so can say how many hours they took."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from beacons.applications.models import HoursSpent, Work
from beacons.applications.querysets import HOURS_ASKED_FOR
from panel.models import Assessment
from panel.statuses import SheetStatus

NAMED = ("case__application__round__name", "case__application__round__slug")


def marked_by(user: Any) -> QuerySet:
    """By round: how many papers this person has lodged, and when the last; none while one is open still."""
    mine = Assessment.objects.filter(appointment__user=user).order_by()
    rounds = mine.values("case__application__round", *NAMED)
    return rounds.annotate(
        lodged=Count("pk", filter=Q(status=SheetStatus.LODGED)),
        left=Count("pk", filter=Q(status=SheetStatus.OPEN)),
        last_at=Max("lodged_at"),
    ).filter(lodged__gt=0, left=0)


def to_ask(user: Any, at: datetime) -> QuerySet:
    """Those of them, lodged lately, of which this person has not been asked yet."""
    told = HoursSpent.objects.filter(
        person=user.pk, work=Work.ASSESSING, round=OuterRef("case__application__round")
    )
    return marked_by(user).filter(~Exists(told), last_at__gt=at - HOURS_ASKED_FOR)
