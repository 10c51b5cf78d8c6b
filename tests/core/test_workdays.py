"""Working days, bank holidays and noon in London, against the published calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from beacons.core.workdays import (
    add_working_days,
    bank_holidays,
    day_in_london,
    is_working_day,
    noon,
    time_left,
    working_day_on_or_before,
    working_days_between,
)
from tests.shared import reference


def test_noon_in_winter_is_noon_in_utc():
    assert noon(date(2009, 1, 15)) == datetime(2009, 1, 15, 12, tzinfo=UTC)


def test_noon_in_summer_is_eleven_in_utc():
    assert noon(date(2009, 7, 15)) == datetime(2009, 7, 15, 11, tzinfo=UTC)
    assert noon(date(2009, 7, 15)).tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 3, 28), 12), (date(2026, 3, 29), 11), (date(2026, 10, 24), 11), (date(2026, 10, 25), 12)],
)
def test_noon_follows_the_days_on_which_the_clocks_change(day, hour):
    assert noon(day).hour == hour


def test_the_day_in_london_is_not_the_day_in_utc_on_a_summer_night():
    assert day_in_london(datetime(2009, 7, 15, 23, 30, tzinfo=UTC)) == date(2009, 7, 16)
    assert day_in_london(datetime(2009, 1, 15, 23, 30, tzinfo=UTC)) == date(2009, 1, 15)


def test_the_published_bank_holidays_and_working_days_of_each_year():
    for year, published in reference("bank_holidays_england.json")["years"].items():
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)

        weekdays = sorted(day.isoformat() for day in bank_holidays(int(year)) if day.weekday() < 5)

        assert weekdays == published["weekday_holidays"]
        assert working_days_between(first - timedelta(days=1), last) == published["working_days"]


def test_the_published_additions():
    for example in reference("bank_holidays_england.json")["examples"]:
        start = date.fromisoformat(example["start"])

        assert add_working_days(start, example["add_working_days"]).isoformat() == example["result"]


@pytest.mark.parametrize("year", range(1999, 2035))
def test_christmas_and_new_year_are_never_worked(year):
    assert not is_working_day(date(year, 12, 25))
    assert not is_working_day(date(year, 12, 26))
    assert not is_working_day(date(year, 1, 1))


def test_an_ordinary_tuesday_is_worked_and_a_sunday_is_not():
    assert is_working_day(date(2009, 6, 16))
    assert not is_working_day(date(2009, 6, 14))


def test_the_working_day_on_or_before_steps_over_easter():
    assert working_day_on_or_before(date(2009, 4, 13)) == date(2009, 4, 9)
    assert working_day_on_or_before(date(2009, 4, 14)) == date(2009, 4, 14)


def test_adding_none_keeps_the_day_even_on_a_sunday():
    assert add_working_days(date(2009, 6, 14), 0) == date(2009, 6, 14)


def test_adding_one_to_a_saturday_gives_monday_and_taking_one_gives_friday():
    assert add_working_days(date(2009, 6, 13), 1) == date(2009, 6, 15)
    assert add_working_days(date(2009, 6, 13), -1) == date(2009, 6, 12)


@pytest.mark.parametrize("count", [1, 5, 10, 63, 253])
def test_counting_undoes_adding(count):
    start = date(2026, 12, 20)

    assert working_days_between(start, add_working_days(start, count)) == count


def test_counting_backwards_is_negative():
    assert working_days_between(date(2009, 6, 19), date(2009, 6, 12)) == -5
    assert working_days_between(date(2009, 6, 12), date(2009, 6, 12)) == 0


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2027, 2, 22, 12, tzinfo=UTC), "in 11 days"),
        (datetime(2027, 3, 4, 23, 59, tzinfo=UTC), "tomorrow"),
        (datetime(2027, 3, 5, 0, 0, tzinfo=UTC), "in 12 hours"),
        (datetime(2027, 3, 5, 10, 59, tzinfo=UTC), "in 1 hour and 1 minute"),
        (datetime(2027, 3, 5, 11, 59, 30, tzinfo=UTC), "in less than a minute"),
        (datetime(2027, 3, 5, 12, tzinfo=UTC), "which has passed"),
        (datetime(2027, 3, 9, 12, tzinfo=UTC), "which has passed"),
    ],
)
def test_how_far_off_a_deadline_is(at, words):
    assert time_left(datetime(2027, 3, 5, 12, tzinfo=UTC), at) == words
