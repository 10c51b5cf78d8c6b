"""What the pot could pay for by a stored ranking: three lists, how each goes with cost, and what comes close.

Bids below a least mark are left out, and so are those whose score is below the threshold. The calibrated score counts,
or the raw one where none can be worked out.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from panel import funding
from panel.models import Case, Ranking, RankingRow
from panel.reckoning import groups_of
from panel.standings import THRESHOLD

# So many seconds the solver has for the best set, and for each one that comes close; so many of these are looked for
# as long as the time for all of them lasts.
SECONDS, CLOSE_ONES, SECONDS_FOR_ALL = 4.0, 3, 8.0
# So many of the likeliest are kept for the page.
LIKELIEST = 100


def weighed(ranking: Ranking, least: Mapping[str, int]) -> dict[str, Any]:
    """The three lists as keys of cases, with what is told of each."""
    rows = list(ranking.rows.filter(shown__isnull=False, fails=False))
    groups = groups_of(Case.objects.filter(pk__in=ranking.rows.values("case")))
    bids = [
        funding.Bid(row.case_id, float(score_of(row)), row.requested, frozenset(groups[row.case_id]))
        for row in rows
    ]
    limits = funding.Limits(ranking.facts["pot"], THRESHOLD, least)
    able = [bid for bid in bids if bid.score >= THRESHOLD]
    down_the_list = funding.ranked(bids, funding.Limits(limits.pot, THRESHOLD))
    chances = {row.case_id: row.chance for row in rows if row.chance is not None}
    likeliest = sorted(chances, key=lambda case: (-chances[case], case))
    return {
        "able": len(able),
        "ranked": told_of(down_the_list, able),
        "best": best_of(able, limits),
        "likely": {
            "cases": likeliest[:LIKELIEST],
            "bias": funding.cost_bias([bid for bid in bids if bid.id in chances], chances),
        },
    }


def score_of(row: RankingRow) -> Any:
    return row.shown if row.calibrated is None else row.calibrated


def told_of(choice: funding.Choice, able: Sequence[funding.Bid]) -> dict[str, Any]:
    return {
        "cases": [bid.id for bid in choice.bids],
        "cost": choice.cost,
        "worth": choice.worth,
        "bias": funding.cost_bias(able, dict.fromkeys(choice.ids, 1.0)),
    }


def best_of(able: Sequence[funding.Bid], limits: funding.Limits) -> dict[str, Any]:
    """The set worth most, and those that come close; or why the minima cannot be kept."""
    began = time.monotonic()
    try:
        best = funding.portfolio(able, limits, seconds=SECONDS)
    except funding.CannotBe as why:
        return {"reasons": list(why.reasons)}
    found = [best]
    while len(found) <= CLOSE_ONES and time.monotonic() - began < SECONDS_FOR_ALL:
        close = next_to(able, limits, found)
        if close is None:
            break
        found.append(close)
    return {
        **told_of(best, able),
        "is_proven": best.is_proven,
        "close": [
            {
                "less": 100 * (best.worth - other.worth) / best.worth if best.worth else 0.0,
                "cost": other.cost,
                "with": sorted(other.ids - best.ids),
                "without": sorted(best.ids - other.ids),
            }
            for other in found[1:]
        ],
    }


def next_to(
    able: Sequence[funding.Bid], limits: funding.Limits, found: Sequence[funding.Choice]
) -> funding.Choice | None:
    """The best set other than those found."""
    try:
        return funding.portfolio(able, limits, without=[choice.ids for choice in found], seconds=SECONDS)
    except funding.CannotBe:
        return None
