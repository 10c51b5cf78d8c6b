"""The meeting: its agenda, who is here, one item at a time, changed marks, notes and what it makes of each item."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import invariants, papers
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from panel import agenda
from panel.actions import meeting as moderating
from panel.actions import ranking, sitting
from panel.models import Attendance, Departure, Item, Mark, MarkChange, Meeting, Ranking, RankingRow
from panel.reckoning import Scope
from panel.standings import standing_of
from tests import factories as make
from tests.panel.judged import bare, judged
from tests.panel.panels import facts, queries
from tests.panel.test_meeting import set_scores

pytestmark = pytest.mark.django_db


def everybody_here(house, meeting, away=(), absent=(), note_taker=None, by=None):
    members = [house.chair, house.vice, *house.members]
    said = {
        member.pk: "absent" if member in absent else "away" if member in away else "room"
        for member in members
    }
    return sitting.note_attendance(
        meeting,
        said,
        note_taker=note_taker.pk if note_taker else None,
        by=by or house.chairing,
        at=house.closes_at,
    )


def prepared(house):
    """An agenda of all the bids whose marks are apart."""
    return sitting.prepare(house.round, by=house.chairing, at=house.closes_at)


def opened(bids=3, **fields):
    """A panel that meets about all its bids: marks are apart on each."""
    house = judged(bids, **fields)
    for bid in range(bids):
        set_scores(house.case(bid), "value", [1, 4, 4])
    meeting = prepared(house)
    everybody_here(house, meeting)
    sitting.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    return house, facts(meeting)


def item_of(house, bid=0):
    return Item.objects.for_list().get(case=house.case(bid))


def called(house, bid=0, by=None):
    return sitting.call(item_of(house, bid), by=by or house.chairing, at=house.closes_at)


def decided(house, bid=0, **facts):
    said = {"recommendation": "shortlist", "said": "Table 3 was missed.", "by": house.chairing}
    item = item_of(house, bid)
    item = item if item.is_called else called(house, bid)
    return sitting.decide(item, **{**said, **facts}, at=house.closes_at)


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
    sitting.ask_to_talk(
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

    sitting.ask_to_talk(house.case(0), reason="Year two?", by=house.members[0].user, at=house.closes_at)

    assert [kind for kind, _ in item_of(house).why] == ["apart", "concern"]
    assert facts(meeting).turn == meeting.turn + 1


def test_a_member_asks_once_and_says_why():
    house = judged(1)
    by = house.members[0].user

    with pytest.raises(Refused, match="Say why"):
        sitting.ask_to_talk(house.case(), reason=" ", by=by, at=house.closes_at)
    sitting.ask_to_talk(house.case(), reason="Why?", by=by, at=house.closes_at)
    with pytest.raises(Refused, match="You have asked"):
        sitting.ask_to_talk(house.case(), reason="Why?", by=by, at=house.closes_at)


def test_the_agenda_is_kept_whatever_becomes_of_marks():
    house, _ = opened(1)
    before = item_of(house).why

    set_scores(house.case(), "value", [4, 4, 4])

    assert item_of(house).why == before


def test_only_the_chair_makes_an_agenda_and_one_at_a_time():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])

    with pytest.raises(Refused, match="Only the chair"):
        sitting.prepare(house.round, by=house.members[0].user, at=house.closes_at)
    prepared(house)
    with pytest.raises(Refused, match="There is an agenda already"):
        prepared(house)

    assert Meeting.objects.count() == 1


def test_the_chair_adds_reorders_and_defers():
    house = judged(3)
    set_scores(house.case(0), "value", [1, 4, 4])
    meeting = prepared(house)
    by = {"by": house.chairing, "at": house.closes_at}

    sitting.add(meeting, house.case(2), why="The only one of its region.", **by)
    sitting.move(item_of(house, 2), up=True, **by)
    sitting.defer(item_of(house, 0), why="A reader is away.", **by)

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
        sitting.move(first, up=True, by=house.chairing, at=house.closes_at)


def test_what_was_left_over_comes_to_the_next_meeting():
    house, meeting = opened(2)
    decided(house, 0)
    sitting.defer(item_of(house, 1), why="No time.", by=house.chairing, at=house.closes_at)
    sitting.close(meeting, by=house.chairing, at=house.closes_at)

    again = prepared(house)

    [item] = again.items.all()
    assert (again.number, item.case_id) == (2, house.case(1).pk)
    assert ["again", "Left over from meeting 1."] in item.why


def test_what_is_on_an_agenda_is_not_moderated_beside_the_meeting():
    house = judged(2)
    sitting.ask_to_talk(house.case(0), reason="Why?", by=house.members[0].user, at=house.closes_at)
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
        sitting.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    everybody_here(house, meeting, away=[house.members[0]])
    sitting.open_meeting(meeting, by=house.chairing, at=house.closes_at)

    noted = Attendance.objects.values_list("presence", flat=True)
    assert sorted(noted) == ["away", *["room"] * 5]
    assert facts(meeting).opened_at == house.closes_at


def test_everybody_is_noted_and_nobody_else():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)

    with pytest.raises(Refused, match="of every member"):
        sitting.note_attendance(
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
        sitting.rest(item_of(house), by=house.chairing, at=house.closes_at)


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
        sitting.call(item_of(house, 1), by=house.chairing, at=house.closes_at, seen=meeting.turn)

    assert item_of(house, 1).status == "waiting"


def test_nothing_is_called_before_the_meeting_is_open_or_after():
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)
    with pytest.raises(Refused, match="not open"):
        called(house)
    everybody_here(house, meeting)
    sitting.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    sitting.close(meeting, by=house.chairing, at=house.closes_at)

    with pytest.raises(Refused, match="not open"):
        called(house)


def test_a_meeting_is_not_closed_over_an_item():
    house, meeting = opened(1)
    called(house)

    with pytest.raises(Refused, match="ended first"):
        sitting.close(meeting, by=house.chairing, at=house.closes_at)


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
    sitting.defer(item_of(house), why="No quorum.", by=house.chairing, at=house.closes_at)
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
        sitting.decide(item_of(house), recommendation="keep", said="s", by=house.chairing, at=house.closes_at)


# Changed marks


def own_mark(house, key="value", bid=0):
    sheet = house.sheets(bid)[0]
    return sheet.marks.get(criterion__key=key), sheet.appointment.user


def change(house, mark, by, score=3, **facts):
    said = {"cannot_judge": False, "why": "Table 3 answers it.", "at": house.closes_at, **facts}
    return sitting.change_mark(item_of(house), mark, score=score, by=by, **said)


def test_a_reader_changes_its_mark_with_a_reason_and_the_old_one_is_kept():
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)
    was = mark.score

    change(house, mark, by)

    kept = MarkChange.objects.get()
    assert (kept.old_score, kept.new_score, kept.why) == (was, 3, "Table 3 answers it.")
    assert facts(mark).score == 3
    assert facts(mark).reason == mark.reason


def test_a_mark_is_changed_again_and_every_one_of_them_is_kept():
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)

    change(house, mark, by, 3)
    change(house, mark, by, None, cannot_judge=True)

    assert list(MarkChange.objects.order_by("number").values_list("number", "old_score", "new_score")) == [
        (1, 1, 3),
        (2, 3, None),
    ]
    assert (facts(mark).score, facts(mark).cannot_judge) == (None, True)
    assert [told for told in invariants.broken() if "hange" in told or "Mark" in told] == []


def test_the_kept_mark_is_changed_by_nobody():
    house, _ = opened(1)
    called(house)
    change(house, *own_mark(house))

    for harm in (lambda: MarkChange.objects.update(old_score=5), lambda: MarkChange.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            harm()


@pytest.mark.parametrize(
    ("facts_of", "words"),
    [
        ({"why": " "}, "Say what in the talk"),
        ({"score": 1}, "the mark that it has"),
        ({"score": 6}, "between 0 and 5"),
        ({"seen": 1}, "changed in another window"),
    ],
)
def test_a_mark_is_not_changed_without_a_reason_or_a_change(facts_of, words):
    house, _ = opened(1)
    called(house)
    mark, by = own_mark(house)

    with pytest.raises(Refused, match=words):
        change(house, mark, by, **facts_of)

    assert facts(mark).score == mark.score
    assert not MarkChange.objects.exists()


def test_marks_change_only_while_they_are_talked_about():
    house, _ = opened(1)
    mark, by = own_mark(house)
    with pytest.raises(Refused, match="only while the meeting talks"):
        change(house, mark, by)
    decided(house)

    with pytest.raises(Refused, match="only while the meeting talks"):
        change(house, mark, by)


def test_nobody_changes_another_s_mark_nor_an_absent_one_its_own():
    house, meeting = opened(1)
    called(house)
    mark, by = own_mark(house)
    other = house.sheets()[1].appointment.user

    with pytest.raises(Refused, match="by whoever gave it"):
        change(house, mark, other)
    everybody_here(house, meeting, absent=[mark.assessment.appointment])
    with pytest.raises(Refused, match="not noted among those who are here"):
        change(house, mark, by)


def test_the_standing_takes_the_new_mark_and_calibration_the_first():
    house, _ = opened(2)
    called(house)
    before = Ranking.objects.latest("pk")
    mark, by = own_mark(house)

    change(house, mark, by, 4)

    after = ranking.fitting(Scope.whole(house.round), at=house.closes_at)
    assert after.pk != before.pk
    old, new = (found.rows.get(case=house.case()) for found in (before, after))
    assert new.shown > old.shown
    assert not new.to_discuss
    assert (new.calibrated, new.expected_rank) == (old.calibrated, old.expected_rank)
    assert standing_of(house.case()).shown == new.shown


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
        sitting.ask_to_talk(house.case(), reason="Why?", by=stranger, at=house.closes_at)


def test_a_withdrawn_bid_is_not_offered_to_be_called(visit):
    house, meeting = opened(2)
    page = f"/panel/meetings/{meeting.pk}/"
    chair = visit(house.chairing, at=house.closes_at)
    assert chair.get(page).content.decode().count("Call item") > 0

    Application.objects.update(status="withdrawn")

    assert "Call item" not in chair.get(page).content.decode()


# Notes


def test_notes_are_kept_and_not_written_over_unread():
    house, meeting = opened(1)
    taker = house.members[0]
    everybody_here(house, meeting, note_taker=taker)
    at = house.closes_at

    sitting.take_notes(item_of(house), notes="First.", seen=0, by=taker.user, at=at)
    with pytest.raises(sitting.NotesOvertaken):
        sitting.take_notes(item_of(house), notes="Second.", seen=0, by=house.chairing, at=at)
    sitting.take_notes(item_of(house), notes="Both.", seen=1, by=house.chairing, at=at)

    assert (item_of(house).notes, item_of(house).notes_version) == ("Both.", 2)
    taken = Step.objects.filter(step="take_notes").with_words()
    assert [step.words.why for step in taken.order_by("pk")] == ["First.", "Both."]


def test_notes_are_the_note_takers_and_the_chairs():
    house, _ = opened(1)

    with pytest.raises(Refused, match="whoever takes them"):
        sitting.take_notes(item_of(house), notes="n", seen=0, by=house.members[0].user, at=house.closes_at)


def test_approved_minutes_take_no_notes_any_more():
    house, meeting = opened(1)
    decided(house)
    at = house.closes_at
    sitting.close(meeting, by=house.chairing, at=at)
    sitting.take_notes(item_of(house), notes="Put right.", seen=0, by=house.chairing, at=at)
    sitting.approve(meeting, by=house.chairing, at=at)

    with pytest.raises(Refused, match="approved"):
        sitting.take_notes(item_of(house), notes="n", seen=1, by=house.chairing, at=at)

    assert facts(meeting).approved_by == house.chairing


# The minutes


@pytest.fixture
def pressed(monkeypatch):
    """What was given to the press, without making a PDF of it."""
    pages = []
    monkeypatch.setattr(papers, "press", lambda html, **_: (pages.append(html), b"%PDF-1.7")[1])
    return pages


def minutes_of(visit, user, house, meeting, pressed):
    url = reverse("meeting_minutes", args=[meeting.pk])
    assert visit(user, at=house.closes_at).get(url).status_code == 200
    return pressed.pop()


def test_the_minutes_tell_of_everything(visit, pressed):
    house, meeting = opened(2)
    make.InterestFactory(appointment=house.members[3], application=house.bids[0])
    called(house, 0)
    sitting.take_notes(item_of(house), notes="Dr Ng: table 3.", seen=0, by=house.chairing, at=house.closes_at)
    change(house, *own_mark(house))
    decided(house, 0)
    sitting.defer(item_of(house, 1), why="No time left.", by=house.chairing, at=house.closes_at)
    sitting.close(meeting, by=house.chairing, at=house.closes_at)

    draft = minutes_of(visit, house.chairing, house, meeting, pressed)
    sitting.approve(meeting, by=house.chairing, at=house.closes_at)
    final = minutes_of(visit, house.chairing, house, meeting, pressed)

    assert "Draft, not approved" in draft
    assert f"Approved by {house.chairing}" in final
    for words in (
        "marks from 1 to 4.",
        f"Left because of an interest: {house.members[3].user}",
        "Dr Ng: table 3.",
        "from 1 to 3. Table 3 answers it.",
        "Recommend it for the shortlist",
        "Table 3 was missed.",
        "Not discussed. Put off: No time left.",
        f"{house.vice.user}, Vice-chair, joint: In the room",
    ):
        assert words in final, words


def test_the_minutes_leave_out_what_their_reader_has_an_interest_in(visit, pressed):
    house, meeting = opened(2)
    member, other = house.members[0], house.members[1]
    make.InterestFactory(appointment=member, application=house.bids[0])
    decided(house, 0, said="SECRET-said")

    theirs = minutes_of(visit, member.user, house, meeting, pressed)
    others = minutes_of(visit, other.user, house, meeting, pressed)

    assert house.reference(0) not in theirs
    assert "SECRET" not in theirs
    assert "are left out" in theirs
    assert "SECRET-said" in others
    assert "1 member left because of an interest" in others
    assert f"Left because of an interest: {member.user}" not in others


def test_there_are_no_minutes_of_a_meeting_that_was_not_opened(visit):
    house = judged(1)
    set_scores(house.case(), "value", [1, 4, 4])
    meeting = prepared(house)

    page = visit(house.chairing, at=house.closes_at).get(reverse("meeting_minutes", args=[meeting.pk]))

    assert page.status_code == 404


def test_the_minutes_are_a_pdf_that_is_kept_nowhere_on_the_way(visit):
    house, meeting = opened(1)
    decided(house)

    answer = visit(house.chairing, at=house.closes_at).get(reverse("meeting_minutes", args=[meeting.pk]))

    assert answer.content.startswith(b"%PDF-1.7")
    assert answer["Content-Disposition"] == f'inline; filename="{house.round.slug}-minutes-1-draft.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


# Pages


def room(meeting):
    return reverse("meeting_room", args=[meeting.pk])


def test_everybodys_view_shows_the_item_that_is_called(visit):
    house, meeting = opened(2)
    browser = visit(house.members[0].user, at=house.closes_at)
    before = browser.get(room(meeting)).content.decode()
    called(house, 1)

    page = browser.get(room(meeting)).content.decode()

    assert "Nothing is being discussed now" in before
    assert f"{house.reference(1)} {house.bids[1].authority}" in page[page.index('id="now"') :]
    assert 'http-equiv="refresh"' in page
    assert 'http-equiv="refresh"' not in browser.get(room(meeting) + "?still=1").content.decode()


def test_who_has_an_interest_is_asked_to_leave_and_told_nothing(visit):
    house, meeting = opened(3)
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[0])
    called(house, 0)
    browser = visit(member.user, at=house.closes_at)

    page = browser.get(room(meeting)).content.decode()

    assert "Please leave the room" in page
    assert house.reference(0) not in page
    assert house.bids[0].title not in page
    for name in ("item_notes", "item_defer", "item_decide"):
        assert browser.get(reverse(name, args=[item_of(house, 0).pk])).status_code == 404
    # Numbers have no gap that would tell of it.
    assert [row["number"] for row in browser.get(room(meeting)).context["rows"]] == [1, 2]


def test_members_are_not_told_who_left(visit):
    house, meeting = opened(1)
    make.InterestFactory(appointment=house.members[0], application=house.bids[0])
    called(house, 0)

    member = visit(house.members[1].user, at=house.closes_at).get(room(meeting)).content.decode()
    chair = visit(house.chairing, at=house.closes_at).get(room(meeting)).content.decode()

    assert "1 member left for this item" in member
    assert "Left for this item" not in member
    assert f"Asked to leave: {house.members[0].user}" in chair


def test_a_change_is_asked_for_in_three_queries_and_answered_with_nothing_new(visit):
    house, meeting = opened(2)
    browser = visit(house.members[0].user, at=house.closes_at)
    url = reverse("meeting_now", args=[meeting.pk])
    first = browser.get(url)

    same = browser.get(url, headers={"if-none-match": first["ETag"]})
    taken = queries(browser, url)
    called(house)
    other = browser.get(url, headers={"if-none-match": first["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, other.json()) == (200, {"turn": first.json()["turn"] + 1})
    assert len(taken) <= 3


def test_the_page_of_the_meeting_is_the_same_whatever_lies_behind_an_interest(visit):
    house, meeting = opened(3)
    member = house.members[0]
    make.InterestFactory(appointment=member, application=house.bids[0])
    called(house, 0)
    browser = visit(member.user, at=house.closes_at)
    pages = set()
    for score, notes, told in ((0, "", "Apart."), (5, "SECRET", "SECRET")):
        Mark.objects.filter(assessment__case=house.case(0)).update(score=score)
        Item.objects.filter(case=house.case(0)).update(notes=notes, why=[["gate", told]])
        make.ConcernFactory(case=house.case(0), appointment=house.members[1 + (score == 5)])
        pages.add(
            (
                bare(browser.get(room(meeting))),
                bare(browser.get(reverse("meeting_now", args=[meeting.pk]))),
                bare(browser.get(reverse("meeting_detail", args=[house.round.slug]))),
            )
        )

    assert len(pages) == 1


def test_what_the_line_says_is_not_told_where_a_bid_is_hidden():
    house, _ = opened(2)
    item = item_of(house)
    item.why = [[agenda.ZONE, agenda.TOO_CLOSE]]

    assert agenda.shown(item, sees_all=True) == [agenda.TOO_CLOSE]
    assert agenda.shown(item, sees_all=False) == [agenda.SET_DOWN]


def test_the_chair_leads_the_meeting_on_its_pages(visit):
    house = judged(2)
    set_scores(house.case(0), "value", [1, 4, 4])
    browser = visit(house.chairing, at=house.closes_at)

    browser.post(reverse("meeting_prepare", args=[house.round.slug]))
    meeting = Meeting.objects.get()
    browser.post(
        reverse("item_add", args=[meeting.pk]), {"case": str(house.case(1).pk), "why": "It is the only one."}
    )
    seats = [house.chair, house.vice, *house.members]
    browser.post(
        reverse("attendance_edit", args=[meeting.pk]),
        {f"presence_{held.pk}": "room" for held in seats} | {"note_taker": str(house.vice.pk)},
    )
    browser.post(reverse("meeting_open", args=[meeting.pk]))
    browser.post(reverse("item_call", args=[item_of(house, 0).pk]), {"seen": facts(meeting).turn})
    browser.post(
        reverse("item_decide", args=[item_of(house, 0).pk]),
        {"recommendation": "leave_out", "said": "Too thin."},
    )
    browser.post(reverse("item_call", args=[item_of(house, 1).pk]), {"seen": facts(meeting).turn})
    browser.post(
        reverse("item_decide", args=[item_of(house, 1).pk]), {"recommendation": "again", "said": "Ask first."}
    )
    browser.post(reverse("meeting_close", args=[meeting.pk]))
    browser.post(reverse("minutes_approve", args=[meeting.pk]))

    assert (item_of(house, 0).recommendation, item_of(house, 1).status) == ("leave_out", "deferred")
    assert facts(meeting).status == "approved"
    assert facts(meeting).note_taker == house.vice


def test_members_do_not_lead_it(visit):
    house, meeting = opened(1)
    browser = visit(house.members[0].user, at=house.closes_at)
    acts = [reverse(name, args=[meeting.pk]) for name in ("meeting_open", "meeting_close", "minutes_approve", "item_add", "attendance_edit")]  # fmt: skip
    acts += [reverse(name, args=[item_of(house).pk]) for name in ("item_call", "item_rest", "item_move", "item_defer", "item_decide", "item_notes")]  # fmt: skip

    assert {browser.post(url, {}).status_code for url in acts} == {403}
    assert item_of(house).status == "waiting"


def test_a_reader_changes_a_mark_on_the_page_and_everybody_reads_both(visit):
    house, meeting = opened(1)
    called(house)
    mark, by = own_mark(house)
    browser = visit(by, at=house.closes_at)
    url = reverse("mark_change", args=[item_of(house).pk, mark.pk])

    assert url in browser.get(room(meeting)).content.decode()
    refused = browser.post(url, {"score": "3", "why": "", "seen": "0"})
    browser.post(url, {"score": "3", "why": "Table 3 answers it.", "seen": "0"})

    assert "Answer “What in the talk changed your mind?”" in refused.content.decode()
    other = visit(house.sheets()[1].appointment.user, at=house.closes_at).get(room(meeting)).content.decode()
    assert "Changed in the meeting from 1 to 3:" in other
    assert "Table 3 answers it." in other
    assert visit(house.chairing, at=house.closes_at).get(url).status_code == 404


def test_notes_are_saved_while_they_are_typed(visit):
    house, meeting = opened(1)
    taker = house.members[0]
    everybody_here(house, meeting, note_taker=taker)
    called(house)
    browser = visit(taker.user, at=house.closes_at)
    item = item_of(house)
    page = browser.get(reverse("item_notes", args=[item.pk]))
    url = reverse("item_notes_autosave", args=[item.pk])

    kept = browser.post(url, {"notes": "Dr Ng: table 3.", "seen": "0", "turn": "1"}).json()
    late = browser.post(url, {"notes": "Another.", "seen": "0", "turn": "1"}).json()

    assert f'data-autosave="{url}"' in page.content.decode()
    assert (kept["versions"], kept["problems"], kept["overtaken"]) == ({"seen": 1}, {}, {})
    assert late["overtaken"] == {"notes": "Somebody saved other notes meanwhile."}
    assert item_of(house).notes == "Dr Ng: table 3."


def test_notes_of_two_windows_are_shown_beside_each_other(visit):
    house, _ = opened(1)
    sitting.take_notes(item_of(house), notes="Saved before.", seen=0, by=house.chairing, at=house.closes_at)
    browser = visit(house.chairing, at=house.closes_at)
    url = reverse("item_notes", args=[item_of(house).pk])

    page = browser.post(url, {"notes": "My own text.", "seen": "0"}).content.decode()
    again = browser.post(url, {"notes": "Both texts.", "seen": "1"})

    assert "Saved before." in page
    assert "My own text." in page
    assert again.status_code == 302
    assert item_of(house).notes == "Both texts."


@pytest.mark.parametrize("who", ["member", "chair"])
def test_the_page_of_the_meeting_takes_the_same_queries_for_three_items_and_for_twenty(who, visit):
    counts = []
    for bids in (3, 20):
        house, meeting = opened(bids)
        called(house)
        user = house.chairing if who == "chair" else house.members[0].user
        browser = visit(user, at=house.closes_at + timedelta(minutes=1))
        browser.get(room(meeting))
        counts.append(len(queries(browser, room(meeting))))

    assert counts[0] == counts[1]
    assert counts[1] <= 19
