"""The meeting: its agenda, who is here, one item at a time, changed marks, notes, and what it makes of each item."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from beacons.applications.models import Application
from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel import agenda
from panel.actions import ranking as rankings
from panel.models import (
    Attendance,
    Case,
    Concern,
    Departure,
    Item,
    Mark,
    MarkChange,
    Meeting,
    RankingRow,
)
from panel.reckoning import Scope
from panel.rules import meetings as rules
from panel.rules.interests import free_of_interest
from panel.statuses import CASE, ITEM, MEETING, CaseStatus, ItemStatus


class NotesOvertaken(Refused):
    """Somebody saved other notes meanwhile; `item` holds them."""

    def __init__(self, item: Item) -> None:
        super().__init__("These notes were saved in another window since you opened this page.")
        self.item = item


# The agenda


@verb
def prepare(a_round: Round, *, by: Any, at: datetime) -> Meeting:
    """Make the agenda from the ranking of all cases, what members asked for, and what an earlier meeting put off."""
    a_round = Round.objects.lock(a_round.pk)
    refuse_if(rules.reasons_not_to_prepare(a_round, by=by, at=at))
    number = (a_round.meetings.aggregate(last=Max("number"))["last"] or 0) + 1
    meeting = Meeting.objects.create(round=a_round, number=number, prepared_at=at)
    MEETING.begin(meeting, by=by, at=at)
    found = talks_of(a_round, at=at)
    Item.objects.bulk_create(
        Item(meeting=meeting, case_id=talk.row.case_id, place=place, why=talk.why)
        for place, talk in enumerate(found, start=1)
    )
    for item in meeting.items.order_by("place"):
        ITEM.begin(item, by=by, at=at)
    return meeting


def talks_of(a_round: Round, *, at: datetime) -> list[agenda.Talk]:
    """What there is to talk about, over all cases of a round: the chair's part and the vice-chair's."""
    scope = Scope.whole(a_round)
    ranking = rankings.fitting(scope, at=at)
    waiting = RankingRow.objects.filter(ranking=ranking, case__status=CaseStatus.SCORED).filter(
        case__in=Case.objects.of_round(a_round).standing().values("pk")
    )
    return agenda.talks(ranking, waiting.order_by("position"), asked_of(a_round))


def asked_of(a_round: Round) -> dict[int, list[agenda.Why]]:
    """By case, what members ask to talk about, and what an earlier meeting put off."""
    found: dict[int, list[agenda.Why]] = {}
    concerns = Concern.objects.filter(case__application__round=a_round).order_by("at", "pk")
    for case, reason in concerns.values_list("case", "reason"):
        found.setdefault(case, []).append((agenda.CONCERN, f"A member asks: {reason}"))
    put_off = Item.objects.filter(meeting__round=a_round).exclude(status=ItemStatus.DECIDED)
    for case, number in put_off.order_by("meeting__number").values_list("case", "meeting__number"):
        told = (agenda.AGAIN, f"Left over from meeting {number}.")
        found[case] = [one for one in found.get(case, []) if one[0] != agenda.AGAIN] + [told]
    return found


@verb
def add(meeting: Meeting, case: Case, *, why: str, by: Any, at: datetime) -> Item:
    """Put a further case on the agenda, last."""
    meeting = Meeting.objects.lock(meeting.pk)
    refuse_if(rules.reasons_not_to_add(meeting, case, why=why, by=by, at=at))
    return set_down(meeting, case, (agenda.ADDED, why), by=by, at=at)


@verb
def move(item: Item, *, up: bool, by: Any, at: datetime) -> Item:
    """Change places with the item before it, or after it, among those that this person may see."""
    meeting = Meeting.objects.lock(item.meeting_id)
    item = Item.objects.select_related("meeting__round", "case__application").get(pk=item.pk)
    refuse_if(rules.reasons_not_to_move(item, by=by, at=at))
    seen = meeting.items.visible_to(by, at).filter(status=ItemStatus.WAITING).exclude(pk=item.pk)
    beside = (
        seen.filter(place__lt=item.place).order_by("-place")
        if up
        else seen.filter(place__gt=item.place).order_by("place")
    ).first()
    if beside is None:
        raise Refused("It is at the end already.")
    item.place, beside.place = beside.place, item.place
    for moved in (item, beside):
        moved.save(update_fields=["place"])
        steps.note(moved, "move", by=by, at=at, place=moved.place)
    turn_over(meeting)
    return item


@verb
def ask_to_talk(case: Case, *, reason: str, by: Any, at: datetime) -> Concern:
    """A member asks that the meeting talks about a case: it goes on the agenda that stands, or on the next one."""
    # An agenda is made under the round's lock: either it finds this, or this finds it.
    Round.objects.lock(case.application.round_id)
    ahead = Meeting.objects.ahead().filter(round=case.application.round_id).first()
    meeting = None if ahead is None else Meeting.objects.lock(ahead.pk)
    case = Case.objects.lock(case.pk)
    seat = by.appointments.active(at).declared().filter(seat__round=case.application.round_id).first()
    if seat is None:
        raise Refused(*rules.reasons_not_of_the_panel(seat))
    refuse_if(rules.reasons_not_to_ask(case, by=by, at=at, reason=reason))
    concern = Concern.objects.create(case=case, appointment=seat, reason=reason, at=at)
    steps.note(concern, "ask", by=by, at=at, why=reason)
    if meeting is not None and not meeting.is_over:
        set_down(meeting, case, (agenda.CONCERN, f"A member asks: {reason}"), by=by, at=at)
    return concern


def set_down(meeting: Meeting, case: Case, why: agenda.Why, *, by: Any, at: datetime) -> Item:
    """Put a case last on the agenda, or a further reason beside one that is there."""
    item = meeting.items.filter(case=case).first()
    if item is None:
        last = meeting.items.aggregate(last=Max("place"))["last"] or 0
        item = Item.objects.create(meeting=meeting, case=case, place=last + 1, why=[why])
        ITEM.begin(item, by=by, at=at, why=why[1])
    else:
        item.why = [*item.why, why]
        item.save(update_fields=["why"])
    turn_over(meeting)
    return item


# Who is here


@verb
def note_attendance(
    meeting: Meeting, presences: Mapping[int, str], *, note_taker: int | None, by: Any, at: datetime
) -> Meeting:
    """Note of each member, by the key of its seat's holder, whether it is here; again whenever somebody comes or goes."""
    meeting = Meeting.objects.lock(meeting.pk)
    refuse_if(rules.reasons_not_to_note_attendance(meeting, by=by, at=at))
    refuse_if(rules.reasons_against_attendance(meeting, presences, note_taker, at=at))
    held = {one.appointment_id: one for one in meeting.attendances.all()}
    for appointment, presence in presences.items():
        one = held.get(appointment) or Attendance(meeting=meeting, appointment_id=appointment)
        if one.presence != presence:
            one.presence, one.noted_at = presence, at
            one.save()
            steps.note(one, "note", by=by, at=at, appointment=appointment, presence=presence)
    if meeting.note_taker_id != note_taker:
        meeting.note_taker_id = note_taker
        meeting.save(update_fields=["note_taker"])
        steps.note(meeting, "name_note_taker", by=by, at=at, appointment=note_taker)
    for item in meeting.items.filter(status=ItemStatus.CALLED).select_related("case__application"):
        note_departures(item, at=at)
    turn_over(meeting)
    return meeting


