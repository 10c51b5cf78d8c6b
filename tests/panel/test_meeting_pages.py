"""The pages of a meeting: everybody's view follows, and tells nobody what lies behind an interest."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.applications.models import Application
from panel import agenda
from panel.actions import meetings
from panel.floor import Floor
from panel.models import Item, Mark, Meeting
from panel.rules import meetings as rules
from tests import factories as make
from tests.panel.judged import bare, judged
from tests.panel.meetings import called, everybody_here, item_of, opened, own_mark
from tests.panel.panels import facts, queries
from tests.panel.test_moderation import set_scores

pytestmark = pytest.mark.django_db


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
    meetings.take_notes(item_of(house), notes="Saved before.", seen=0, by=house.chairing, at=house.closes_at)
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


@pytest.mark.parametrize("state", ["opened", "called", "interest", "absent", "withdrawn", "closed"])
def test_the_chairs_are_offered_what_the_rules_allow(state):
    house, meeting = opened(3)
    if state == "called":
        called(house, 1)
    if state == "interest":
        make.InterestFactory(appointment=house.chair, application=house.bids[1])
        called(house, 1, by=house.vice.user)
    if state == "absent":
        everybody_here(house, meeting, absent=[house.chair])
    if state == "withdrawn":
        Application.objects.filter(pk=house.bids[0].pk).update(status="withdrawn")
    if state == "closed":
        meetings.close(meeting, by=house.chairing, at=house.closes_at)
    at = house.closes_at

    for user in (house.chairing, house.vice.user):
        floor = Floor.of(facts(meeting), user, at)
        rows = [
            {"item": item, "number": item.place}
            for item in floor.meeting.items.visible_to(user, at).for_list()
        ]
        floor.chairs_part(rows, user, at)
        for row in rows:
            item = Item.objects.for_list().get(pk=row["item"].pk)
            assert row["may_call"] == (not rules.reasons_not_to_call(item, by=user, at=at))
            assert row["may_move"] == (not rules.reasons_not_to_move(item, by=user, at=at))
            if item.status == "waiting":
                assert row["may_defer"] == (not rules.reasons_not_to_defer(item, by=user, at=at))
