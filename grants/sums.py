"""How the money of a grant is laid out, in whole pounds that add up exactly. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Heads(NamedTuple):
    """The four heads of a grant."""

    develop: int
    innovate: int
    disseminate: int
    support: int

    @property
    def shared(self) -> int:
        """What goes into dissemination and support."""
        return self.disseminate + self.support


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Whole pounds in proportion to the weights: the odd pounds go where the remainders are largest.

    Among equal remainders the earlier one wins. Without any weight at all, everybody gets the same.
    """
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    in_turn = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in in_turn[: total - sum(shares)]:
        shares[n] += 1
    return shares


def least_shared(amount: int, per_cent: int) -> int:
    """The smallest whole sum that is at least so many per cent of the amount."""
    return -(-amount * per_cent // 100)


def heads(amount: int, asked: Sequence[int], *, shared_least: int) -> Heads:
    """The four heads that were asked for, scaled to what was decided.

    Dissemination and support together never fall below `shared_least` per cent, whatever the rounding does and
    whatever was asked for.
    """
    scaled = Heads(*share_out(amount, asked))
    least = least_shared(amount, shared_least)
    if scaled.shared >= least:
        return scaled
    return Heads(*share_out(amount - least, asked[:2]), *share_out(least, asked[2:]))


def instalments(amount: int, shares: Sequence[int]) -> list[int]:
    """So many per cent for each, in whole pounds; the last is whatever the others leave."""
    first = [amount * per_cent // 100 for per_cent in shares[:-1]]
    return [*first, amount - sum(first)]


def entitlement(amount: int, spent: int) -> int:
    """Actual cost, up to the grant."""
    return min(amount, spent)