@verb
def open_meeting(meeting: Meeting, *, by: Any, at: datetime) -> Meeting:
    meeting = Meeting.objects.lock(meeting.pk)
    refuse_if(rules.reasons_not_to_open(meeting, by=by, at=at))
    MEETING.advance(meeting, "open", by=by, at=at, set_fields={"opened_at": at})
    turn_over(meeting)
    return meeting


@verb
def close(meeting: Meeting, *, by: Any, at: datetime) -> Meeting:
    """What was not decided is left over, and comes first to the next agenda."""
    meeting = Meeting.objects.lock(meeting.pk)
    refuse_if(rules.reasons_not_to_close(meeting, by=by, at=at))
    MEETING.advance(meeting, "close", by=by, at=at, set_fields={"closed_at": at})
    turn_over(meeting)
    return meeting


@verb
def approve(meeting: Meeting, *, by: Any, at: datetime) -> Meeting:
    """Approve the minutes: nothing in them changes any more."""
    meeting = Meeting.objects.lock(meeting.pk)
    refuse_if(rules.reasons_not_to_approve(meeting, by=by, at=at))
    MEETING.advance(meeting, "approve", by=by, at=at, set_fields={"approved_at": at, "approved_by": by})
    return meeting


# One item at a time


@verb
def call(item: Item, *, by: Any, at: datetime, seen: int | None = None) -> Item:
    """Put an item before the meeting; everybody's view follows. The one before waits again, if it was not decided."""
    meeting, item = locked(item)
    refuse_if(rules.reasons_not_to_call(item, by=by, at=at, seen=seen))
    for before in meeting.items.filter(status=ItemStatus.CALLED):
        ITEM.advance(before, "rest", by=by, at=at)
    first = {} if item.called_at else {"called_at": at}
    ITEM.advance(item, "call", by=by, at=at, set_fields=first)
    note_departures(item, at=at)
    turn_over(meeting)
    return item


