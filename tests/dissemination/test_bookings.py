"""Councils book, give places back, come, and say what they will change."""

import pytest
from django.db import IntegrityError, transaction

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from grants.dissemination import actions, rules
from grants.dissemination.models import Activity, Booking
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, MOMENT, letters, text

# When


def test_booking_ends_at_the_instant_the_event_starts(activity, guest):
    starts_at = activity.starts_at

    assert rules.reasons_not_to_book(activity, guest.authority, at=starts_at - MOMENT) == []
    assert rules.reasons_not_to_book(activity, guest.authority, at=starts_at) == ["This activity has begun."]


def test_two_weeks_before_the_places_open_to_councils_outside_the_cohort(host, activity, guest):
    stranger = making.guest(host, signed_up=False)
    opens_at = activity.starts_at - 14 * DAY

    assert activity.opens_to_all_at == opens_at
    assert rules.reasons_not_to_book(activity, guest.authority, at=opens_at - MOMENT) == []
    [reason] = rules.reasons_not_to_book(activity, stranger.authority, at=opens_at - MOMENT)
    assert reason.startswith("Places are for councils signed up to this outcome first.")
    assert rules.reasons_not_to_book(activity, stranger.authority, at=opens_at) == []


def test_a_district_of_a_cohort_county_is_of_the_cohort(host, activity, guest):
    district = making.guest(host, signed_up=False, county=guest.authority)

    assert rules.reasons_not_to_book(activity, district.authority, at=host.at) == []


def test_places_are_given_back_until_the_event_starts(activity, guest):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, people=4)
    left = activity.places - 4

    with pytest.raises(Refused, match="has begun"):
        actions.cancel_booking(booking, by=guest.officer, at=activity.starts_at)
    assert Activity.objects.get().left == left

    actions.cancel_booking(booking, by=guest.officer, at=activity.starts_at - MOMENT)
    assert Activity.objects.get().left == activity.places
    with pytest.raises(Refused, match="cancelled already"):
        actions.cancel_booking(booking, by=guest.officer, at=activity.starts_at - MOMENT)


# Who and how many


def test_the_host_does_not_book_its_own_event(host, activity):
    assert rules.reasons_not_to_book(activity, host.authority, at=host.at) == [
        "Your council holds this activity."
    ]


