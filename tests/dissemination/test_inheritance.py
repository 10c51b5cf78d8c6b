"""Bookings, practices and adoptions after a merger: all are kept, and the successor goes on with them."""

from datetime import timedelta

import pytest

from beacons.core.invariants import broken
from beacons.core.lifecycle import Refused
from grants.dissemination import actions, permissions
from grants.dissemination.models import Adoption, Booking, Practice
from tests import factories as make
from tests.mergers import merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity():
    return make.ActivityFactory()


@pytest.fixture
def at(activity):
    return activity.starts_at - timedelta(days=3)


def renewed(row):
    return type(row).objects.get(pk=row.pk)


def test_a_booking_passes_and_the_successor_can_cancel_it(activity, at):
    booking = make.BookingFactory(activity=activity)

    successor = merge(booking.authority, at=at)

    booking = renewed(booking)
    assert (booking.authority, booking.people) == (successor, 2)
    assert permissions.may_tell(renewed(booking.booked_by), booking)
    actions.cancel_booking(booking, by=make.drafter(successor), at=at)
    assert renewed(activity).taken == 0


def test_two_bookings_for_one_event_are_both_kept(activity, at):
    theirs, own = make.BookingFactory(activity=activity), make.BookingFactory(activity=activity)

    merge(theirs.authority, own.authority, at=at)

    assert Booking.objects.standing().filter(authority=own.authority).count() == 2
    assert renewed(activity).taken == 4
    with pytest.raises(Refused, match="has booked places already"):
        actions.book(activity, own.authority, people=1, by=own.booked_by, at=at)
    assert not [broke for broke in broken() if "ooking" in broke]


def test_a_cancelled_booking_stays_history(activity, at):
    booking = make.BookingFactory(activity=activity, cancelled_at=at)

    merge(booking.authority, at=at)

    assert renewed(booking).authority == booking.authority


def test_host_and_guest_may_become_one(activity, at):
    booking = make.BookingFactory(activity=activity)

    merge(booking.authority, activity.grant.authority, at=at)

    assert renewed(booking).authority == activity.grant.authority
    assert not [broke for broke in broken() if "ooking" in broke]


def test_practices_follow_their_grant_or_the_application_they_were_offered_from(at):
    under = make.PracticeFactory()
    offered = make.PracticeFactory(grant=None, application=make.handed_in(authority=under.authority))
    former = under.authority

    successor = merge(former, at=at)

    for practice in (renewed(under), renewed(offered)):
        assert (practice.authority, practice.inherited_from) == (successor, former)
        assert permissions.may_write(make.drafter(successor), practice)
    assert renewed(under).grant.authority == successor
    assert Practice.objects.count() == 2


def test_two_adoptions_of_one_practice_are_both_kept(at):
    practice = make.PracticeFactory()
    theirs = make.AdoptionFactory(practice=practice)
    own = make.AdoptionFactory(practice=practice)

    merge(theirs.authority, own.authority, at=at)

    assert Adoption.objects.filter(authority=own.authority).count() == 2
    assert permissions.may_move(make.drafter(own.authority), renewed(theirs))


def test_who_took_up_a_practice_of_its_own_successor_keeps_that_on_record(at):
    practice = make.PracticeFactory()
    adoption = make.AdoptionFactory(practice=practice)

    merge(adoption.authority, practice.authority, at=at)

    assert renewed(adoption).authority == practice.authority
    assert not [broke for broke in broken() if "own practice" in broke]


def test_pages_show_both_bookings_and_adoptions_of_a_successor(activity, at, visit):
    theirs, own = make.BookingFactory(activity=activity), make.BookingFactory(activity=activity)
    first = make.AdoptionFactory()
    make.AdoptionFactory(practice=first.practice, authority=own.authority)
    merge(theirs.authority, own.authority, at=at)
    merge(first.authority, own.authority, at=at)
    browser = visit(make.drafter(own.authority), at=at)

    page = browser.get(activity.get_absolute_url()).content.decode()
    assert page.count("/cancel/") == 2
    assert browser.get(first.practice.get_absolute_url()).status_code == 200
    assert browser.get("/adoptions/").content.decode().count(first.practice.title) >= 2