@verb
def rest(item: Item, *, by: Any, at: datetime, seen: int | None = None) -> Item:
    """End the talk for now: between two items, or for a break."""
    meeting, item = locked(item)
    refuse_if(rules.reasons_not_to_rest(item, by=by, at=at, seen=seen))
    ITEM.advance(item, "rest", by=by, at=at)
    turn_over(meeting)
    return item


@verb
def defer(item: Item, *, why: str, by: Any, at: datetime) -> Item:
    """Put an item off: it can be called again in this meeting, and comes to the next."""
    meeting, item = locked(item)
    refuse_if(rules.reasons_not_to_defer(item, by=by, at=at, why=why))
    ITEM.advance(item, "defer", by=by, at=at, why=why, set_fields={"deferred_why": why})
    turn_over(meeting)
    return item


@verb
def decide(item: Item, *, recommendation: str, said: str, by: Any, at: datetime) -> Item:
    """Record what the meeting makes of an item. Its case is moderated with these words, and its marks stand from now on."""
    meeting, item = locked(item)
    case = Case.objects.lock(item.case_id)
    note_departures(item, at=at)
    refuse_if(rules.reasons_not_to_decide(item, by=by, at=at, recommendation=recommendation, said=said))
    ITEM.advance(
        item,
        "decide",
        by=by,
        at=at,
        why=said,
        set_fields={"recommendation": recommendation, "said": said, "decided_at": at, "decided_by": by},
    )
    CASE.advance(case, "moderate", by=by, at=at, why=said, set_fields={"moderation_note": said})
    turn_over(meeting)
    return item


def locked(item: Item) -> tuple[Meeting, Item]:
    """The meeting's row is the lock of all that happens in it."""
    meeting = Meeting.objects.lock(item.meeting_id)
    item = Item.objects.select_related("case__application__round", "meeting__round").get(pk=item.pk)
    return meeting, item


def note_departures(item: Item, *, at: datetime) -> None:
    """Those who are here and have an interest leave for this item; who left once has left."""
    here = [
        one.appointment
        for one in item.meeting.attendances.select_related("appointment__seat", "appointment__user")
        if one.is_present
    ]
    bid = Application.objects.select_related("authority").prefetch_related("partners__authority")
    free = {member.pk for member in free_of_interest(here, bid.get(pk=item.case.application_id))}
    gone = set(item.departures.values_list("appointment", flat=True))
    Departure.objects.bulk_create(
        Departure(item=item, appointment=member, at=at)
        for member in here
        if member.pk not in free and member.pk not in gone
    )


def turn_over(meeting: Meeting) -> None:
    """Everybody's view changes."""
    meeting.turn += 1
    meeting.save(update_fields=["turn"])


# Notes and marks


@verb
def take_notes(item: Item, *, notes: str, seen: int, by: Any, at: datetime) -> Item:
    """Keep what the note taker wrote. Notes that were saved in another window since are not written over."""
    _, item = locked(item)
    refuse_if(rules.reasons_not_to_take_notes(item, by=by, at=at))
    if item.notes == notes:
        return item
    if item.notes_version != seen:
        raise NotesOvertaken(item)
    item.notes, item.notes_version = notes, item.notes_version + 1
    item.save(update_fields=["notes", "notes_version"])
    steps.note(item, "take_notes", by=by, at=at, why=notes, version=item.notes_version)
    return item


@verb
def change_mark(
    item: Item,
    mark: Mark,
    *,
    score: int | None,
    cannot_judge: bool,
    why: str,
    by: Any,
    at: datetime,
    seen: int | None = None,
) -> MarkChange:
    """A reader changes its mark. The mark as it was is kept, and the fair ranking goes on resting on it."""
    _, item = locked(item)
    mark = (
        Mark.objects.select_for_update(of=("self",)).select_related("assessment__appointment").get(pk=mark.pk)
    )
    refuse_if(
        rules.reasons_not_to_change_mark(
            item, mark, by=by, at=at, score=score, cannot_judge=cannot_judge, why=why, seen=seen
        )
    )
    change = MarkChange.objects.create(
        mark=mark,
        item=item,
        number=mark.changes.count() + 1,
        old_score=mark.score,
        old_reason=mark.reason,
        new_score=score,
        why=why,
        by=by,
        at=at,
    )
    mark.score, mark.cannot_judge = score, cannot_judge
    mark.save(update_fields=["score", "cannot_judge"])
    steps.note(change, "change", by=by, at=at, why=why, was=change.old_score, now=score)
    return change
