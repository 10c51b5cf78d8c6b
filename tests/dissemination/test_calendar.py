"""Events for people's own calendars."""

from datetime import UTC, datetime

from icalendar import Calendar

from grants.dissemination import actions
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY


def events_of(page):
    assert page.status_code == 200
    assert page["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(page.content).walk("VEVENT"))


def test_one_event(host, visit):
    starts_at = datetime(2026, 7, 1, 9, tzinfo=UTC)
    activity = making.event(
        host,
        title="Doors, lists; and more",
        description="Line one.\nLine two, with a long tail " + "é" * 90,
        starts_at=starts_at,
        ends_at=starts_at + DAY / 8,
    )

    page = visit(at=host.at).get(f"/events/{activity.pk}/calendar.ics")

    [event] = events_of(page)
    assert str(event["summary"]) == "Doors, lists; and more"
    assert event["dtstart"].dt == starts_at
    assert event["dtend"].dt == starts_at + DAY / 8
    assert str(event["uid"]).startswith(f"activity-{activity.pk}@")
    assert str(event["status"]) == "CONFIRMED"
    assert "Line one.\nLine two" in str(event["description"])
    assert str(event["url"]).endswith(activity.get_absolute_url())
    assert activity.place in str(event["location"])
    assert max(len(line) for line in page.content.split(b"\r\n")) <= 75
    assert page["Content-Disposition"] == f'attachment; filename="event-{activity.pk}.ics"'


def test_a_cancelled_event_takes_the_place_of_the_one_that_was_fetched(host, visit):
    activity = making.event(host)
    [before] = events_of(visit(at=host.at).get("/events/calendar.ics"))
    actions.cancel_activity(activity, why="Flood.", by=host.officer, at=host.at)

    [after] = events_of(visit(at=host.at).get("/events/calendar.ics"))

    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert str(after["status"]) == "CANCELLED"


def test_the_feed_holds_what_is_to_come_and_names_nobody(host, guest, visit):
    at = host.at
    for title, days in (("gone", -2), ("next", 2), ("later", 5)):
        activity = making.event(
            host, title=title, starts_at=at + days * DAY, ends_at=at + days * DAY + DAY / 8
        )
        make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer)

    page = visit(at=at).get("/events/calendar.ics")

    assert [str(event["summary"]) for event in events_of(page)] == ["next", "later"]
    for secret in (guest.officer.name, guest.officer.email, guest.authority.name, host.officer.email):
        assert secret not in page.content.decode()


def test_the_feed_asks_the_same_questions_for_two_events_and_for_twenty(host, visit):
    client = visit(at=host.at)
    making.event(host)
    making.event(making.holder())
    with making.counted() as few:
        client.get("/events/calendar.ics")
    for _ in range(18):
        making.event(making.holder())

    with making.counted() as many:
        page = client.get("/events/calendar.ics")

    assert len(events_of(page)) == 20
    assert many.queries == few.queries
