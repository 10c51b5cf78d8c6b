"""A holder plans an event, tells its cohort, calls it off; everybody can read about it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from grants.dissemination import actions, rules
from grants.dissemination.models import Activity
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, MOMENT, letters, text

FACTS = {
    "kind": "open_day",
    "title": "An afternoon in the youth centre",
    "description": "See how it is done, and ask those who do it.",
    "place": "Youth centre, High Street",
    "places": 30,
}


def plan(host, *, starts_at, ends_at, at=None, **facts):
    return actions.plan_activity(
        host.grant,
        **{**FACTS, **facts},
        starts_at=starts_at,
        ends_at=ends_at,
        by=host.officer,
        at=at or host.at,
    )


# Planning


def test_planning_invites_the_officers_of_the_cohort_and_its_districts(host):
    county = making.guest(host)
    district = making.guest(host, signed_up=False, county=county.authority)
    making.guest(host, signed_up=False)
    make.certifier(county.authority)
    gone = make.drafter(county.authority)
    gone.memberships.update(ended_at=host.at)
    starts_at = host.at + 30 * DAY

    activity = plan(host, starts_at=starts_at, ends_at=starts_at + DAY / 6)

    assert letters("activity_invitation") == sorted([county.officer.email, district.officer.email])
    letter = Letter.objects.filter(kind="activity_invitation").first()
    assert activity.title in letter.subject
    assert activity.get_absolute_url() in letter.body
    assert [step.step for step in Step.objects.of(activity)] == ["begin"]


def test_a_form_sent_twice_plans_one_event_and_invites_once(host):
    making.guest(host)
    starts_at = host.at + 30 * DAY
    plan(host, starts_at=starts_at, ends_at=starts_at + DAY / 6)

    with pytest.raises(Refused, match="planned for this time already"):
        plan(host, starts_at=starts_at, ends_at=starts_at + DAY / 6)

    assert Activity.objects.count() == 1
    assert Letter.objects.filter(kind="activity_invitation").count() == 1


def test_an_event_starts_in_the_future_and_ends_within_the_round(host):
    closes_at = make.closing(host.round, "close")

    assert rules.reasons_not_to_plan(host.grant, starts_at=host.at, ends_at=host.at + DAY, at=host.at) == [
        "The activity must start in the future."
    ]
    assert rules.reasons_not_to_plan(
        host.grant, starts_at=host.at + MOMENT, ends_at=host.at + 2 * MOMENT, at=host.at
    ) == []  # fmt: skip
    assert rules.reasons_not_to_plan(host.grant, starts_at=host.at + DAY, ends_at=closes_at, at=host.at) == []
    [late] = rules.reasons_not_to_plan(
        host.grant, starts_at=host.at + DAY, ends_at=closes_at + MOMENT, at=host.at
    )
    assert late.startswith("The round ends at noon on ")


def test_nothing_is_planned_once_the_round_is_over(host):
    closes_at = make.closing(host.round, "close")

    assert rules.reasons_not_to_plan(host.grant, at=closes_at - MOMENT) == []
    assert rules.reasons_not_to_plan(host.grant, at=closes_at) != []


@pytest.mark.parametrize("status", ["drafted", "offered", "accepted", "reported", "closed", "stopped"])
def test_only_a_grant_at_work_plans(host, status):
    type(host.grant).objects.update(status=status)
    host.grant.refresh_from_db()

    with pytest.raises(Refused, match="once the agreement is signed by all"):
        plan(host, starts_at=host.at + DAY, ends_at=host.at + 2 * DAY)

    assert not Activity.objects.exists()


def test_the_form_plans_at_the_times_of_londons_clocks(host, visit):
    client = visit(host.officer, at=host.at)
    typed = {
        "kind": "workshop",
        "title": "How we found them",
        "description": "For those who run youth services.",
        "day": "2026-7-1",
        "begins": "10am",
        "ends": "15:30",
        "place": "Town hall",
        "places": "25",
    }

    page = client.post(f"/grants/{host.grant.reference}/events/new/", typed)

    activity = Activity.objects.get()
    assert page.url == activity.get_absolute_url()
    assert activity.when == "10am to 3:30pm on 1 July 2026"
    assert activity.starts_at.hour == 9
    assert (activity.kind, activity.places, activity.planned_by) == ("workshop", 25, host.officer)


def test_what_was_typed_is_kept_with_every_reason(host, visit):
    client = visit(host.officer, at=host.at)
    typed = {
        "kind": "workshop",
        "title": "How we found them",
        "description": "For those who run youth services.",
        "day": "2030-7-1",
        "begins": "10am",
        "ends": "9am",
        "place": "Town hall",
        "places": "0",
    }
    url = f"/grants/{host.grant.reference}/events/new/"

    page = client.post(url, typed)

    assert "How we found them" in text(page)
    assert "Ends at must be later than the time it begins" in text(page)
    assert "Places for people must be 1 or more" in text(page)

    page = client.post(url, {**typed, "ends": "11am", "places": "5"})

    assert "The round ends at noon on" in text(page)
    assert "How we found them" in text(page)
    assert not Activity.objects.exists()


def test_a_secondment_may_go_on_for_days(host, visit):
    typed = {
        "kind": "secondment",
        "title": "Ten days with us",
        "description": "For one manager.",
        "day": "2026-7-6",
        "begins": "9am",
        "ends": "5pm",
        "last_day": "2026-7-17",
        "place": "Town hall",
        "places": "1",
    }

    visit(host.officer, at=host.at).post(f"/grants/{host.grant.reference}/events/new/", typed)

    assert Activity.objects.get().when == "9am on 6 July 2026 to 5pm on 17 July 2026"


# Calling it off


def test_cancelling_tells_everybody_who_booked(host, activity, guest):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer)
    make.BookingFactory(activity=activity, cancelled_at=host.at)

    actions.cancel_activity(
        activity, why="The roof fell in.", by=host.officer, at=activity.starts_at - MOMENT
    )

    activity.refresh_from_db()
    assert activity.status == "cancelled"
    assert letters("activity_cancelled") == [booking.booked_by.email]
    assert "The roof fell in." in Letter.objects.get(kind="activity_cancelled").body


def test_it_is_called_off_before_it_begins_and_with_a_reason(activity):
    assert rules.reasons_not_to_cancel(activity, at=activity.starts_at - MOMENT) == []
    assert rules.reasons_not_to_cancel(activity, at=activity.starts_at) != []
    assert rules.reasons_not_to_cancel(activity, why="\u200b ", at=activity.starts_at - DAY) != []


def test_the_page_says_why_it_was_cancelled_and_the_form_keeps_a_blank_reason_out(host, activity, visit):
    client = visit(host.officer, at=activity.starts_at - DAY)
    url = f"/events/{activity.pk}/cancel/"

    assert client.post(url, {"why": ""}).status_code == 200
    assert client.post(url, {"why": "The roof fell in."}).url == activity.get_absolute_url()

    page = visit(at=activity.starts_at - DAY).get(activity.get_absolute_url())
    assert "This event is cancelled. The roof fell in." in text(page)


# Reading about it


def test_the_public_sees_councils_counted_and_nobody_named(host, activity, guest, visit):
    make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer, people=3)
    make.BookingFactory(activity=activity, people=2)

    page = visit(at=activity.starts_at - DAY).get(activity.get_absolute_url())

    assert page.context["activity"].councils == 2
    assert page.context["activity"].left == activity.places - 5
    for secret in (guest.authority.name, guest.officer.name, guest.officer.email, host.officer.name):
        assert secret not in page.content.decode()


def test_after_the_day_the_public_sees_how_many_came(host, activity, guest, visit):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, people=3)
    absent = make.BookingFactory(activity=activity)
    over = activity.ends_at
    actions.record_attendance(
        activity, {booking.pk: 2, absent.pk: 0}, note="The room was cold.", by=host.officer, at=over
    )
    actions.tell_change(booking, text="We will ask too.", by=guest.officer, at=over + DAY)

    page = visit(at=over + 2 * DAY).get(activity.get_absolute_url())

    shown = page.context["activity"]
    assert (shown.councils_came, shown.people_came, shown.changes) == (1, 2, 1)
    assert "The room was cold." not in text(page)
    assert "We will ask too." not in text(page)


def test_the_list_shows_what_is_to_come_and_the_past_on_request(host, visit):
    at = host.at
    names = {
        name: making.event(host, title=name, starts_at=at + days, ends_at=at + days + timedelta(hours=2)).pk
        for name, days in {"gone": -9 * DAY, "running": -DAY / 24, "later": 9 * DAY, "next": 2 * DAY}.items()
    }
    cancelled = making.event(host, title="off", starts_at=at + 3 * DAY, status="cancelled")
    client = visit(at=at)

    def shown(query=""):
        return [activity.pk for activity in client.get(f"/events/{query}").context["page_obj"]]

    coming = [names["running"], names["next"], names["later"]]
    assert shown() == coming
    assert shown("?kind=&region=") == coming
    assert shown("?when=past") == [names["gone"]]
    assert shown("?when=all") == [
        names["gone"],
        names["running"],
        names["next"],
        cancelled.pk,
        names["later"],
    ]
    assert shown("?when=nonsense") == []


def test_the_list_is_filtered_by_outcome_kind_and_region(host, visit):
    other = making.holder()
    first = making.event(host, kind="visit")
    second = making.event(other, kind="workshop")
    client = visit(at=host.at)

    def shown(query):
        return [activity.pk for activity in client.get(f"/events/?{query}").context["page_obj"]]

    assert shown(f"outcome={host.outcome.pk}") == [first.pk]
    assert shown("kind=workshop") == [second.pk]
    assert shown(f"region={other.authority.region_id}") == [second.pk]
    assert shown(f"region={other.authority.region_id}&kind=visit") == []


def test_a_council_finds_its_own_events_and_bookings(host, guest, visit):
    held, other = making.event(host), making.event(making.holder())
    make.BookingFactory(activity=other, authority=host.authority)
    make.BookingFactory(activity=other, authority=guest.authority, cancelled_at=host.at)

    def shown(user, query):
        return [a.pk for a in visit(user, at=host.at).get(f"/events/?{query}").context["page_obj"]]

    assert shown(host.officer, "mine=hosted") == [held.pk]
    assert shown(host.officer, "mine=booked") == [other.pk]
    assert shown(guest.officer, "mine=booked") == []
    assert shown(None, "mine=booked") == [held.pk, other.pk]


def test_an_event_ends_after_it_starts_in_the_database_too(activity):
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(ends_at=activity.starts_at)
