"""What the pot could pay for: published optima, every limit kept, and reasons where no set of bids keeps them."""

from random import Random

import numpy as np
import pytest

from panel.calibration import Calibration, Prior
from panel.funding import Bid, CannotBe, Limits, alternatives, chances, cost_bias, portfolio, ranked
from tests.panel.test_calibration import panel_one
from tests.shared import reference

PROBLEMS = ("P01", "P02", "P06", "P07")


def problem(name):
    given = reference("knapsack_01.json")["problems"][name]
    bids = [
        Bid(n, value, cost) for n, (value, cost) in enumerate(zip(given["value"], given["cost"], strict=True))
    ]
    return given, bids, Limits(given["pot"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_portfolio_is_the_published_one(name):
    given, bids, limits = problem(name)

    found = portfolio(bids, limits)

    assert found.worth == given["optimum"]
    assert found.ids == {number for number, chosen in enumerate(given["selection"]) if chosen}
    assert found.cost <= limits.pot


def test_alternatives_are_the_next_best_and_all_different():
    _, bids, limits = problem("P07")
    best = portfolio(bids, limits)

    found = alternatives(bids, limits, best, 3)

    assert [choice.worth for choice in found] == [1456, 1455, 1454]
    assert len({choice.ids for choice in (best, *found)}) == 4


NORTH, SOUTH = frozenset({"North"}), frozenset({"South"})
BIDS = [
    Bid("a", 90, 60, NORTH),
    Bid("b", 80, 50, NORTH),
    Bid("c", 70, 30, SOUTH),
    Bid("d", 40, 10, SOUTH),
]


def test_the_ranked_list_stops_where_the_pot_is_spent_and_passes_nobody_over():
    found = ranked(reversed(BIDS), Limits(100))

    assert [bid.id for bid in found.bids] == ["a"]
    assert ranked(BIDS, Limits(110)).ids == {"a", "b"}


def test_nothing_below_the_bar_is_funded_on_either_list():
    limits = Limits(1_000, bar=60)

    assert ranked(BIDS, limits).ids == {"a", "b", "c"}
    assert portfolio(BIDS, limits).ids == {"a", "b", "c"}


def test_a_region_gets_its_minimum_and_no_more_than_its_maximum():
    assert portfolio(BIDS, Limits(110)).ids == {"a", "c", "d"}
    assert portfolio(BIDS, Limits(110, most={"South": 0})).ids == {"a", "b"}
    assert portfolio(BIDS, Limits(110, bar=60, least={"North": 1, "South": 1})).ids == {"a", "c"}


def test_minima_out_of_reach_are_named_with_what_can_be_had():
    with pytest.raises(CannotBe) as found:
        portfolio(BIDS, Limits(60, least={"North": 1, "South": 1, "East": 2}))

    assert found.value.reasons == ("East: at least 2 are wanted and 0 can be funded.",)


def test_nothing_to_choose_from_is_an_empty_list():
    assert ranked([], Limits(100)).ids == frozenset()
    assert portfolio([], Limits(100)).ids == frozenset()
    with pytest.raises(CannotBe, match="North: at least 1"):
        portfolio([], Limits(100, least={"North": 1}))


def test_chances_of_equal_grants_are_the_published_chances_of_the_first_five():
    published = reference("erforresearch_panel1_expected.json")["published_funding_line"]
    panel = Calibration(panel_one(), prior=Prior(most=2, severity=0.5))

    found = chances(panel.applications, panel.posterior.drawn, dict.fromkeys(panel.applications, 100), 500)

    assert [found[number] for number in range(1, 16)] == pytest.approx(published["p_in_top5"], abs=0.015)


def test_a_dear_bid_that_ranks_first_takes_the_chance_of_those_behind_it():
    drawn = np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0]])

    assert chances(["dear", "b", "c"], drawn, {"dear": 90, "b": 10, "c": 10}, 100) == {
        "dear": 0.5,
        "b": 1.0,
        "c": 0.5,
    }


def test_the_programme_likes_cheap_bids_and_says_so():
    bids = [Bid(n, 60 + n % 7, 40 + 10 * n) for n in range(20)]
    limits = Limits(800)

    by_worth, by_rank = portfolio(bids, limits), ranked(bids, limits)

    cheap = cost_bias(bids, dict.fromkeys(by_worth.ids, 1.0))
    fair = cost_bias(bids, dict.fromkeys(by_rank.ids, 1.0))
    assert cheap < -0.7 < fair < 0.3
    assert cost_bias([Bid(n, 1, 10) for n in range(3)], {0: 1.0}) is None


def test_a_solver_out_of_time_says_so_and_names_no_minimum():
    rest = Random(7)
    bids = [Bid(n, 60 + rest.random(), 1_000_003 + rest.randrange(10**6)) for n in range(60)]

    with pytest.raises(CannotBe, match="No set of bids was found in the time given"):
        portfolio(bids, Limits(20_000_000, least={}), seconds=1e-6)
