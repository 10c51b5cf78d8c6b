"""What stands in the way of making an agenda, of opening a meeting and calling its items, and of what is recorded there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beacons.core.text import is_blank
from beacons.directory.models import Body
from beacons.rounds.models import Round
from panel import permissions
from panel.chairing import Chairs
from panel.models import Appointment, Attendance, Case, Item, Mark, Meeting
from panel.rules.moderation import reasons_it_stands_still
from panel.rules.sheets import TOP
from panel.statuses import ITEM, MEETING, CaseStatus, ItemStatus, MeetingStatus, Presence, Recommendation

MOVED_ON = "The meeting has moved on since your page was read. Look at where it is before you go on."


def presiding(meeting: Meeting, at: datetime) -> Chairs:
    """Who takes the chair in this meeting: a chair who is absent from it does not."""
    absent = meeting.attendances.filter(presence=Presence.ABSENT).values_list("appointment", flat=True)
    return Chairs(meeting.round, at, absent=set(absent))


def members_of(a_round: Round, at: datetime) -> list[Appointment]:
    """Who may take part: everybody who sits on the panel with interests declared, the chairs first."""
    found = Appointment.objects.active(at).declared().filter(seat__round=a_round)
    return sorted(found.select_related("seat", "user"), key=lambda member: member.seat.rank)


# The agenda


def reasons_not_to_prepare(
    a_round: Round,
    *,
    by: Any,
    at: datetime,
    chairs: Chairs | None = None,
    ahead: bool | None = None,
    waiting: int | None = None,
) -> list[str]:
    """What is known already need not be asked: who chairs, whether a meeting is `ahead`, how many cases wait."""
    found = (chairs or Chairs(a_round, at)).reasons_not_to_act(by)
    if ahead is None:
        ahead = Meeting.objects.ahead().filter(round=a_round).exists()
    if ahead:
        found.append("There is an agenda already. Close that meeting before you make another.")
    if waiting is None:
        waiting = Case.objects.of_round(a_round).standing().filter(status=CaseStatus.SCORED).count()
    if not waiting:
        found.append("No application whose marks are open waits to be moderated.")
    return found


def reasons_not_to_add(meeting: Meeting, case: Case, *, why: str, by: Any, at: datetime) -> list[str]:
    found = reasons_it_is_over(meeting) + reasons_not_to_preside(meeting, case, by=by, at=at)
    if case.application.round_id != meeting.round_id:
        found.append("This application is of another round.")
    found += reasons_it_stands_still(case, "moderate")
    if meeting.items.filter(case=case).exists():
        found.append("This application is on the agenda already.")
    if is_blank(why):
        found.append("Say why the meeting should talk about it.")
    return found


def reasons_not_to_move(item: Item, *, by: Any, at: datetime) -> list[str]:
    """Of giving an item another place: whoever takes the chair for the meeting, or for the item."""
    chairs = presiding(item.meeting, at)
    found = reasons_it_is_over(item.meeting)
    if not chairs.is_acting(by):
        found += chairs.reasons_not_to_act(by, item.case.application_id)
    if item.status != ItemStatus.WAITING:
        found.append("Only an item that waits is given another place.")
    return found


def reasons_not_of_the_panel(seat: Appointment | None) -> list[str]:
    """`seat` is what somebody holds on the panel, with interests declared."""
    return [] if seat else ["Only members of this panel who have declared their interests may do this."]


def reasons_not_to_ask(case: Case, *, by: Any, at: datetime, reason: str | None = None) -> list[str]:
    """Of asking, as a member, that the meeting talks about a case."""
    found = reasons_it_stands_still(case, "moderate")
    if not found and case.concerns.filter(appointment__user=by).exists():
        found.append("You have asked to talk about this application.")
    if reason is not None and is_blank(reason):
        found.append("Say why the meeting should talk about it.")
    return found


# Opening, closing, and who is here


def reasons_not_to_note_attendance(meeting: Meeting, *, by: Any, at: datetime) -> list[str]:
    """The chair or the vice-chair, whoever of them is here: an absent chair could not say so."""
    found = reasons_it_is_over(meeting)
    chairs = Chairs(meeting.round, at)
    return found if chairs.holds(by) else found + chairs.reasons_not_to_act(by)


def reasons_against_attendance(
    meeting: Meeting, presences: Mapping[int, str], note_taker: int | None, *, at: datetime
) -> list[str]:
    members = {member.pk: member for member in members_of(meeting.round, at)}
    found = []
    if set(presences) != set(members):
        found.append("Say of every member of the panel whether they are here, and of nobody else.")
    if note_taker is not None and presences.get(note_taker, Presence.ABSENT) == Presence.ABSENT:
        found.append("Whoever takes the notes must be here.")
    called = meeting.items.filter(status=ItemStatus.CALLED).first()
    if called is not None:
        gone = {pk for pk, presence in presences.items() if presence == Presence.ABSENT}
        before = presiding(meeting, at).acting(called.case.application_id)
        if before is not None and before.pk in gone:
            found.append("End the item that is being discussed before its chair leaves.")
    return found


def reasons_not_to_open(meeting: Meeting, *, by: Any, at: datetime) -> list[str]:
    found = MEETING.reasons_not_to(meeting, "open") or reasons_not_to_preside(meeting, by=by, at=at)
    if not meeting.attendances.exists():
        found.append("Note first who is here, and who takes the notes.")
    return found


def reasons_not_to_close(meeting: Meeting, *, by: Any, at: datetime) -> list[str]:
    found = MEETING.reasons_not_to(meeting, "close") or reasons_not_to_preside(meeting, by=by, at=at)
    if meeting.items.filter(status=ItemStatus.CALLED).exists():
        # Not which, nor whose: it may lie behind an interest of whoever asks.
        found.append("An item is being discussed. It is ended first.")
    return found


def reasons_not_to_approve(meeting: Meeting, *, by: Any, at: datetime) -> list[str]:
    """The minutes: whoever takes the chair for the round, present or not at the meeting."""
    return MEETING.reasons_not_to(meeting, "approve") or Chairs(meeting.round, at).reasons_not_to_act(by)


# One item at a time


def reasons_not_to_call(item: Item, *, by: Any, at: datetime, seen: int | None = None) -> list[str]:
    """Whoever takes the chair for the item, and for the one that is being discussed: nobody is interrupted by the other."""
    meeting = item.meeting
    if not meeting.is_open:
        return ["The meeting is not open."]
    chairs = presiding(meeting, at)
    found = chairs.reasons_not_to_act(by, item.case.application_id)
    found += reasons_it_moved_on(meeting, seen) or ITEM.reasons_not_to(item, "call")
    found += reasons_it_stands_still(item.case, "moderate")
    called = meeting.items.filter(status=ItemStatus.CALLED).select_related("case").first()
    if called is not None and not chairs.is_acting(by, called.case.application_id):
        found.append("Another item is being discussed. Whoever takes the chair for it ends it first.")
    return found


def reasons_not_to_rest(item: Item, *, by: Any, at: datetime, seen: int | None = None) -> list[str]:
    """Of ending the talk for now; the item waits again."""
    found = ITEM.reasons_not_to(item, "rest") + reasons_it_moved_on(item.meeting, seen)
    return found + reasons_not_to_preside(item.meeting, item.case, by=by, at=at)


def reasons_not_to_defer(item: Item, *, by: Any, at: datetime, why: str | None = None) -> list[str]:
    found = reasons_it_is_over(item.meeting) or ITEM.reasons_not_to(item, "defer")
    found += reasons_not_to_preside(item.meeting, item.case, by=by, at=at)
    if why is not None and is_blank(why):
        found.append("Say why it is put off.")
    return found


def reasons_not_to_decide(
    item: Item,
    *,
    by: Any,
    at: datetime,
    recommendation: str | None = None,
    said: str | None = None,
    quorum: "Quorum | None" = None,
) -> list[str]:
    """Of recording what the meeting makes of the item that is being discussed."""
    found = reasons_not_to_settle(item, by=by, at=at)
    if not item.is_called:
        return found
    found += (quorum or quorum_for(item)).reasons
    if recommendation is not None and recommendation not in Recommendation:
        found.append("Choose what the meeting makes of it.")
    if said is not None and is_blank(said):
        found.append("Write what the meeting said.")
    return found


def reasons_not_to_settle(item: Item, *, by: Any, at: datetime) -> list[str]:
    """Of deciding the item or putting it off, whoever is here: too few to decide may still put it off."""
    if ITEM.reasons_not_to(item, "decide"):
        return ["Only the item that is being discussed is decided. Call it first."]
    found = reasons_not_to_preside(item.meeting, item.case, by=by, at=at)
    return found + reasons_it_stands_still(item.case, "moderate")


@dataclass(frozen=True)
class Quorum:
    """Who is here for an item, without those who left: one member of each body at least decides."""

    present: tuple[tuple[Body, int], ...]

    @classmethod
    def of(cls, attendances: Iterable[Attendance], left: Collection[int]) -> "Quorum":
        here = [one.appointment for one in attendances if one.is_present and one.appointment_id not in left]
        return cls(tuple((body, sum(member.seat.body == body for member in here)) for body in Body))

    @property
    def is_met(self) -> bool:
        return all(number for _, number in self.present)

    @property
    def words(self) -> str:
        return ", ".join(f"{number} of {body.label}" for body, number in self.present)

    @property
    def reasons(self) -> list[str]:
        return [
            f"Nobody of {body.label} is here for this item, and one member of each body must be. It can be deferred."
            for body, number in self.present
            if not number
        ]


def quorum_for(item: Item) -> Quorum:
    attendances = item.meeting.attendances.select_related("appointment__seat")
    return Quorum.of(attendances, set(item.departures.values_list("appointment", flat=True)))


# Notes and marks


def reasons_not_to_take_notes(
    item: Item, *, by: Any, at: datetime, chairs: Chairs | None = None
) -> list[str]:
    if item.meeting.status == MeetingStatus.APPROVED:
        return ["The minutes are approved, so the notes are not changed any more."]
    if item.meeting.status == MeetingStatus.PREPARED:
        return ["The meeting is not open."]
    if not permissions.may_take_notes(by, item, chairs or presiding(item.meeting, at)):
        return ["Notes are written by whoever takes them, or by the chair of the item."]
    return []


def reasons_not_to_change_mark(
    item: Item,
    mark: Mark,
    *,
    by: Any,
    at: datetime,
    score: int | None = None,
    cannot_judge: bool = False,
    why: str | None = None,
    seen: int | None = None,
) -> list[str]:
    """A reader changes its own mark, while the meeting talks about the application. `seen` is how often it was changed."""
    found = reasons_not_to_change_marks(item, by=by, at=at)
    if mark.assessment.appointment.user_id != by.pk or mark.assessment.case_id != item.case_id:
        found.append("A mark is changed by whoever gave it.")
    if why is None:
        return found
    if seen is not None and seen != mark.changes.count():
        found.append("This mark was changed in another window since you read it. Look at it again.")
    elif score is None and not cannot_judge:
        found.append("Choose the mark as it is to be.")
    elif score is not None and not 0 <= score <= TOP:
        found.append(f"A mark lies between 0 and {TOP}.")
    elif (score, cannot_judge) == (mark.score, mark.cannot_judge):
        found.append("This is the mark that it has.")
    if is_blank(why):
        found.append("Say what in the talk changed your mind.")
    return found


def reasons_not_to_change_marks(item: Item, *, by: Any, at: datetime) -> list[str]:
    """Whatever the mark."""
    if not item.is_called or not item.meeting.is_open:
        return ["Marks are changed only while the meeting talks about the application."]
    found = reasons_it_stands_still(item.case, "moderate")
    here = item.meeting.attendances.exclude(presence=Presence.ABSENT)
    if not here.filter(appointment__user=by).exists():
        found.append("You are not noted among those who are here. Ask the chair to note it.")
    return found


# Shared


def reasons_it_is_over(meeting: Meeting) -> list[str]:
    return ["The meeting is closed."] if meeting.is_over else []


def reasons_it_moved_on(meeting: Meeting, seen: int | None) -> list[str]:
    return [MOVED_ON] if seen is not None and seen != meeting.turn else []


def reasons_not_to_preside(meeting: Meeting, *cases: Case, by: Any, at: datetime) -> list[str]:
    return presiding(meeting, at).reasons_not_to_act(by, *(case.application_id for case in cases))
