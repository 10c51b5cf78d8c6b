"""The minutes of a meeting, made for whoever reads them: what lies behind an interest of theirs is left out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beacons.core import papers
from panel import agenda
from panel.floor import Floor
from panel.models import Departure, Item, MarkChange, Meeting
from panel.statuses import ItemStatus

TEMPLATE = "panel/minutes_paper.html"


@dataclass(frozen=True)
class Minute:
    """One item, as the paper tells of it."""

    number: int
    item: Item
    why: list[str]
    left: list[Departure]
    changes: list[MarkChange]

    @property
    def was_discussed(self) -> bool:
        return self.item.called_at is not None


@dataclass(frozen=True)
class Minutes:
    """Numbers are counted among what the reader sees, as on the agenda's page."""

    floor: Floor
    items: list[Minute]

    @classmethod
    def of(cls, meeting: Meeting, user: Any, at: datetime) -> "Minutes":
        floor = Floor.of(meeting, user, at)
        items = list(meeting.items.visible_to(user, at).for_list().order_by("place", "pk"))
        left: dict[int, list[Departure]] = defaultdict(list)
        for one in (
            Departure.objects.filter(item__in=items).select_related("appointment__user").order_by("pk")
        ):
            left[one.item_id].append(one)
        changes: dict[int, list[MarkChange]] = defaultdict(list)
        changed = MarkChange.objects.filter(item__in=items).select_related("by", "mark__criterion")
        for change in changed.order_by("at", "pk"):
            changes[change.item_id].append(change)
        return cls(
            floor,
            [
                Minute(
                    number,
                    item,
                    agenda.shown(item, sees_all=floor.sees_all),
                    left[item.pk],
                    changes[item.pk],
                )
                for number, item in enumerate(items, start=1)
            ],
        )

    @property
    def is_final(self) -> bool:
        return self.floor.meeting.approved_at is not None

    @property
    def decided(self) -> int:
        return sum(minute.item.status == ItemStatus.DECIDED for minute in self.items)


def pdf(meeting: Meeting, user: Any, at: datetime) -> bytes:
    return papers.pdf(TEMPLATE, {"minutes": Minutes.of(meeting, user, at), "meeting": meeting, "at": at})


def name(meeting: Meeting) -> str:
    return f"{meeting.round.slug}-minutes-{meeting.number}{'' if meeting.approved_at else '-draft'}.pdf"
