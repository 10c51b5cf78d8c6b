"""The meeting: its agenda, who is here, one item at a time, and what it makes of each item."""

import pytest
from django.db import IntegrityError, transaction

from beacons.applications.models import Application
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from panel import agenda
from panel.actions import meetings
from panel.actions import moderation as moderating
from panel.models import Attendance, Departure, Item, Meeting, RankingRow
from tests import factories as make
from tests.panel.judged import judged
from tests.panel.meetings import called, decided, everybody_here, item_of, opened, prepared
from tests.panel.panels import facts
from tests.panel.test_moderation import set_scores

pytestmark = pytest.mark.django_db


# The agenda


def test_the_agenda_names_marks_apart_and_means_too_low_the_gravest_first():
    house = judged(3, scores=(4, 4, 4))
    set_scores(house.case(1), "value", [1, 4, 4])
    set_scores(house.case(2), "outcomes", [1, 2, 2])

    meeting = prepared(house)

    kept = [(item.case_id, [kind for kind, _ in item.why]) for item in meeting.items.order_by("place")]
    assert kept == [(house.case(2).pk, ["gate"]), (house.case(1).pk, ["apart"])]
    value = house.round.criteria.get(key="value")
    assert meeting.items.get(case=house.case(1)).why[0][1] == f"{value.name}: marks from 1 to 4."


def test_the_agenda_names_what_is_too_close_to_the_line():
    house = judged(4, scores=(5, 4, 4, 1), pot=200_000)
    set_scores(house.case(0), "value", [5, 4, 5])

    meeting = prepared(house)

    zone = RankingRow.objects.filter(zone="within").values_list("case", flat=True)
    named = {item.case_id for item in meeting.items.all() if agenda.ZONE in dict(item.why)}
    assert named == set(zone)
    assert named


def test_the_agenda_names_what_members_ask_for():
    house = judged(2)
    meetings.ask_to_talk(
        house.case(1), reason="Year two is missing.", by=house.members[0].user, at=house.closes_at
    )

    meeting = prepared(house)

    [item] = meeting.items.all()
    assert (item.case_id, item.why) == (
        house.case(1).pk,
        [["concern", "A member asks: Year two is missing."]],
    )


def test_what_a_member_asks_goes_on_the_agenda_that_stands():
    house, meeting = opened(1)

    meetings.ask_to_talk(house.case(0), reason="Year two?", by=house.members[0].user, at=house.closes_at)

    assert [kind for kind, _ in item_of(house).why] == ["apart", "concern"]
    assert facts(meeting).turn == meeting.turn + 1


def test_a_member_asks_once_and_says_why():
    house = judged(1)
    by = house.members[0].user

    with pytest.raises(Refused, match="Say why"):
        meetings.ask_to_talk(house.case(), reason=" ", by=by, at=house.closes_at)
    meetings.ask_to_talk(house.case(), reason="Why?", by=by, at=house.closes_at)
    with pytest.raises(Refused, match="You have asked"):
        meetings.ask_to_talk(house.case(), reason="Why?", by=by, at=house.closes_at)


def test_the_agenda_is_kept_whatever_becomes_of_marks():
    house, _ = opened(1)
    before = item_of(house).why

    set_scores(house.case(), "value", [4, 4, 4])

    assert item_of(house).why == before


def test_only_the_chair_makes_an_agenda_and_one_at_a_time():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])

    with pytest.raises(Refused, match="Only the chair"):
        meetings.prepare(house.round, by=house.members[0].user, at=house.closes_at)
    prepared(house)
    with pytest.raises(Refused, match="There is an agenda already"):
        prepared(house)

    assert Meeting.objects.count() == 1


def test_the_chair_adds_reorders_and_defers():
    house = judged(3)
    set_scores(house.case(0), "value", [1, 4, 4])
    meeting = prepared(house)
    by = {"by": house.chairing, "at": house.closes_at}

    meetings.add(meeting, house.case(2), why="The only one of its region.", **by)
    meetings.move(item_of(house, 2), up=True, **by)
    meetings.defer(item_of(house, 0), why="A reader is away.", **by)

    kept = list(meeting.items.order_by("place").values_list("case", "status", "deferred_why"))
    assert kept == [
        (house.case(2).pk, "waiting", ""),
        (house.case(0).pk, "deferred", "A reader is away."),
    ]
    assert Step.objects.filter(step="move").count() == 2


