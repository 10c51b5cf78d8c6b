"""Where a meeting is, as one member may know it: the item that is being discussed, who is here, and what to do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from panel import agenda
from panel.chairing import Chairs
from panel.models import Appointment, Attendance, Case, Departure, Item, Meeting
from panel.rules import sitting as rules
from panel.standings import SideBySide, side_by_side
from panel.statuses import ItemStatus, Presence


@dataclass(frozen=True)
class Here:
    """A member, and where it is."""

    member: Appointment
    attendance: Attendance | None
    has_left: bool

    @property
    def words(self) -> str:
        if self.has_left:
            return "Left for this item"
        return self.attendance.get_presence_display() if self.attendance else "Not noted"


@dataclass(frozen=True)
class Floor:
    """`now` is the item that is being discussed, if this member may know of it; `asked_out` says that it may not."""

    meeting: Meeting
    members: list[Appointment]
    attendances: dict[int, Attendance]
    now: Item | None
    asked_out: bool
    # Known to the chairs alone: who else has an interest in a bid is not told to members.
    departures: list[Departure]
    marks: SideBySide | None
    sees_all: bool
    is_chair: bool

    @classmethod
    def of(cls, meeting: Meeting, user: Any, at: datetime) -> "Floor":
        called = meeting.items.filter(status=ItemStatus.CALLED)
        now = called.visible_to(user, at).for_list().first()
        members = rules.members_of(meeting.round, at)
        return cls(
            meeting=meeting,
            members=members,
            attendances={
                one.appointment_id: one
                for one in meeting.attendances.select_related("appointment__seat", "appointment__user")
            },
            now=now,
            asked_out=now is None and called.exists(),
            departures=list(now.departures.select_related("appointment__user")) if now else [],
            marks=side_by_side(now.case) if now else None,
            sees_all=not Case.objects.of_round(meeting.round).hidden_from(user).exists(),
            is_chair=any(member.user_id == user.pk and member.chairs for member in members),
        )

    @property
    def here(self) -> list[Here]:
        left = {one.appointment_id for one in self.departures} if self.is_chair else set()
        return [Here(member, self.attendances.get(member.pk), member.pk in left) for member in self.members]

    @property
    def roll(self) -> list[Here]:
        """Who was here, whatever is being discussed; also those who no longer sit on the panel when it is read."""
        return [
            Here(one.appointment, one, has_left=False)
            for one in sorted(self.attendances.values(), key=lambda one: one.appointment.seat.rank)
        ]

    @property
    def quorum(self) -> rules.Quorum:
        here = [
            Attendance(appointment=member, presence=self.attendances[member.pk].presence)
            for member in self.members
            if member.pk in self.attendances
        ]
        return rules.Quorum.of(here, {one.appointment_id for one in self.departures})

    @property
    def why(self) -> list[str]:
        return agenda.shown(self.now, sees_all=self.sees_all) if self.now else []

    @property
    def absent(self) -> set[int]:
        return {pk for pk, one in self.attendances.items() if one.presence == Presence.ABSENT}

    def chairs(self, at: datetime) -> Chairs:
        return Chairs(self.meeting.round, at, absent=self.absent, held=self.members)
