"""The days of a grant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from beacons.core.workdays import is_working_day, noon
from grants import timetable as of
from grants.timetable import Timetable, timetable

SPREAD, CLOSE = (date(2026, 7, 20), date(2026, 11, 27)), (date(2026, 11, 27), date(2026, 12, 24))


def laid_out(begun_on=date(2026, 5, 11), **at):
    return timetable(agreed_by=date(2026, 5, 25), spread=SPREAD, close=CLOSE, begun_on=begun_on, **at)


def test_days_follow_the_stages():
    assert laid_out() == Timetable(
        on_signature=date(2026, 5, 25), middle=date(2026, 9, 23), closing=date(2026, 12, 10)
    )


def test_the_mid_point_of_a_late_start_lies_half_way_through_what_is_left():
    late = laid_out(date(2026, 9, 1))

    assert late.on_signature == date(2026, 9, 1)
    assert late.middle == date(2026, 10, 14)


def test_a_round_says_how_far_its_stages_have_come_when_returns_are_due():
    days = laid_out(middle_at=20, closing_at=100)

    # A fifth of 130 days is 26; the last day of the close is its last.
    assert (days.middle, days.closing) == (date(2026, 8, 14), CLOSE[1])


def test_the_mid_point_never_lies_before_the_start():
    # Half-way from Saturday to Tuesday is Sunday; the working day before that is Friday, which is gone.
    assert of.part_way(date(2026, 10, 3), date(2026, 10, 6), 50) == date(2026, 10, 3)


@pytest.mark.parametrize(
    ("offered", "ends"),
    [
        (datetime(2026, 5, 11, 11, tzinfo=UTC), datetime(2026, 5, 18, 11, tzinfo=UTC)),  # noon to noon
        (
            datetime(2026, 5, 11, 11, 0, 1, tzinfo=UTC),
            datetime(2026, 5, 19, 11, tzinfo=UTC),
        ),  # a second later
        (datetime(2026, 5, 8, 15, tzinfo=UTC), datetime(2026, 5, 18, 11, tzinfo=UTC)),  # ends on a Saturday
        (
            datetime(2026, 5, 18, 9, tzinfo=UTC),
            datetime(2026, 5, 26, 11, tzinfo=UTC),
        ),  # 25 May is a bank holiday
        (
            datetime(2026, 10, 20, 11, tzinfo=UTC),
            datetime(2026, 10, 27, 12, tzinfo=UTC),
        ),  # the clocks go back
    ],
)
def test_an_offer_ends_at_noon_of_a_working_day(offered, ends):
    assert of.offer_ends(offered, 7) == ends


def test_an_offer_always_leaves_seven_whole_days():
    start = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    for hours in range(0, 24 * 400, 7):
        offered = start + timedelta(hours=hours)
        ends = of.offer_ends(offered, 7)

        # Over the change of the clocks a day has an hour less by the sun; noon is what counts.
        assert ends - offered >= timedelta(days=7)
        assert is_working_day(ends.date())
        assert ends == noon(ends.date())


def test_reminders_come_five_working_days_before_on_the_day_and_five_after():
    due_on = date(2026, 9, 23)  # a Wednesday

    def due(day, hour, minute=0):
        return of.reminders_due(due_on, datetime(2026, 9, day, hour, minute, tzinfo=UTC))

    assert [due(16, 7, 59), due(16, 8)] == [0, 1]  # nine o'clock in London is eight in UTC
    assert [due(23, 7, 59), due(23, 8)] == [1, 2]
    assert [due(30, 7, 59), due(30, 8)] == [2, 3]


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (datetime(2026, 5, 12, 12, tzinfo=UTC), 157),
        (datetime(2026, 7, 20, 12, tzinfo=UTC), 157),
        (datetime(2026, 8, 26, 12, tzinfo=UTC), 120),
        (datetime(2026, 12, 25, 12, tzinfo=UTC), 0),
    ],
)
def test_days_left_to_spread_count_from_the_opening_of_spread(at, left):
    assert of.days_left_to_spread(at, spread_opens_on=SPREAD[0], ends_on=CLOSE[1]) == left


def test_a_count_is_cut_in_proportion_and_never_to_nothing():
    assert of.part(12, 157, 157) == 12
    assert of.part(12, 200, 157) == 12
    assert of.part(12, 120, 157) == 10
    assert of.part(3, 120, 157) == 3
    assert of.part(3, 1, 157) == 1
