"""A meeting in three browsers: the chair calls an item, a reader's page follows, and whoever has an interest sees nothing of it."""

import re

import pytest
from playwright.sync_api import expect

from panel.actions import meetings
from panel.models import Item, MarkChange, Meeting
from tests import factories as make
from tests.browser.hands import Keyboard
from tests.browser.people import PATIENCE, PHONE
from tests.panel.judged import judged
from tests.panel.test_moderation import set_scores

pytestmark = pytest.mark.django_db(transaction=True)


class Sitting:
    """A panel with two applications whose marks are apart, and a member with an interest in the first."""

    def __init__(self, office):
        self.house = judged(2)
        for bid in (0, 1):
            set_scores(self.house.case(bid), "value", [1, 4, 4])
        self.reader = self.house.sheets(0)[0].appointment
        readers = {sheet.appointment_id for sheet in self.house.sheets(0)}
        self.stranger = next(member for member in self.house.members if member.pk not in readers)
        make.InterestFactory(appointment=self.stranger, application=self.house.bids[0])
        office.set_clock(self.house.closes_at)

    def open(self):
        """An agenda, everybody in the room, and the meeting open."""
        facts = {"by": self.house.chairing, "at": self.house.closes_at}
        meeting = meetings.prepare(self.house.round, **facts)
        seats = [self.house.chair, self.house.vice, *self.house.members]
        meetings.note_attendance(
            meeting, {held.pk: "room" for held in seats}, note_taker=self.house.vice.pk, **facts
        )
        return meetings.open_meeting(meeting, **facts)


@pytest.fixture
def scriptless(offices):
    return offices(Keyboard)


def narrow(someone):
    """The page as it is, as narrow as a phone."""
    someone.page.set_viewport_size(PHONE)
    someone.office.look(someone.page)
    someone.page.set_viewport_size({"width": 1280, "height": 900})


def test_everybodys_page_follows_the_item_that_the_chair_calls(office):
    here = Sitting(office)
    house, first, second = here.house, here.house.reference(0), here.house.reference(1)
    meeting = here.open()
    room = f"/panel/meetings/{meeting.pk}/"
    chair = office.as_(house.chairing).goes_to(room)
    reader = office.as_(here.reader.user).goes_to(room).sees("Nothing is being discussed now")
    stranger = office.as_(here.stranger.user).goes_to(room).sees("Nothing is being discussed now")

    chair.page.get_by_role("button", name=re.compile(f"^Call {first}")).click()
    chair.sees(f"Now: item 1, {first}").looks()
    narrow(chair)

    expect(reader.page.locator("#now")).to_contain_text(first, timeout=PATIENCE)
    reader.looks()
    narrow(reader)
    expect(reader.page.locator("[data-follow]")).to_contain_text(f"Now: item 1, {first}")
    expect(stranger.page.locator("main")).to_contain_text("Please leave the room", timeout=PATIENCE)
    stranger.does_not_see(first).looks()
    narrow(stranger)

    reader.page.get_by_role("link", name="Change this mark on").last.click()
    reader.looks()
    narrow(reader)
    assert not MarkChange.objects.exists()
    reader.fills(score="3", why="Table 3 answers it.").presses("Change the mark")
    reader.sees("Changed in the meeting from")
    assert MarkChange.objects.get().why == "Table 3 answers it."

    chair.follows("Record what the meeting makes of it")
    narrow(chair)
    chair.fills(recommendation="shortlist", said="The figures hold.").presses("Record it")
    chair.page.get_by_role("button", name=f"Call item 2, {second}").click()
    expect(stranger.page.locator("#now")).to_contain_text(second, timeout=PATIENCE)
    stranger.does_not_see(first)

    downloaded = reader.page.request.get(f"{room}minutes.pdf")
    assert downloaded.status == 200
    assert downloaded.body().startswith(b"%PDF")


def test_notes_save_themselves_and_tell_when_the_meeting_moves_on(office):
    here = Sitting(office)
    house = here.house
    here.open()
    item = Item.objects.for_list().get(case=house.case(0))
    meetings.call(item, by=house.chairing, at=house.closes_at)
    taker = office.as_(house.vice.user).goes_to(f"/panel/items/{item.pk}/notes/")
    narrow(taker)

    taker.page.locator("[name=notes]").fill("Dr Ng asks about table 3.")
    expect(taker.page.locator(".app-autosave")).to_contain_text("Saved at", timeout=PATIENCE)
    meetings.rest(Item.objects.for_list().get(pk=item.pk), by=house.chairing, at=house.closes_at)

    expect(taker.page.locator("[data-follow]")).to_contain_text("The meeting has moved on", timeout=PATIENCE)
    expect(taker.page.locator("[name=notes]")).to_have_value("Dr Ng asks about table 3.")
    assert Item.objects.get(pk=item.pk).notes == "Dr Ng asks about table 3."


def test_a_meeting_is_led_by_the_keyboard_and_without_scripts(scriptless):
    here = Sitting(scriptless)
    house = here.house
    chair = scriptless.as_(house.chairing).goes_to(f"/panel/rounds/{house.round.slug}/meeting/")
    chair.presses("Make the agenda of a meeting").follows("Note who is here")
    for held in [house.chair, house.vice, *house.members]:
        chair.ticks(f"presence_{held.pk}", "room")
    chair.presses("Note who is here").presses("Open the meeting")
    chair.presses("Call item 1").sees("Now: item 1")
    reader = scriptless.as_(here.reader.user).goes_to(f"/panel/meetings/{Meeting.objects.get().pk}/")
    reader.sees("Now: item 1")
    assert reader.page.locator("noscript a[href='?still=1']").is_visible()
    chair.follows("Record what the meeting makes of it")
    chair.fills(recommendation="keep", said="The marks stand.").presses("Record it")

    chair.presses("Close the meeting").presses("Approve the minutes").sees("Minutes approved by")

    assert Item.objects.filter(status="decided", recommendation="keep").count() == 1
