"""What the pot could pay for: three lists side by side, advice and never a decision. Plain Python, with numpy and scipy.

The ranked list goes down from the best until the pot is spent. The portfolio is the set of bids worth most above the
quality bar that the pot can pay, with so many at least and at most of each region and outcome: an integer programme,
solved exactly. The chance of being funded is the share of rounds, drawn from the calibrated scores as they hang
together, in which the ranked list would have reached the bid.

A programme that adds up scores likes cheap bids, so each list says how its choice goes with cost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Id = Any  # a primary key or a reference: whatever has an order
# What one bid short of a minimum costs in the programme that explains; a bid too many for a maximum cannot be.
SHORT = 1e6
# As scipy's solver says that its time was over.
OUT_OF_TIME = 1


@dataclass(frozen=True)
class Bid:
    """A bid with its score, what it asks for in pounds, and the groups it counts towards: its region, its outcome."""

    id: Id
    score: float
    cost: int
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Limits:
    """The pot in pounds, the score below which nothing is funded, and the fewest and the most of each group."""

    pot: int
    bar: float = 0.0
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A set of bids, in the order of their scores."""

    bids: tuple[Bid, ...]
    worth: float = 0.0
    # Whether no other set can be worth more; not when the time ran out before that was known.
    is_proven: bool = True

    @property
    def ids(self) -> frozenset[Id]:
        return frozenset(bid.id for bid in self.bids)

    @property
    def cost(self) -> int:
        return sum(bid.cost for bid in self.bids)


class CannotBe(Exception):
    """No set of bids keeps all the limits; the reasons say which minima are out of reach."""

    def __init__(self, reasons: Iterable[str]):
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


def in_order(bids: Iterable[Bid]) -> list[Bid]:
    """Best first; equals in the order of their identifiers."""
    return sorted(bids, key=lambda bid: (-bid.score, bid.id))


def ranked(bids: Iterable[Bid], limits: Limits) -> Choice:
    """From the best downwards, until the next would cost more than is left: nobody is passed over for a cheaper bid."""
    funded: list[Bid] = []
    left = limits.pot
    for bid in in_order(bids):
        if bid.score < limits.bar or bid.cost > left:
            break
        funded.append(bid)
        left -= bid.cost
    return Choice(tuple(funded), sum(bid.score - limits.bar for bid in funded))


def portfolio(
    bids: Iterable[Bid],
    limits: Limits,
    *,
    without: Collection[frozenset[Id]] = (),
    seconds: float | None = None,
) -> Choice:
    """The set worth most above the bar within pot and limits, other than the sets `without`; the best found in time.

    Raises `CannotBe`, with the minima that cannot be kept.
    """
    able = [bid for bid in in_order(bids) if bid.score >= limits.bar]
    solution = _programme(able, limits, without, elastic=False, seconds=seconds)
    if solution.columns is None:
        if solution.is_late:
            raise CannotBe(["No set of bids was found in the time given."])
        raise CannotBe(_reasons(able, limits, without, seconds))
    chosen = tuple(bid for bid, x in zip(able, solution.columns, strict=True) if x > 0.5)
    return Choice(chosen, sum(bid.score - limits.bar for bid in chosen), not solution.is_late)


def alternatives(
    bids: Iterable[Bid], limits: Limits, best: Choice, number: int, *, seconds: float | None = None
) -> list[Choice]:
    """The next best sets, each with how much it is worth: how little parts them is the honest message."""
    bids = list(bids)
    found = [best]
    for _ in range(number):
        try:
            without = [choice.ids for choice in found]
            found.append(portfolio(bids, limits, without=without, seconds=seconds))
        except CannotBe:
            break
    return found[1:]


def chances(
    applications: Sequence[Id], drawn: np.ndarray, costs: Mapping[Id, int], pot: int
) -> dict[Id, float]:
    """For each application the share of rounds in which the ranked list reaches it.

    `drawn` holds a row a round, with the score of each application in their order (`Calibration.posterior.drawn`).
    """
    import numpy as np

    cost = np.array([costs[application] for application in applications], dtype=np.int64)
    order = np.argsort(-drawn, axis=1, kind="stable")
    reached = cost[order].cumsum(axis=1) <= pot
    funded = np.empty_like(reached)
    np.put_along_axis(funded, order, reached, axis=1)
    return dict(zip(applications, map(float, funded.mean(axis=0)), strict=True))


