"""Rankings are worked out and kept. Nobody's act: no step is noted, since a ranking decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from beacons.core import steps
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel.models import Portfolio, Ranking, RankingRow
from panel.options import weighed
from panel.reckoning import METHOD, Reckoned, Scope, digest, reckoned


def reckon(scope: Scope, *, at: datetime) -> Ranking:
    """The ranking of these cases as they are now. It is worked out before the transaction that keeps it."""
    inputs = scope.inputs
    return _keep(scope, inputs, reckoned(scope), at=at)


def fitting(scope: Scope, *, at: datetime) -> Ranking:
    """The ranking of these cases that is kept, if it is not out of date; else it is worked out now."""
    newest = scope.newest()
    if newest is not None and newest.inputs == scope.inputs:
        return newest
    return reckon(scope, at=at)


@verb
def _keep(scope: Scope, inputs: str, found: Reckoned, *, at: datetime) -> Ranking:
    """Whoever comes second finds what the first kept."""
    kept, is_new = Ranking.objects.get_or_create(
        round=scope.round,
        inputs=inputs,
        defaults={
            "hidden": list(scope.hidden),
            "hidden_key": scope.hidden_key,
            "method": METHOD,
            "made_at": at,
            "facts": found.facts,
        },
    )
    if is_new:
        for row in found.rows:
            row.ranking = kept
        RankingRow.objects.bulk_create(found.rows, batch_size=2_000)
    return kept


def weigh(ranking: Ranking, least: Mapping[str, int], *, at: datetime) -> Portfolio:
    """What the pot could pay for under these minima: as it is kept, or worked out now."""
    key = digest(dict(least))
    kept = ranking.portfolios.filter(least_key=key).first()
    if kept is not None:
        return kept
    return _keep_portfolio(ranking, least, key, weighed(ranking, least), at=at)


@verb
def _keep_portfolio(
    ranking: Ranking, least: Mapping[str, int], key: str, facts: dict[str, Any], *, at: datetime
) -> Portfolio:
    kept, _ = Portfolio.objects.get_or_create(
        ranking=ranking, least_key=key, defaults={"least": dict(least), "made_at": at, "facts": facts}
    )
    return kept


@verb
def take_sheet(a_round: Round, *, kind: str, by: Any, at: datetime) -> None:
    """Somebody takes away what is sealed: it is noted who, and as what."""
    steps.note(a_round, "take_sheet", by=by, at=at, kind=kind)


@verb
def clear(old: Ranking, *, by: Any, at: datetime) -> None:
    """Clear away a ranking that a newer one followed before anything was decided."""
    Ranking.objects.superseded(at).filter(pk=old.pk).delete()
