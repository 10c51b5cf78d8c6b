"""What the clock writes, when, and that it writes it once."""

from datetime import timedelta

import pytest

from beacons.core import clock
from beacons.core.lifecycle import Refused
from beacons.core.models import Letter, Step
from beacons.core.workdays import add_working_days, day_in_london, noon
from grants.dissemination import actions, tasks
from grants.dissemination.models import Adoption, Booking, Practice
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, MOMENT, letters


def sweep(at):
    with clock.set_to(at):
        return tasks.sweep()


def remind_at(activity):
    return noon(add_working_days(day_in_london(activity.starts_at), -5))


def test_bookers_are_reminded_once_five_working_days_before(activity, guest):
    booking = make.BookingFactory(
        activity=activity,
        authority=guest.authority,
        booked_by=guest.officer,
        booked_at=activity.starts_at - 60 * DAY,
    )
    due = remind_at(activity)

    assert sweep(due - MOMENT) == 0
    assert sweep(due) == 1
    assert sweep(due) == sweep(due + timedelta(minutes=1)) == sweep(activity.starts_at) == 0

    assert letters("activity_reminder") == [guest.officer.email]
    booking.refresh_from_db()
    assert booking.reminded_at == due
    assert activity.when in Letter.objects.get().body


def test_after_an_outage_bookers_are_still_reminded_until_it_begins(activity, guest):
    make.BookingFactory(activity=activity, authority=guest.authority, booked_at=activity.starts_at - 60 * DAY)

    assert sweep(activity.starts_at - MOMENT) == 1
    Booking.objects.update(reminded_at=None)
    assert sweep(activity.starts_at) == 0


def test_who_books_late_has_a_receipt_and_needs_no_reminder(activity, guest):
    due = remind_at(activity)
    late = actions.book(activity, guest.authority, people=1, by=guest.officer, at=due)

    assert late.reminded_at == due
    assert sweep(due + DAY) == 0
    assert letters("activity_reminder") == []


def test_nobody_is_reminded_of_what_is_cancelled(host, activity, guest):
    off = making.event(host, starts_at=activity.starts_at)
    make.BookingFactory(activity=off, authority=guest.authority)
    make.BookingFactory(activity=activity, cancelled_at=host.at)
    actions.cancel_activity(off, why="Flood.", by=host.officer, at=host.at)

    assert sweep(remind_at(activity) + DAY) == 0


def test_practices_fall_due_on_their_day_in_london_and_their_author_is_asked(host):
    practice = making.in_library(host)
    # In summer the day begins in London an hour before it does in UTC.
    begins = noon(practice.review_on) - timedelta(hours=12)

    assert sweep(begins - MOMENT) == 0
    assert Practice.objects.get().status == "published"
    assert sweep(begins) == 1
    assert sweep(begins) == sweep(begins + 30 * DAY) == 0

    practice.refresh_from_db()
    assert practice.status == "due_for_review"
    assert letters("practice_due") == [host.officer.email]
    assert [step.by_id for step in Step.objects.of(practice).filter(step="fall_due")] == [None]


def test_after_a_renewal_it_falls_due_again_with_a_letter_of_its_own(host):
    practice = making.in_library(host)
    sweep(noon(practice.review_on))
    later = practice.review_on + timedelta(days=400)
    actions.renew(practice, review_on=later, by=make.scheme_manager(), at=noon(practice.review_on))

    assert sweep(noon(later)) == 1

    assert letters("practice_due") == [host.officer.email] * 2


def test_adopters_are_asked_at_six_and_twelve_months_and_never_again(host, guest):
    practice = making.in_library(host)
    Practice.objects.update(review_on=host.at.date() + timedelta(days=3000))
    at = host.at + 9 * DAY
    adoption = actions.record_adoption(
        practice, guest.authority, status="considering", note="Soon.", by=guest.officer, at=at
    )
    six, twelve = (noon(make_months(at, months)) for months in (6, 12))

    assert sweep(six - MOMENT) == 0
    assert sweep(six) == 1
    assert sweep(six + DAY) == 0
    assert sweep(twelve - MOMENT) == 0
    assert sweep(twelve) == 1
    assert sweep(twelve + 900 * DAY) == 0

    assert letters("adoption_question") == [guest.officer.email] * 2
    halves = [
        letter.body.split(",")[1] for letter in Letter.objects.filter(kind="adoption_question").order_by("pk")
    ]
    assert ["Half a year ago" in half or "A year ago" in half for half in halves] == [True, True]
    adoption.refresh_from_db()
    assert adoption.asked == 12


def make_months(at, months):
    from grants.dissemination.timetable import months_later

    return months_later(day_in_london(at), months)


@pytest.mark.parametrize("status", ["moved", "given_up"])
def test_what_has_come_to_its_end_is_not_asked_about(host, status):
    make.AdoptionFactory(practice=making.in_library(host), status=status, recorded_at=host.at)

    assert sweep(host.at + 300 * DAY) == 0
    with pytest.raises(Refused):
        actions.ask_adopter(Adoption.objects.get(), by=None, at=host.at + 300 * DAY)


def test_a_council_found_late_is_asked_once_for_both_dates(host):
    make.AdoptionFactory(practice=making.in_library(host), recorded_at=host.at)
    Practice.objects.update(review_on=host.at.date() + timedelta(days=3000))

    assert sweep(host.at + 500 * DAY) == 1
    assert sweep(host.at + 500 * DAY) == 0
    assert len(letters("adoption_question")) == 1


def test_an_idle_sweep_asks_three_questions_whatever_there_is(host):
    practice = making.in_library(host)
    for _ in range(5):
        make.BookingFactory(activity=making.event(host))
        make.AdoptionFactory(practice=practice)
    sweep(host.at)

    with making.counted(Booking, Practice, Adoption) as found:
        sweep(host.at)

    assert sum(found.rows.values()) == 0
    assert found.queries <= 8