def cost_bias(bids: Sequence[Bid], share: Mapping[Id, float]) -> float | None:
    """How being funded goes with cost, from -1 (cheap bids are preferred) to 1; None where one of them is the same for all.

    `share` is the chance of each bid, or 1 for those chosen and 0 for the others.
    """
    count = len(bids)
    costs = [float(bid.cost) for bid in bids]
    shares = [share.get(bid.id, 0.0) for bid in bids]
    if count < 2 or len(set(costs)) == 1 or len(set(shares)) == 1:
        return None
    middle_cost, middle_share = sum(costs) / count, sum(shares) / count
    together = sum((c - middle_cost) * (s - middle_share) for c, s in zip(costs, shares, strict=True))
    spread = sqrt(sum((c - middle_cost) ** 2 for c in costs) * sum((s - middle_share) ** 2 for s in shares))
    return together / spread


class _Solution(NamedTuple):
    """The columns at the optimum, or at the best that was found when the time ran out; None where there is none."""

    columns: list[float] | None
    is_late: bool = False


def _reasons(
    able: Sequence[Bid], limits: Limits, without: Collection[frozenset[Id]], seconds: float | None
) -> list[str]:
    """Which minima the pot, the bar or the maxima do not allow, and by how many."""
    solution = _programme(able, limits, without, elastic=True, seconds=seconds).columns
    if solution is None:
        return ["There is no further set of bids within these limits."]
    short = solution[len(able) :]
    found = []
    for (group, least), missing in zip(sorted(limits.least.items()), short, strict=True):
        if round(missing) > 0:
            reached = least - round(missing)
            found.append(f"{group}: at least {least} are wanted and {reached} can be funded.")
    return found or ["There is no further set of bids within these limits."]


def _programme(
    able: Sequence[Bid],
    limits: Limits,
    without: Collection[frozenset[Id]],
    *,
    elastic: bool,
    seconds: float | None = None,
) -> _Solution:
    """The bids' columns, and, when elastic, how many each minimum falls short by."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    least = sorted(limits.least.items())
    slack = len(least) if elastic else 0
    width = len(able) + slack
    if not width:
        return _Solution([] if not without and not any(number for _, number in least) else None)
    rows: list[np.ndarray] = [np.array([float(bid.cost) for bid in able] + [0.0] * slack)]
    lower, upper = [-np.inf], [float(limits.pot)]

    def row(columns: Iterable[int], weight: Iterable[float]) -> np.ndarray:
        made = np.zeros(width)
        for column, value in zip(columns, weight, strict=True):
            made[column] = value
        return made

    def members(group: str) -> list[int]:
        return [column for column, bid in enumerate(able) if group in bid.groups]

    for number, (group, fewest) in enumerate(least):
        columns = members(group) + ([len(able) + number] if elastic else [])
        rows.append(row(columns, [1.0] * len(columns)))
        lower.append(fewest)
        upper.append(np.inf)
    for group, greatest in sorted(limits.most.items()):
        columns = members(group)
        rows.append(row(columns, [1.0] * len(columns)))
        lower.append(-np.inf)
        upper.append(greatest)
    for ids in without:
        # At least one bid must be different.
        signs = [1.0 if bid.id in ids else -1.0 for bid in able]
        rows.append(np.array(signs + [0.0] * slack))
        lower.append(-np.inf)
        upper.append(len(ids) - 1)
    gain = np.array([bid.score - limits.bar for bid in able] + [-SHORT] * slack)
    result = milp(
        -gain,
        constraints=LinearConstraint(np.array(rows), lower, upper),
        bounds=Bounds(np.zeros(width), np.array([1.0] * len(able) + [np.inf] * slack)),
        integrality=np.ones(width),
        options={"mip_rel_gap": 0} | ({} if seconds is None else {"time_limit": seconds}),
    )
    is_late = result.status == OUT_OF_TIME
    return _Solution(None if result.x is None else [float(x) for x in result.x], is_late)
