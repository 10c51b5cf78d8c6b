"""Rank, quartile, direction and distance, for indicators where high is good and where low is."""

import pytest

from outcomes.indicators import (
    BETTER,
    HIGH,
    LOW,
    SAME,
    WORSE,
    Spread,
    direction,
    direction_of_travel,
    distance_to_target,
    has_met,
    median,
    progress,
    quartile,
    rank,
    spread,
)

FIGURES = [10, 20, 20, 30, 40, 50, 60, 70]


def test_the_best_is_first_whichever_way_is_good():
    assert [rank(figure, FIGURES, HIGH) for figure in FIGURES] == [8, 6, 6, 5, 4, 3, 2, 1]
    assert [rank(figure, FIGURES, LOW) for figure in FIGURES] == [1, 2, 2, 4, 5, 6, 7, 8]


def test_quarters_hold_two_of_eight_and_equals_stay_together():
    assert [quartile(figure, FIGURES, HIGH) for figure in FIGURES] == [4, 3, 3, 3, 2, 2, 1, 1]
    assert [quartile(figure, FIGURES, LOW) for figure in FIGURES] == [1, 1, 1, 2, 3, 3, 4, 4]


def test_three_figures_have_no_quarters():
    assert quartile(10, [10, 20, 30], HIGH) is None
    assert quartile(10, [10, 20, 30, 40], LOW) == 1


def test_a_figure_worse_than_all_is_in_the_last_quarter_of_five():
    assert [quartile(figure, [1, 2, 3, 4, 5], LOW) for figure in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 4]


def test_the_median_of_even_and_odd_and_none():
    assert median(FIGURES) == 35
    assert median([3, 1, 2]) == 2
    assert median([]) is None


def test_the_spread_is_that_of_a_spreadsheet():
    assert spread([1, 2, 3, 4, 5]) == Spread(1, 2, 3, 4, 5)
    assert spread([40, 10, 30, 20]) == Spread(10, 17.5, 25, 32.5, 40)
    assert spread([1]) is None


@pytest.mark.parametrize(
    ("before", "after", "polarity", "expected"),
    [
        (10, 12, HIGH, BETTER),
        (10, 12, LOW, WORSE),
        (12, 10, LOW, BETTER),
        (12, 10, HIGH, WORSE),
        (10, 10, LOW, SAME),
        (None, 10, LOW, None),
        (10, None, HIGH, None),
        (0, 1, HIGH, BETTER),
    ],
)
def test_direction(before, after, polarity, expected):
    assert direction(before, after, polarity) == expected


def test_a_change_within_the_margin_is_no_change():
    assert direction(10.0, 10.5, HIGH, within=0.5) == SAME
    assert direction(10.0, 10.6, HIGH, within=0.5) == BETTER


def test_travel_is_from_the_year_before_to_the_newest_whatever_the_order():
    figures = [(2023, 7.0), (2021, 5.0), (2022, 9.0)]

    assert direction_of_travel(figures, LOW) == BETTER
    assert direction_of_travel(figures, LOW, years=2) == WORSE


def test_travel_over_a_missing_year_looks_further_back():
    assert direction_of_travel([(2019, 4.0), (2023, 5.0)], HIGH) == BETTER


def test_one_figure_does_not_travel():
    assert direction_of_travel([(2023, 5.0)], HIGH) is None
    assert direction_of_travel([], HIGH) is None


def test_a_target_is_met_when_reached_from_its_own_side():
    assert has_met(5, 5, LOW) is True
    assert has_met(4, 5, LOW) is True
    assert has_met(6, 5, LOW) is False
    assert has_met(6, 5, HIGH) is True
    assert has_met(None, 5, HIGH) is None


def test_the_way_left_is_in_the_unit_and_ends_at_the_target():
    assert distance_to_target(7, 5, LOW) == 2
    assert distance_to_target(4, 5, LOW) == 0
    assert distance_to_target(40, 50, HIGH) == 10
    assert distance_to_target(55, 50, HIGH) == 0
    assert distance_to_target(7, None, LOW) is None


def test_progress_is_the_share_of_the_way():
    assert progress(10, 5, 7.5) == 0.5
    assert progress(10, 5, 4) == pytest.approx(1.2)
    assert progress(10, 5, 11) == pytest.approx(-0.2)
    assert progress(40, 50, 45) == 0.5
    assert progress(0, 10, 0) == 0
    assert progress(10, 10, 10) is None
    assert progress(10, None, 10) is None
