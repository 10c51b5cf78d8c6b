"""A round's dates: laid out from lengths, never past the limit, and closing at noon in London."""

from datetime import UTC, date, datetime, timedelta

import pytest

from beacons.core.workdays import is_working_day
from beacons.rounds.timeline import (
    Leg,
    PlanError,
    Planned,
    closes_next,
    days_over,
    limit,
    plan,
)
from tests.rounds.made import set_up

LENGTHS = [21, 14, 28, 7, 21, 7, 21, 7, 14, 56, 130, 29]
BEACONS = [Leg(f"leg{n}", f"Leg {n}", days) for n, days in enumerate(LENGTHS, start=1)]
MICROSECOND = timedelta(microseconds=1)


def test_a_plan_follows_on_from_stage_to_stage():
    stages = plan(date(2009, 4, 1), BEACONS[:3])

    assert stages == [
        Planned("leg1", "Leg 1", date(2009, 4, 1), date(2009, 4, 22)),
        Planned("leg2", "Leg 2", date(2009, 4, 22), date(2009, 5, 6)),
        Planned("leg3", "Leg 3", date(2009, 5, 6), date(2009, 6, 3)),
    ]


def test_a_closing_on_a_bank_holiday_moves_to_the_working_day_before_and_the_next_length_is_not_shifted():
    easter_monday = date(2009, 4, 13)

    first, second = plan(easter_monday - timedelta(days=7), [Leg("a", "A", 7), Leg("b", "B", 7)])

    assert first.closes_on == date(2009, 4, 9)
    assert second.opens_on == date(2009, 4, 9)
    assert second.closes_on == date(2009, 4, 20)


def test_no_start_day_of_506_overruns_the_year():
    starts = [date(2026, 1, 1) + timedelta(days=n) for n in range(506)]

    for starts_on in starts:
        stages = plan(starts_on, BEACONS)

        assert days_over(stages, starts_on, 12) == 0
        assert (stages[-1].closes_on - starts_on).days <= 355
        assert all(is_working_day(stage.closes_on) for stage in stages)
        assert all(stage.opens_on < stage.closes_on for stage in stages)


def test_a_stage_too_short_for_the_calendar_is_refused_with_its_name():
    good_friday = date(2009, 4, 10)

    with pytest.raises(PlanError, match="Check would close on 9 April 2009"):
        plan(good_friday - timedelta(days=1), [Leg("check", "Check", 2)])


def test_a_stage_opens_and_closes_at_noon():
    stages = plan(date(2026, 6, 1), BEACONS[:2])
    opens, turns = (datetime(2026, 6, day, 11, tzinfo=UTC) for day in (1, 22))

    assert (stages[0].opens_at, stages[0].closes_at, stages[1].opens_at) == (opens, turns, turns)


@pytest.mark.django_db
def test_a_round_is_in_a_stage_from_its_noon_until_just_before_the_next():
    round = set_up()
    first, second, last = round.plan[0], round.plan[1], round.plan[-1]

    assert round.stage(first.opens_at - MICROSECOND) is None
    assert round.stage(first.opens_at) == first
    assert round.stage(first.closes_at - MICROSECOND) == first
    assert round.stage(first.closes_at) == second
    assert round.stage(last.closes_at - MICROSECOND) == last
    assert round.stage(last.closes_at) is None


def test_a_stage_that_spans_the_change_of_clocks_still_closes_at_noon_in_london():
    (stage,) = plan(date(2026, 10, 20), [Leg("a", "A", 14)])

    assert stage.opens_at == datetime(2026, 10, 20, 11, tzinfo=UTC)
    assert stage.closes_at == datetime(2026, 11, 3, 12, tzinfo=UTC)


def test_what_closes_next_is_known_before_during_and_after():
    stages = plan(date(2026, 6, 1), BEACONS[:2])

    assert closes_next(stages, stages[0].opens_at - timedelta(days=9)) == stages[0]
    assert closes_next(stages, stages[0].closes_at - MICROSECOND) == stages[0]
    assert closes_next(stages, stages[0].closes_at) == stages[1]
    assert closes_next(stages, stages[1].closes_at) is None


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        (date(2009, 4, 1), 12, date(2010, 4, 1)),
        (date(2008, 2, 29), 12, date(2009, 2, 28)),
        (date(2007, 2, 28), 12, date(2008, 2, 28)),
        (date(2008, 2, 29), 48, date(2012, 2, 29)),
        (date(2009, 8, 31), 18, date(2011, 2, 28)),
        (date(2009, 12, 15), 1, date(2010, 1, 15)),
        (date(2009, 12, 31), 12, date(2010, 12, 31)),
    ],
)
def test_the_limit_is_the_same_day_months_later(starts_on, months, expected):
    assert limit(starts_on, months) == expected


def test_days_over_counts_from_the_limit():
    starts_on = date(2009, 4, 1)
    on_the_limit = [Planned("a", "A", starts_on, date(2010, 4, 1))]
    three_over = [Planned("a", "A", starts_on, date(2010, 4, 4))]

    assert days_over(on_the_limit, starts_on, 12) == 0
    assert days_over(three_over, starts_on, 12) == 3
    assert days_over([], starts_on, 12) == 0