def test_a_council_books_once(activity, guest):
    make.BookingFactory(activity=activity, authority=guest.authority)

    with pytest.raises(Refused, match="has booked places already"):
        actions.book(activity, guest.authority, people=1, by=guest.officer, at=activity.starts_at - DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.BookingFactory(activity=activity, authority=guest.authority)

    assert Booking.objects.count() == 1


def test_no_more_is_booked_than_is_left(host, guest):
    activity = making.event(host, places=3)
    make.BookingFactory(activity=activity, people=2)
    activity.refresh_from_db()

    at = activity.starts_at - DAY
    assert rules.reasons_not_to_book(activity, guest.authority, people=2, at=at) == [
        "Only one place is left."
    ]
    actions.book(activity, guest.authority, people=1, by=guest.officer, at=at)

    activity.refresh_from_db()
    other = making.guest(host)
    assert rules.reasons_not_to_book(activity, other.authority, at=at) == ["There are no places left."]


def test_the_database_keeps_count_and_refuses_one_too_many(host):
    activity = making.event(host, places=3)
    booking = make.BookingFactory(activity=activity, people=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.BookingFactory(activity=activity, people=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(people=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(places=1)

    assert list(Activity.objects.values_list("places", "taken")) == [(3, 2)]


def test_booking_writes_a_receipt_and_a_step(activity, guest):
    at = activity.starts_at - 30 * DAY

    booking = actions.book(activity, guest.authority, people=2, by=guest.officer, at=at)

    assert letters("booking_receipt") == [guest.officer.email]
    letter = Letter.objects.get()
    assert activity.when in letter.body
    assert f"/events/{activity.pk}/calendar.ics" in letter.body
    assert [step.step for step in Step.objects.of(booking)] == ["book"]
    assert booking.reminded_at is None


# The pages


def test_an_officer_books_on_a_page_and_gives_the_places_back(activity, guest, visit):
    client = visit(guest.officer, at=activity.starts_at - DAY)

    page = client.post(f"/events/{activity.pk}/book/", {"people": "2"}, follow=True)

    booking = Booking.objects.get()
    assert (booking.authority, booking.people, booking.booked_by) == (guest.authority, 2, guest.officer)
    assert "2 places booked by" in text(page)
    page = client.post(f"/events/bookings/{booking.pk}/cancel/", follow=True)
    assert "The places are free again." in text(page)
    booking.refresh_from_db()
    assert booking.cancelled_at == activity.starts_at - DAY


def test_the_page_says_why_it_was_refused_and_keeps_the_number(host, guest, visit):
    activity = making.event(host, places=2)
    client = visit(guest.officer, at=activity.starts_at - DAY)

    page = client.post(f"/events/{activity.pk}/book/", {"people": "5"})

    assert "Only 2 places are left." in text(page)
    assert 'value="5"' in text(page)
    assert not Booking.objects.exists()


def test_an_officer_of_two_councils_chooses_for_which(host, activity, guest, visit):
    second = making.guest(host)
    make.MembershipFactory(user=guest.officer, role="drafter", authority=second.authority)
    client = visit(guest.officer, at=activity.starts_at - DAY)

    assert "Select your council" in text(client.post(f"/events/{activity.pk}/book/", {"people": "1"}))
    client.post(f"/events/{activity.pk}/book/", {"people": "1", "authority": second.authority.pk})

    assert Booking.objects.get().authority == second.authority


def test_nobody_books_for_a_council_that_is_not_theirs(host, activity, guest, visit):
    other = making.guest(host)
    second = making.guest(host)
    make.MembershipFactory(user=guest.officer, role="drafter", authority=second.authority)
    client = visit(guest.officer, at=activity.starts_at - DAY)

    page = client.post(f"/events/{activity.pk}/book/", {"people": "1", "authority": other.authority.pk})

    assert page.status_code == 200
    assert not Booking.objects.exists()


@pytest.mark.parametrize("who", ["office", "host", "observer of a council"])
def test_who_acts_for_no_guest_cannot_book(host, activity, visit, who):
    person = {
        "office": make.scheme_manager,
        "host": lambda: host.officer,
        "observer of a council": lambda: make.person("observer", authority=make.AuthorityFactory()),
    }[who]()
    client = visit(person, at=activity.starts_at - DAY)

    assert client.get(f"/events/{activity.pk}/book/").status_code == 403
    assert client.post(f"/events/{activity.pk}/book/", {"people": "1"}).status_code == 403
    assert not Booking.objects.exists()


def test_the_page_of_the_event_tells_an_officer_why_not(host, activity, visit):
    stranger = making.guest(host, signed_up=False)

    page = visit(stranger.officer, at=host.at).get(activity.get_absolute_url())

    assert f"{stranger.authority} cannot book now" in text(page)
    assert "What is left is for everybody from" in text(page)
    assert "Book places" not in text(page)


def test_a_booking_of_another_council_cannot_be_found_touched_or_told(host, activity, guest, visit):
    booking = make.BookingFactory(activity=activity, authority=guest.authority)
    at = activity.starts_at - DAY
    stranger, staff = making.guest(host).officer, make.scheme_manager()

    for act in ("cancel", "change"):
        url = f"/events/bookings/{booking.pk}/{act}/"
        assert visit(stranger, at=at).post(url, {"text": "x"}).status_code == 404
        assert visit(host.officer, at=at).post(url, {"text": "x"}).status_code == 403
        assert visit(staff, at=at).post(url, {"text": "x"}).status_code == 403
    booking.refresh_from_db()
    assert booking.cancelled_at is None


def test_only_host_and_office_see_who_comes(host, activity, guest, visit):
    make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer)
    url = f"/events/{activity.pk}/bookings/"

    def seen(user):
        page = visit(user, at=host.at).get(url)
        return page.status_code, guest.officer.email in page.content.decode()

    assert seen(host.officer) == (200, True)
    assert seen(make.case_officer()) == (200, True)
    assert seen(make.grants_officer()) == (403, False)
    assert seen(guest.officer) == (403, False)
    assert seen(None) == (302, False)


# Who came, and what they will change


def test_attendance_is_recorded_from_the_end_for_every_booking(host, activity, guest):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer)
    absent = make.BookingFactory(activity=activity)
    cancelled = make.BookingFactory(activity=activity, cancelled_at=host.at)
    ends_at = activity.ends_at

    def record(came, at):
        return actions.record_attendance(activity, came, note="Good.", by=host.officer, at=at)

    with pytest.raises(Refused, match="once the activity is over"):
        record({booking.pk: 1, absent.pk: 0}, ends_at - MOMENT)
    with pytest.raises(Refused, match=f"Say whether {absent.authority} came"):
        record({booking.pk: 1}, ends_at)
    with pytest.raises(Refused, match="not this activity's"):
        record({booking.pk: 1, absent.pk: 0, cancelled.pk: 1}, ends_at)
    with pytest.raises(Refused, match="cannot be right"):
        record({booking.pk: -1, absent.pk: 0}, ends_at)
    assert set(Booking.objects.values_list("attended", flat=True)) == {None}

    record({booking.pk: 1, absent.pk: 0}, ends_at)

    assert list(Booking.objects.order_by("pk").values_list("attended", "people_came")) == [
        (True, 1),
        (False, 0),
        (None, None),
    ]
    activity.refresh_from_db()
    assert (activity.status, activity.held_note) == ("held", "Good.")
    assert letters("booking_what_changes") == [guest.officer.email]
    with pytest.raises(Refused, match="who came is recorded"):
        record({booking.pk: 1, absent.pk: 0}, ends_at + DAY)


def test_the_host_records_on_a_page(host, activity, guest, visit):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, people=3)
    absent = make.BookingFactory(activity=activity)
    client = visit(host.officer, at=activity.ends_at)
    url = f"/events/{activity.pk}/attendance/"

    page = client.post(url, {f"came-{booking.pk}": "4", "note": "Too short."})
    assert f"Enter how many people came from {absent.authority}, 0 if nobody did" in text(page)
    assert 'value="4"' in text(page)

    page = client.post(url, {f"came-{booking.pk}": "4", f"came-{absent.pk}": "0", "note": "Too short."})

    assert page.url == activity.get_absolute_url()
    booking.refresh_from_db()
    assert booking.people_came == 4
    assert visit(guest.officer, at=activity.ends_at).get(url).status_code == 403


def test_a_letter_goes_to_the_council_when_its_booker_has_left(host, activity, guest):
    booking = make.BookingFactory(activity=activity, authority=guest.authority, booked_by=guest.officer)
    guest.officer.memberships.update(ended_at=host.at)
    successor = make.drafter(guest.authority)

    actions.record_attendance(activity, {booking.pk: 1}, note="", by=host.officer, at=activity.ends_at)

    assert letters("booking_what_changes") == [successor.email]


def test_those_who_came_say_what_they_will_change_and_may_say_it_again(host, activity, guest, visit):
    booking = make.BookingFactory(activity=activity, authority=guest.authority)
    over = activity.ends_at
    url = f"/events/bookings/{booking.pk}/change/"
    assert rules.reasons_not_to_tell(booking, at=over) != []

    actions.record_attendance(activity, {booking.pk: 1}, note="", by=host.officer, at=over)
    client = visit(guest.officer, at=over + DAY)

    assert client.post(url, {"text": "  "}).status_code == 200
    client.post(url, {"text": "We will ask too."})
    client.post(url, {"text": "We will ask first."})

    booking.refresh_from_db()
    assert (booking.will_change, booking.told_at) == ("We will ask first.", over + DAY)
    said = Step.objects.of(booking).filter(step="tell_change").with_words()
    assert [step.words.why for step in said] == ["We will ask too.", "We will ask first."]
    page = visit(host.officer, at=over + DAY).get(f"/events/{activity.pk}/bookings/")
    assert "We will ask first." in text(page)


def test_a_council_that_did_not_come_is_not_asked(host, activity, guest, visit):
    booking = make.BookingFactory(activity=activity, authority=guest.authority)
    actions.record_attendance(activity, {booking.pk: 0}, note="", by=host.officer, at=activity.ends_at)

    with pytest.raises(Refused, match="nobody came"):
        actions.tell_change(booking, text="Everything.", by=guest.officer, at=activity.ends_at)
    page = visit(guest.officer, at=activity.ends_at).get(f"/events/bookings/{booking.pk}/change/")

    assert page.url == activity.get_absolute_url()
    assert letters("booking_what_changes") == []


@pytest.mark.parametrize("act", ["cancel", "attendance"])
def test_what_comes_for_an_event_that_is_over_meets_the_fact_and_no_form(host, visit, act):
    activity = making.event(host, status="held")
    client = visit(host.officer, at=activity.ends_at + DAY)
    typed = "The hall has burnt down, and nobody was in it."

    shown = client.post(f"/events/{activity.pk}/{act}/", {"why": typed, "note": typed})

    words = text(shown)
    assert shown.status_code == 200
    assert "This activity is over, and who came is recorded." in words
    assert typed in words
    assert "Cancel the event</button>" not in words
    assert 'type="submit"' not in words.split("<main", 1)[1]
    activity.refresh_from_db()
    assert activity.status == "held"
