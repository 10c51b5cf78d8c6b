"""Each promise of the room, kept by what people do and found when it is broken behind their backs."""

import pytest

from grants.dissemination import actions, invariants
from grants.dissemination.models import Activity, Adoption, Practice
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY

ALL = (
    invariants.bookings_fit_the_places,
    invariants.nobody_attends_what_was_not_held,
    invariants.of_what_was_held_every_booking_is_answered,
    invariants.no_host_books_its_own_event,
    invariants.what_is_in_the_library_was_published,
    invariants.what_is_in_the_library_has_a_review_date,
    invariants.a_practice_belongs_to_its_grant,
    invariants.nobody_adopts_its_own_practice,
)


def broken():
    return {ask.__name__ for ask in ALL if list(ask())}


@pytest.fixture
def house(host, guest):
    """An event that was held, a booking given back, a practice in the library and an adoption."""
    practice = making.in_library(host)
    activity = making.event(host)
    at = activity.starts_at - DAY
    booking = actions.book(activity, guest.authority, people=2, by=guest.officer, at=at)
    other = making.guest(host)
    gone = actions.book(activity, other.authority, people=9, by=other.officer, at=at)
    actions.cancel_booking(gone, by=other.officer, at=at)
    actions.record_attendance(activity, {booking.pk: 1}, note="", by=host.officer, at=activity.ends_at)
    actions.tell_change(booking, text="Much.", by=guest.officer, at=activity.ends_at)
    actions.record_adoption(
        practice, guest.authority, status="changed", note="Done.", by=guest.officer, at=activity.ends_at
    )
    return host


def test_what_people_do_keeps_every_promise(house):
    assert broken() == set()


def test_a_count_that_does_not_agree_with_the_bookings_is_found(house):
    Activity.objects.update(taken=1)

    assert broken() == {"bookings_fit_the_places"}


def test_attendance_of_what_was_not_held_is_found(house):
    Activity.objects.update(status="planned")

    assert broken() == {"nobody_attends_what_was_not_held"}


def test_a_booking_nobody_answered_for_is_found(house):
    make.BookingFactory(activity=Activity.objects.get())

    assert broken() == {"of_what_was_held_every_booking_is_answered"}


def test_a_host_among_its_own_guests_is_found(house):
    make.BookingFactory(
        activity=Activity.objects.get(), authority=house.authority, attended=False, people_came=0
    )

    assert broken() == {"no_host_books_its_own_event"}


def test_an_entry_that_nobody_published_is_found(house):
    make.PracticeFactory(grant=house.grant)

    assert broken() == {"what_is_in_the_library_was_published"}


def test_an_entry_of_a_stranger_is_found(house):
    Practice.objects.update(outcome=make.OutcomeFactory())

    assert broken() == {"a_practice_belongs_to_its_grant"}


def test_an_adoption_of_ones_own_is_found(house):
    Adoption.objects.update(authority=house.authority)

    assert broken() == {"nobody_adopts_its_own_practice"}