def test_what_is_at_the_end_moves_no_further():
    house, _ = opened(2)
    first = Item.objects.for_list().order_by("place").first()

    with pytest.raises(Refused, match="at the end"):
        meetings.move(first, up=True, by=house.chairing, at=house.closes_at)


def test_what_was_left_over_comes_to_the_next_meeting():
    house, meeting = opened(2)
    decided(house, 0)
    meetings.defer(item_of(house, 1), why="No time.", by=house.chairing, at=house.closes_at)
    meetings.close(meeting, by=house.chairing, at=house.closes_at)

    again = prepared(house)

    [item] = again.items.all()
    assert (again.number, item.case_id) == (2, house.case(1).pk)
    assert ["again", "Left over from meeting 1."] in item.why


def test_what_is_on_an_agenda_is_not_moderated_beside_the_meeting():
    house = judged(2)
    meetings.ask_to_talk(house.case(0), reason="Why?", by=house.members[0].user, at=house.closes_at)
    prepared(house)

    with pytest.raises(Refused, match="on the agenda of a meeting"):
        moderating.moderate(house.case(0), note="n", by=house.chairing, at=house.closes_at)
    accepted = moderating.accept_marks(house.round, by=house.chairing, at=house.closes_at)

    assert [case.pk for case in accepted] == [house.case(1).pk]


# Who is here


def test_a_meeting_opens_when_it_is_noted_who_is_here():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)

    with pytest.raises(Refused, match="Note first who is here"):
        meetings.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    everybody_here(house, meeting, away=[house.members[0]])
    meetings.open_meeting(meeting, by=house.chairing, at=house.closes_at)

    noted = Attendance.objects.values_list("presence", flat=True)
    assert sorted(noted) == ["away", *["room"] * 5]
    assert facts(meeting).opened_at == house.closes_at


def test_everybody_is_noted_and_nobody_else():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)

    with pytest.raises(Refused, match="of every member"):
        meetings.note_attendance(
            meeting, {house.chair.pk: "room"}, note_taker=None, by=house.chairing, at=house.closes_at
        )

    assert not Attendance.objects.exists()


def test_who_takes_the_notes_is_here():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)
    away = house.members[0]

    with pytest.raises(Refused, match="takes the notes must be here"):
        everybody_here(house, meeting, absent=[away], note_taker=away)


def test_the_vice_chair_takes_the_chair_where_the_chair_is_absent():
    house, meeting = opened(1)

    with pytest.raises(Refused, match="Only the chair"):
        called(house, by=house.vice.user)
    everybody_here(house, meeting, absent=[house.chair], by=house.vice.user)
    called(house, by=house.vice.user)

    assert item_of(house).status == "called"
    with pytest.raises(Refused, match="Only the chair"):
        meetings.rest(item_of(house), by=house.chairing, at=house.closes_at)


def test_the_vice_chair_calls_what_the_chair_has_an_interest_in():
    house, _ = opened(2)
    make.InterestFactory(appointment=house.chair, application=house.bids[1])

    with pytest.raises(Refused, match="Only the chair"):
        called(house, 1)
    called(house, 1, by=house.vice.user)

    with pytest.raises(Refused, match="Whoever takes the chair for it ends it first"):
        called(house, 0)
    assert item_of(house, 0).status == "waiting"


# One item at a time


def test_calling_an_item_ends_the_one_before():
    house, meeting = opened(2)

    called(house, 0)
    called(house, 1)

    assert (item_of(house, 0).status, item_of(house, 1).status) == ("waiting", "called")
    assert facts(meeting).turn == meeting.turn + 2


def test_the_database_keeps_two_items_from_being_discussed_at_once():
    house, _ = opened(2)
    called(house, 0)

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(case=house.case(1)).update(status="called")


def test_who_read_an_old_page_calls_nothing():
    house, meeting = opened(2)
    called(house, 0)

    with pytest.raises(Refused, match="moved on"):
        meetings.call(item_of(house, 1), by=house.chairing, at=house.closes_at, seen=meeting.turn)

    assert item_of(house, 1).status == "waiting"


