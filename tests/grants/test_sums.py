"""Heads and instalments add up to the pound, over many amounts."""

from random import Random

import pytest

from grants.sums import Heads, entitlement, heads, instalments, least_shared, share_out


def many(seed, count=3000):
    """Amounts, four askings and a least share, as rounds might have them and as they never will."""
    chance = Random(seed)
    for _ in range(count):
        asked = [
            chance.choice([0, 1, chance.randrange(1, 100), chance.randrange(1, 250_000)]) for _ in range(4)
        ]
        yield chance.randrange(1, 300_000), asked, chance.choice([0, 1, 33, 40, 67, 100])


def test_the_largest_remainder_gets_the_odd_pound():
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert share_out(100, [3, 3, 1]) == [43, 43, 14]
    assert share_out(10, [0, 0, 0, 0]) == [3, 3, 2, 2]
    assert share_out(0, [5, 5]) == [0, 0]


def test_shares_add_up_and_are_never_a_pound_out():
    for total, weights, _ in many(1):
        shares = share_out(total, weights)

        assert sum(shares) == total
        if any(weights):
            exact = [total * weight / sum(weights) for weight in weights]
            assert all(abs(share - one) < 1 for share, one in zip(shares, exact, strict=True))


def test_nothing_is_given_to_a_head_for_which_nothing_was_asked():
    for total, weights, _ in many(2):
        if any(weights):
            given = [
                share for share, weight in zip(share_out(total, weights), weights, strict=True) if not weight
            ]
            assert not any(given)


def test_heads_add_up_to_the_grant_and_keep_the_least_share():
    for amount, asked, least in many(3):
        laid_out = heads(amount, asked, shared_least=least)

        assert sum(laid_out) == amount
        assert min(laid_out) >= 0
        assert laid_out.shared * 100 >= amount * least


def test_heads_keep_the_proportions_where_the_least_share_allows():
    assert heads(90_000, (30_000, 20_000, 30_000, 20_000), shared_least=40) == Heads(
        27_000, 18_000, 27_000, 18_000
    )


def test_a_share_that_rounding_would_push_below_the_least_is_lifted():
    # 40 per cent was asked for exactly; of 99,999 pounds that is 39,999.6, so 40,000 are needed.
    laid_out = heads(99_999, (60_000, 0, 20_000, 20_000), shared_least=40)

    assert laid_out.shared == least_shared(99_999, 40) == 40_000
    assert laid_out == Heads(59_999, 0, 20_000, 20_000)


def test_a_bid_that_asked_for_too_little_sharing_is_lifted_to_the_least():
    assert heads(100_000, (90_000, 10_000, 0, 0), shared_least=40) == Heads(54_000, 6_000, 20_000, 20_000)


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (100_000, (40, 40, 20), [40_000, 40_000, 20_000]),
        (99_999, (40, 40, 20), [39_999, 39_999, 20_001]),
        (40_001, (40, 40, 20), [16_000, 16_000, 8_001]),
        (9_999, (80, 20), [7_999, 2_000]),
        (2_000, (100,), [2_000]),
    ],
)
def test_the_last_instalment_is_what_the_others_leave(amount, shares, parts):
    assert instalments(amount, shares) == parts


def test_instalments_add_up_over_many_amounts():
    for amount, _, _ in many(4):
        parts = instalments(amount, (40, 40, 20))

        assert sum(parts) == amount
        assert parts[0] == parts[1] == amount * 40 // 100
        assert 0 <= parts[2] - (amount - amount * 80 // 100) <= 1


def test_actual_cost_is_paid_up_to_the_grant():
    assert entitlement(100_000, 80_000) == 80_000
    assert entitlement(100_000, 130_000) == 100_000
