"""Which authorities are alike: the published answers, and what must hold of any table."""

import csv
import json
from itertools import combinations
from random import Random

import numpy as np
import pytest

from outcomes.neighbours import distances, nearest, standardised
from tests.shared import shared


@pytest.fixture(scope="module")
def states():
    with shared("reference", "usarrests.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = [row.pop("area") for row in rows]
    return names, [[float(value) for value in row.values()] for row in rows]


@pytest.fixture(scope="module")
def published():
    return json.loads(shared("reference", "usarrests_expected.json").read_text(encoding="utf-8"))


def test_the_distances_are_the_published_ones(states, published):
    names, table = states

    found = distances(table)

    for pair, distance in published["published_pairs_R"].items():
        one, other = (names.index(name) for name in pair.split("-"))
        assert found[one][other] == pytest.approx(distance, abs=published["tolerance"])


def test_the_nearest_five_are_the_published_ones(states, published):
    names, table = states

    for name, expected in published["nearest5"].items():
        found = nearest(table, names.index(name), count=5)

        assert [names[each.row] for each in found] == [other for other, _ in expected]
        assert [each.distance for each in found] == pytest.approx(
            [distance for _, distance in expected], abs=published["tolerance"]
        )


def test_the_rebased_distances_are_the_published_ones(states, published):
    names, table = states

    found = nearest(table, names.index("Alabama"), count=49)

    expected = published["rebased_Alabama"]
    assert [names[each.row] for each in found[:3]] == [name for name, _ in expected]
    assert [each.rebased for each in found[:3]] == pytest.approx(
        [distance for _, distance in expected], abs=published["tolerance"]
    )
    assert found[-1].rebased == 1


def a_table(rows=12, columns=5, gaps=0, seed=1):
    chance = Random(seed)
    table = [[chance.gauss(50, 10 + column) for column in range(columns)] for _ in range(rows)]
    for _ in range(gaps):
        table[chance.randrange(rows)][chance.randrange(columns)] = None
    return table


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gaps", [0, 8])
def test_a_distance_is_the_same_both_ways_and_nought_to_oneself(seed, gaps):
    found = distances(a_table(gaps=gaps, seed=seed))

    assert np.array_equal(found, found.T, equal_nan=True)
    # An authority with less than half of the facts compares with nobody, not even itself.
    itself = np.diag(found)
    assert (itself[np.isfinite(itself)] == 0).all()
    assert np.isfinite(itself).sum() >= 10
    assert not (found < 0).any()


@pytest.mark.parametrize("seed", range(5))
def test_without_gaps_a_way_round_is_never_shorter(seed):
    found = distances(a_table(seed=seed))

    for one, other in combinations(range(len(found)), 2):
        assert (found[one][other] <= found[one] + found[:, other] + 1e-9).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_authorities_and_of_facts_changes_nothing(seed):
    table, chance = a_table(gaps=6, seed=seed), Random(seed)
    rows, columns = list(range(12)), list(range(5))
    chance.shuffle(rows)
    chance.shuffle(columns)
    weights = [3, 1, 2, 5, 4]

    plain = nearest(table, 0, weights, count=5)
    shuffled = nearest(
        [[table[row][column] for column in columns] for row in rows],
        rows.index(0),
        [weights[column] for column in columns],
        count=5,
    )

    assert [rows[each.row] for each in shuffled] == [each.row for each in plain]
    assert [each.distance for each in shuffled] == pytest.approx([each.distance for each in plain])
    assert [[columns[fact] for fact in each.alike] for each in shuffled] == [
        list(each.alike) for each in plain
    ]


def test_the_unit_of_a_fact_changes_nothing():
    table = a_table()

    in_other_units = [
        [value * 1000 + 7 if fact == 2 else value for fact, value in enumerate(row)] for row in table
    ]

    assert distances(in_other_units) == pytest.approx(distances(table))


def test_a_weight_of_two_is_a_fact_named_twice():
    table = a_table()

    twice = distances([[*row, row[1]] for row in table])

    assert distances(table, [1, 2, 1, 1, 1]) == pytest.approx(twice)


def test_weights_in_the_same_proportion_give_the_same_neighbours():
    table = a_table(gaps=5)

    one, ten = (nearest(table, 3, [weight * by for weight in (1, 2, 0, 4, 1)]) for by in (1, 10))

    assert [(each.row, round(each.rebased, 9)) for each in one] == [
        (each.row, round(each.rebased, 9)) for each in ten
    ]


def test_a_fact_without_weight_says_nothing():
    table = a_table()

    without = distances([[value for fact, value in enumerate(row) if fact != 2] for row in table])

    assert distances(table, [1, 1, 0, 1, 1]) == pytest.approx(without)


def test_a_missing_fact_counts_as_the_mean_of_the_others_and_is_named():
    table = [[0.0, 0.0, 0.0], [1.0, 1.0, None], [5.0, 5.0, 5.0], [9.0, 2.0, 3.0]]

    found = {each.row: each for each in nearest(table, 0)}

    facts = standardised(table)
    of_two = ((facts[1][:2] - facts[0][:2]) ** 2).sum()
    assert found[1].distance == pytest.approx((of_two * 3 / 2) ** 0.5)
    assert found[1].missing == (2,)
    assert found[2].missing == ()
    assert 2 not in found[1].apart


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf"), -float("inf")])
def test_nan_and_infinity_are_missing_figures(nothing):
    table = a_table()
    table[4][1] = nothing
    plain = a_table()
    plain[4][1] = None

    assert np.array_equal(distances(table), distances(plain), equal_nan=True)
    assert nearest(table, 4)[0].missing == (1,)


def test_a_pair_with_less_than_half_of_the_facts_in_common_is_no_pair():
    table = a_table(columns=4)
    table[1] = [table[0][0], None, None, None]
    table[2] = [table[0][0], table[0][1], None, None]

    found = [each.row for each in nearest(table, 0)]

    assert 1 not in found
    assert found[0] == 2
    assert len(found) == 10


def test_a_fact_that_is_the_same_for_everybody_parts_nobody():
    table = a_table()

    constant = [[*row, 0.1] for row in table]
    constant[3][-1] = None

    assert distances(constant) == pytest.approx(distances(table))
    assert all(each.missing == () for each in nearest(constant, 3))


def test_all_alike_is_no_distance_rather_than_a_division_by_nought():
    found = nearest([[1.0, 2.0], [1.0, 2.0], [3.0, 2.0]], 0, count=1)

    assert [(each.row, each.distance, each.rebased) for each in found] == [(1, 0.0, 0.0)]


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[None, None], [1.0, 2.0], [2.0, 2.0]], [[], []]])
def test_one_authority_or_one_without_facts_has_no_neighbours(table):
    assert nearest(table, 0) == []


def test_equals_come_in_the_order_of_the_table():
    found = nearest([[0.0], [1.0], [-1.0], [1.0]], 0)

    assert [each.row for each in found] == [1, 2, 3]


def test_three_facts_drive_a_pair_those_that_few_others_share():
    """The first two are alike in the rare high figure of fact 0, and like everybody in fact 1."""
    table = [[90.0, 5.0, 1.0, 4.0], [91.0, 5.1, 9.0, 4.2]]
    table += [[10.0 + row, 5.0 + row / 10, 1.0 + row, row / 2] for row in range(8)]

    found = nearest(table, 0, count=9)[0]

    assert found.row == 1
    assert found.alike[0] == 0
    assert found.apart[0] == 2
    assert len(found.alike) <= 3
    assert not set(found.alike) & {2}


@pytest.mark.parametrize("weights", [[1, 2], [1, -1, 1, 1, 1], [1, float("nan"), 1, 1, 1]])
def test_a_weight_that_is_none_is_refused(weights):
    with pytest.raises(ValueError, match="weight"):
        distances(a_table(), weights)
