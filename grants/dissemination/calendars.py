"""Activities as iCalendar files (RFC 5545), for one event or for all that are to come. No names, no addresses."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from grants.dissemination.models import Activity


def calendar(activities: Iterable[Activity], *, at: datetime, name: str = "") -> bytes:
    """The file. A calendar that knows an event already takes the cancelled one in its stead: same UID, later SEQUENCE."""
    book = Calendar()
    book.add("prodid", "-//Beacons//Events//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    if name:
        book.add("x-wr-calname", name)
    for activity in activities:
        book.add_component(event(activity, at=at))
    return book.to_ical()


def event(activity: Activity, *, at: datetime) -> Event:
    url = settings.SITE_URL + activity.get_absolute_url()
    made = Event()
    made.add("uid", f"activity-{activity.pk}@{urlsplit(settings.SITE_URL).hostname or 'beacons'}")
    made.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    made.add("dtstart", activity.starts_at.astimezone(UTC))
    made.add("dtend", activity.ends_at.astimezone(UTC))
    made.add("summary", f"Cancelled: {activity.title}" if activity.is_cancelled else activity.title)
    made.add("location", f"{activity.place} ({activity.host})")
    made.add("description", f"{activity.description}\n\n{activity.outcome}\n{url}")
    made.add("categories", [activity.get_kind_display()])
    made.add("url", url)
    made.add("sequence", 1 if activity.is_cancelled else 0)
    made.add("status", "CANCELLED" if activity.is_cancelled else "CONFIRMED")
    return made