def test_nothing_is_called_before_the_meeting_is_open_or_after():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)
    with pytest.raises(Refused, match="not open"):
        called(house)
    everybody_here(house, meeting)
    meetings.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    meetings.close(meeting, by=house.chairing, at=house.closes_at)

    with pytest.raises(Refused, match="not open"):
        called(house)


def test_a_meeting_is_not_closed_over_an_item():
    house, meeting = opened(1)
    called(house)

    with pytest.raises(Refused, match="ended first"):
        meetings.close(meeting, by=house.chairing, at=house.closes_at)


def test_who_has_an_interest_leaves_and_it_is_recorded():
    house, _ = opened(2)
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[0])

    called(house, 0)

    assert list(Departure.objects.values_list("item", "appointment")) == [(item_of(house, 0).pk, member.pk)]
    called(house, 1)
    called(house, 0)
    assert Departure.objects.count() == 1


def test_an_absent_member_leaves_no_room():
    house, meeting = opened(1)
    make.InterestFactory(appointment=house.members[0], application=house.bids[0])
    everybody_here(house, meeting, absent=[house.members[0]])

    called(house)

    assert not Departure.objects.exists()


def test_an_interest_by_office_leaves_too():
    house, _ = opened(1)
    make.MembershipFactory(user=house.members[0].user, role="drafter", authority=house.bids[0].authority)

    called(house)

    assert Departure.objects.get().appointment == house.members[0]


# What the meeting makes of it


def test_a_decision_is_recorded_and_the_case_is_moderated():
    house, _ = opened(1)

    item = decided(house)

    assert (facts(item).status, facts(item).recommendation) == ("decided", "shortlist")
    assert (house.case().status, house.case().moderation_note) == ("moderated", "Table 3 was missed.")
    assert (facts(item).decided_by, facts(item).decided_at) == (house.chairing, house.closes_at)


def test_it_says_what_was_said():
    house, _ = opened(1)

    with pytest.raises(Refused, match="Write what the meeting said"):
        decided(house, said=" ")

    assert house.case().status == "scored"


@pytest.mark.parametrize("body", ["clg", "lga"])
def test_one_member_of_each_body_must_be_here(body):
    house, meeting = opened(1)
    gone = [member for member in house.members if member.seat.body == body]
    everybody_here(house, meeting, absent=gone)

    with pytest.raises(Refused, match="one member of each body must be"):
        decided(house)

    assert house.case().status == "scored"
    meetings.defer(item_of(house), why="No quorum.", by=house.chairing, at=house.closes_at)
    assert item_of(house).status == "deferred"


def test_those_who_left_count_for_no_quorum():
    house, _ = opened(1)
    for member in house.members:
        if member.seat.body == "lga":
            make.InterestFactory(appointment=member, application=house.bids[0])

    with pytest.raises(Refused, match="one member of each body must be"):
        decided(house)


def test_only_what_is_discussed_is_decided():
    house, _ = opened(1)

    with pytest.raises(Refused, match="Call it first"):
        meetings.decide(
            item_of(house), recommendation="keep", said="s", by=house.chairing, at=house.closes_at
        )


@pytest.mark.parametrize("recommendation", ["", "maybe"])
def test_an_item_is_decided_by_one_of_the_recommendations(recommendation):
    house, _ = opened(1)

    with pytest.raises(Refused, match="Choose what the meeting makes of it"):
        decided(house, recommendation=recommendation)

    assert (item_of(house).status, house.case().status) == ("called", "scored")


def test_who_has_not_declared_does_not_ask_to_talk():
    house = judged(1)
    stranger = make.seated(house.round, body="clg", declared_at=None).user

    with pytest.raises(Refused, match="Only members of this panel who have declared"):
        meetings.ask_to_talk(house.case(), reason="Why?", by=stranger, at=house.closes_at)


def test_a_withdrawn_bid_is_not_offered_to_be_called(visit):
    house, meeting = opened(2)
    page = f"/panel/meetings/{meeting.pk}/"
    chair = visit(house.chairing, at=house.closes_at)
    assert chair.get(page).content.decode().count("Call item") > 0

    Application.objects.update(status="withdrawn")

    assert "Call item" not in chair.get(page).content.decode()
