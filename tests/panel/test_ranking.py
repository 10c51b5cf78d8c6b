"""Ranking by weighted mean: what counts, what does not, and how ties are told apart."""

from decimal import Decimal
from fractions import Fraction

import pytest

from panel.ranking import criterion_means, rank, rounded, weighted

WEIGHTS = {"outcomes": 40, "approach": 30, "transfer": 30}


def marks(outcomes, approach, transfer):
    return {"outcomes": outcomes, "approach": approach, "transfer": transfer}


def order(ranked):
    return [(standing.application, standing.rank) for standing in ranked]


def test_full_marks_are_100_and_none_at_all_is_nought():
    assert weighted(marks(5, 5, 5), WEIGHTS) == 100
    assert weighted(marks(0, 0, 0), WEIGHTS) == 0


def test_weights_count():
    assert weighted(marks(5, 0, 0), WEIGHTS) == 40
    assert weighted(marks(0, 5, 0), WEIGHTS) == 30
    assert weighted(marks(4, 3, 2), WEIGHTS) == 62


def test_cannot_judge_is_not_a_nought():
    assert weighted(marks(4, None, 4), WEIGHTS) == 80
    assert weighted(marks(4, 0, 4), WEIGHTS) == 56
    assert weighted(marks(None, None, None), WEIGHTS) is None


def test_a_criterion_counts_among_those_who_could_judge_it():
    means = criterion_means([marks(5, None, 3), marks(2, 4, None), marks(2, None, None)], WEIGHTS)

    assert means == {"outcomes": 3, "approach": 4, "transfer": 3}


def test_who_could_not_judge_the_hardest_criterion_lends_no_advantage():
    harsh, kind = marks(4, 4, 1), marks(4, 4, None)

    (standing,) = rank({"B1": [harsh, kind]}, WEIGHTS)

    assert standing.criteria["transfer"] == 1
    assert standing.score == weighted(marks(4, 4, 1), WEIGHTS) == 62


def test_the_best_comes_first():
    ranked = rank({"B1": [marks(2, 2, 2)], "B2": [marks(4, 4, 4)], "B3": [marks(3, 3, 3)]}, WEIGHTS)

    assert order(ranked) == [("B2", 1), ("B3", 2), ("B1", 3)]
    assert not any(standing.needs_reason or standing.parted_by for standing in ranked)


def test_the_spread_is_between_the_readers_own_scores():
    (standing,) = rank({"B1": [marks(5, 5, 5), marks(3, 3, 3), marks(4, 4, 4)]}, WEIGHTS)

    assert standing.score == 80
    assert standing.sheets == (100, 60, 80)
    assert standing.spread == 40
    assert standing.deviation == pytest.approx(20)


def test_one_reader_has_no_deviation_and_no_spread_to_speak_of():
    (standing,) = rank({"B1": [marks(5, 4, 3)]}, WEIGHTS)

    assert standing.spread == 0
    assert standing.deviation is None


def test_a_tie_goes_to_the_higher_mark_on_outcomes():
    weights = {"outcomes": 1, "approach": 1, "transfer": 1}

    ranked = rank({"B1": [marks(3, 5, 4)], "B2": [marks(4, 3, 5)]}, weights)

    assert order(ranked) == [("B2", 1), ("B1", 2)]
    assert {standing.parted_by for standing in ranked} == {"outcomes"}


def test_a_tie_on_outcomes_too_goes_to_transfer():
    weights = {"outcomes": 1, "approach": 1, "transfer": 1}

    ranked = rank({"B1": [marks(4, 5, 3)], "B2": [marks(4, 3, 5)], "B3": [marks(5, 5, 2)]}, weights)

    assert order(ranked) == [("B3", 1), ("B2", 2), ("B1", 3)]
    assert [standing.parted_by for standing in ranked] == ["outcomes", "transfer", "transfer"]


def test_what_is_equal_throughout_shares_a_rank_and_asks_for_the_chairs_reason():
    ranked = rank({"B2": [marks(4, 4, 4)], "B1": [marks(4, 4, 4)], "B3": [marks(1, 1, 1)]}, WEIGHTS)

    assert order(ranked) == [("B1", 1), ("B2", 1), ("B3", 3)]
    assert [standing.needs_reason for standing in ranked] == [True, True, False]


def test_the_chairs_order_settles_what_nothing_else_does():
    sheets = {"B1": [marks(4, 4, 4)], "B2": [marks(4, 4, 4)], "B3": [marks(5, 5, 5)]}

    ranked = rank(sheets, WEIGHTS, chairs_order=["B2", "B1"])

    assert order(ranked) == [("B3", 1), ("B2", 2), ("B1", 3)]
    assert [standing.parted_by for standing in ranked] == ["", "chair", "chair"]
    assert not any(standing.needs_reason for standing in ranked)


def test_the_chairs_order_cannot_lift_a_lower_score():
    sheets = {"B1": [marks(4, 4, 4)], "B2": [marks(5, 5, 5)]}

    assert order(rank(sheets, WEIGHTS, chairs_order=["B1", "B2"])) == [("B2", 1), ("B1", 2)]


def test_a_tie_that_the_chair_has_only_half_settled_still_asks():
    sheets = {"B1": [marks(4, 4, 4)], "B2": [marks(4, 4, 4)]}

    assert all(standing.needs_reason for standing in rank(sheets, WEIGHTS, chairs_order=["B2"]))


def test_equal_sums_in_thirds_are_a_tie_and_not_a_rounding():
    one = [marks(1, 2, 5), marks(2, 2, 4), marks(2, 3, 2)]
    other = [marks(2, 3, 2), marks(1, 2, 5), marks(2, 2, 4)]

    ranked = rank({"B1": one, "B2": other}, {"outcomes": 7, "approach": 11, "transfer": 3})

    assert order(ranked) == [("B1", 1), ("B2", 1)]


def test_what_nobody_could_judge_has_no_rank_and_comes_last():
    ranked = rank({"B1": [marks(None, None, None)], "B2": [], "B3": [marks(0, 0, 0)]}, WEIGHTS)

    assert order(ranked) == [("B3", 1), ("B1", None), ("B2", None)]
    assert ranked[1].unjudged == ("outcomes", "approach", "transfer")
    assert ranked[2].spread is None


def test_a_criterion_nobody_could_judge_is_named_and_left_out():
    (standing,) = rank({"B1": [marks(4, 4, None), marks(2, 4, None)]}, WEIGHTS)

    assert standing.unjudged == ("transfer",)
    assert standing.score == Fraction(3 * 40 + 4 * 30, 70) * 20


def test_a_score_is_shown_to_one_place_with_halves_up():
    assert rounded(Fraction(200, 3)) == Decimal("66.7")
    assert rounded(Fraction(6225, 100)) == Decimal("62.3")
    assert rounded(Fraction(62), places=0) == Decimal("62")
    assert rank({"B1": [marks(4, 3, 2)]}, WEIGHTS)[0].shown == Decimal("62.0")
