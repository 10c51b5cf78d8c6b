"""Notes on what is said in a meeting, and its minutes."""

import pytest
from django.urls import reverse

from beacons.core import papers
from beacons.core.lifecycle import Refused
from beacons.core.models import Step
from panel.actions import meetings
from tests import factories as make
from tests.panel.judged import judged
from tests.panel.meetings import called, change, decided, everybody_here, item_of, opened, own_mark, prepared
from tests.panel.panels import facts
from tests.panel.test_moderation import set_scores

pytestmark = pytest.mark.django_db


# Notes


def test_notes_are_kept_and_not_written_over_unread():
    house, meeting = opened(1)
    taker = house.members[0]
    everybody_here(house, meeting, note_taker=taker)
    at = house.closes_at

    meetings.take_notes(item_of(house), notes="First.", seen=0, by=taker.user, at=at)
    with pytest.raises(meetings.NotesOvertaken):
        meetings.take_notes(item_of(house), notes="Second.", seen=0, by=house.chairing, at=at)
    meetings.take_notes(item_of(house), notes="Both.", seen=1, by=house.chairing, at=at)

    assert (item_of(house).notes, item_of(house).notes_version) == ("Both.", 2)
    taken = Step.objects.filter(step="take_notes").with_words()
    assert [step.words.why for step in taken.order_by("pk")] == ["First.", "Both."]


def test_notes_are_the_note_takers_and_the_chairs():
    house, _ = opened(1)

    with pytest.raises(Refused, match="whoever takes them"):
        meetings.take_notes(item_of(house), notes="n", seen=0, by=house.members[0].user, at=house.closes_at)


def test_approved_minutes_take_no_notes_any_more():
    house, meeting = opened(1)
    decided(house)
    at = house.closes_at
    meetings.close(meeting, by=house.chairing, at=at)
    meetings.take_notes(item_of(house), notes="Put right.", seen=0, by=house.chairing, at=at)
    meetings.approve(meeting, by=house.chairing, at=at)

    with pytest.raises(Refused, match="approved"):
        meetings.take_notes(item_of(house), notes="n", seen=1, by=house.chairing, at=at)

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
    meetings.take_notes(
        item_of(house), notes="Dr Ng: table 3.", seen=0, by=house.chairing, at=house.closes_at
    )
    change(house, *own_mark(house))
    decided(house, 0)
    meetings.defer(item_of(house, 1), why="No time left.", by=house.chairing, at=house.closes_at)
    meetings.close(meeting, by=house.chairing, at=house.closes_at)

    draft = minutes_of(visit, house.chairing, house, meeting, pressed)
    meetings.approve(meeting, by=house.chairing, at=house.closes_at)
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
