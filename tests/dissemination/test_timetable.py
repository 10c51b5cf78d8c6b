"""When bookers are reminded and adopters asked, to the instant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from beacons.core.workdays import add_working_days, day_in_london, last_noon
from grants.dissemination import timetable

MOMENT = timedelta(microseconds=1)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2027, 2, 28), -6, date(2026, 8, 28)),
        (date(2027, 1, 31), -12, date(2026, 1, 31)),
    ],
)
def test_months_later(day, months, later):
    assert timetable.months_later(day, months) == later


def test_bookers_are_reminded_from_noon_of_the_fifth_working_day_before():
    starts_at = at(2026, 6, 10, 9)  # a Wednesday; five working days before is the Wednesday before
    noon = at(2026, 6, 3, 11)

    assert not timetable.is_near(starts_at, noon - MOMENT)
    assert timetable.is_near(starts_at, noon)


def test_over_easter_the_reminder_comes_earlier():
    starts_at = at(2026, 4, 8, 9)  # Good Friday is 3 April, Easter Monday 6 April

    assert not timetable.is_near(starts_at, at(2026, 3, 30, 11) - MOMENT)
    assert timetable.is_near(starts_at, at(2026, 3, 30, 11))


def test_what_a_query_asks_agrees_with_counting_back_each_day():
    for hours in range(0, 24 * 120, 7):
        now = at(2026, 12, 1) + timedelta(hours=hours)
        for days in range(12):
            starts_at = now + timedelta(days=days)
            remind_on = add_working_days(day_in_london(starts_at), -timetable.REMIND_DAYS)
            assert timetable.is_near(starts_at, now) == (remind_on <= last_noon(now))


def test_adopters_are_asked_at_noon_six_and_twelve_months_on():
    recorded_at = at(2026, 3, 10, 15)

    asked = [
        timetable.months_since(recorded_at, now)
        for now in (
            at(2026, 9, 10, 11) - MOMENT,
            at(2026, 9, 10, 11),
            at(2027, 3, 10, 12) - MOMENT,
            at(2027, 3, 10, 12),
            at(2029, 1, 1),
        )
    ]

    assert asked == [0, 6, 6, 12, 12]


def test_the_end_of_august_is_six_months_past_at_the_end_of_february():
    recorded = [at(2026, 8, day, 10) for day in (28, 29, 30, 31)]
    now = at(2027, 2, 28, 12)

    assert [timetable.months_since(then, now) for then in recorded] == [6, 6, 6, 6]
    assert [timetable.months_since(then, now - MOMENT) for then in recorded] == [0, 0, 0, 0]


def test_what_a_query_asks_agrees_with_counting_months_on():
    for days in range(0, 800, 3):
        now = at(2027, 1, 1, 12) + timedelta(days=days)
        for back in range(170, 190):
            recorded_at = now - timedelta(days=back)
            due = timetable.months_later(day_in_london(recorded_at), 6) <= last_noon(now)
            assert (recorded_at < timetable.asked_up_to(now, 6)) == due
