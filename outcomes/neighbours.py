"""Which authorities are alike, and why. Plain Python, with np.

Each fact is standardised over all authorities that have it: its distance from the mean in standard deviations (n - 1),
so that tonnes and per cents weigh the same. The distance of two authorities is the Euclidean one over their facts; a
weight of two is the same as naming a fact twice. Where one of the two lacks a fact, the mean over the facts that
both have stands for it, and the missing ones are named; a pair with less than half of the weight in common is no pair.
A fact that is the same for everybody parts nobody and is left out.

Distances are shown rebased: 0 is identical, 1 the least alike of all (the farthest that could be compared).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Cell = float | None
COUNT = 15
DRIVERS = 3
# The share of the weight that two authorities must have in common.
COMMON = 0.5


class Neighbour(NamedTuple):
    """Another authority, by its row in the table, and what brought it near; facts are named by their column."""

    row: int
    distance: float
    rebased: float
    # Facts in which the two are alike and, of all pairs, not many are: they bring the pair together.
    alike: tuple[int, ...]
    # The facts in which the two are furthest apart, the furthest first.
    apart: tuple[int, ...]
    missing: tuple[int, ...]


def standardised(table: Sequence[Sequence[Cell]]) -> np.ndarray:
    """Rows of authorities, columns of facts; NaN where a figure is missing, or where a fact parts nobody."""
    import numpy as np

    facts = np.array(table, dtype=float)
    if facts.ndim != 2:
        facts = facts.reshape(len(table), -1)
    facts[~np.isfinite(facts)] = np.nan
    held = np.isfinite(facts)
    count = held.sum(axis=0)
    known = np.where(held, facts, 0.0)
    middle = known.sum(axis=0) / np.maximum(count, 1)
    off = np.where(held, facts - middle, 0.0)
    spread = np.sqrt((off**2).sum(axis=0) / np.maximum(count - 1, 1))
    # Rounding leaves a little where every figure is the same.
    parts = spread > 1e-12 * np.maximum(np.abs(middle), 1e-300)
    return np.where(held & parts, off / np.where(parts, spread, 1.0), np.nan)


def weighed(columns: int, weights: Sequence[float] | None) -> np.ndarray:
    import numpy as np

    found = np.ones(columns) if weights is None else np.array(weights, dtype=float)
    if found.shape != (columns,):
        raise ValueError(f"{columns} facts need as many weights, not {found.size}.")
    if not np.isfinite(found).all() or (found < 0).any():
        raise ValueError("A weight is a number of nought or more.")
    return found


def distances(
    table: Sequence[Sequence[Cell]], weights: Sequence[float] | None = None, *, common: float = COMMON
) -> np.ndarray:
    """How far each authority is from each other one; NaN where two cannot be compared."""
    import numpy as np

    facts = standardised(table)
    heavy = weighed(facts.shape[1], weights)
    found = np.empty((len(facts), len(facts)))
    for row in range(len(facts)):
        found[row] = distances_from(facts, row, heavy, common)
    return found


def distances_from(facts: np.ndarray, row: int, heavy: np.ndarray, common: float = COMMON) -> np.ndarray:
    """One row of the distances, from standardised facts."""
    import numpy as np

    gaps = facts - facts[row]
    held = np.isfinite(gaps)
    squares = np.where(held, gaps, 0.0) ** 2 @ heavy
    # Only facts that part somebody count: the others weigh nothing for any pair.
    whole = heavy[np.isfinite(facts).any(axis=0)].sum()
    shared = held @ heavy
    comparable = (shared > 0) & (shared >= common * whole)
    return np.where(comparable, np.sqrt(squares * whole / np.where(comparable, shared, 1.0)), np.nan)


def rebased(found: np.ndarray) -> np.ndarray:
    """From one authority: 0 for identical, 1 for the farthest."""
    import numpy as np

    farthest = np.nanmax(found) if np.isfinite(found).any() else 0.0
    return found / farthest if farthest > 0 else found


def nearest(
    table: Sequence[Sequence[Cell]],
    row: int,
    weights: Sequence[float] | None = None,
    *,
    count: int = COUNT,
    common: float = COMMON,
) -> list[Neighbour]:
    """The authorities most like that of a row, the nearest first; of equals the one that stands first."""
    import numpy as np

    facts = standardised(table)
    heavy = weighed(facts.shape[1], weights)
    found = distances_from(facts, row, heavy, common)
    found[row] = np.nan
    shown = rebased(found)
    order = [int(other) for other in np.argsort(found, kind="stable") if np.isfinite(found[other])]
    chosen = order[:count]
    squares = heavy * (facts[chosen] - facts[row]) ** 2
    every = heavy * (facts - facts[row]) ** 2
    held = np.isfinite(every)
    usual = np.where(held, every, 0.0).sum(axis=0) / np.maximum(held.sum(axis=0) - 1, 1)
    weighs = (heavy > 0) & np.isfinite(facts).any(axis=0)
    return [
        Neighbour(
            row=other,
            distance=float(found[other]),
            rebased=float(shown[other]),
            alike=_first(usual - square, DRIVERS),
            apart=_first(square, DRIVERS),
            missing=tuple(int(column) for column in np.flatnonzero(weighs & ~np.isfinite(square))),
        )
        for other, square in zip(chosen, squares, strict=True)
    ]


def _first(scores: np.ndarray, count: int) -> tuple[int, ...]:
    """The columns with the highest scores, of those that say anything."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    return tuple(
        int(column) for column in order[:count] if np.isfinite(scores[column]) and scores[column] > 0
    )
