"""Where a meeting is, as one member may know it: the item that is being discussed, who is here, and what to do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from panel import agenda
from panel.chairing import Chairs
from panel.models import Appointment, Attendance, Case, Departure, Item, Meeting
from panel.rules import meetings as rules
from panel.rules.moderation import reasons_it_stands_still
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

    def own_marks(self, user: Any) -> set[int]:
        """The marks that this member may change now."""
        one = next((member for member in self.members if member.user_id == user.pk), None)
        attendance = self.attendances.get(one.pk) if one else None
        if self.now is None or self.marks is None or attendance is None or not attendance.is_present:
            return set()
        return {
            mark.pk
            for row in self.marks.rows
            for sheet, mark in row.pairs
            if mark is not None and sheet.appointment.user_id == user.pk
        }

    def chairs_part(self, rows: list[dict[str, Any]], user: Any, at: datetime) -> dict[str, Any]:
        """For the chairs: what each of them may do next. The flags on the rows say what the rules would, for all in one."""
        meeting, chairs = self.meeting, self.chairs(at)
        shown = {row["item"].case_id for row in rows} | ({self.now.case_id} if self.now else set())
        # The cases for which this person takes the chair here.
        own = set(Case.objects.filter(chairs.cases_of(user), pk__in=shown).values_list("pk", flat=True))
        presides = chairs.is_acting(user)
        interrupts = self.asked_out or (self.now is not None and self.now.case_id not in own)
        for row in rows:
            item = row["item"]
            acts, ahead = item.case_id in own, not meeting.is_over
            waits = item.status == ItemStatus.WAITING
            callable_now = waits or item.status == ItemStatus.DEFERRED
            row["may_call"] = (
                acts
                and callable_now
                and meeting.is_open
                and not interrupts
                and not reasons_it_stands_still(item.case, "moderate")
            )
            row["may_defer"] = acts and waits and ahead
            row["may_move"] = (acts or presides) and waits and ahead
        following = next(
            (row for row in rows if row["may_call"] and row["item"].status == ItemStatus.WAITING), None
        )
        return {
            "is_chair": True,
            "presides": presides,
            "acts_now": self.now is not None and self.now.case_id in own,
            "following": following,
            "call_words": f"Call item {following['number']}, {following['item'].case.application.reference}"
            if following
            else "",
            # While an item is discussed, what comes first is to record what the meeting makes of it.
            "call_style": "secondary" if self.now else "",
            "opening": rules.reasons_not_to_open(meeting, by=user, at=at) if not meeting.opened_at else [],
        }
