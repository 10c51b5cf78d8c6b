"""Rankings of many cases are worked out by the clock, so that no page waits for them; old ones are cleared away."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count

from beacons.core.sweeps import each
from beacons.rounds.models import Round
from panel.actions import ranking
from panel.models import Appointment, Case, Ranking
from panel.reckoning import AT_ONCE, Scope


def reckon(at: datetime) -> int:
    """One ranking a time, for panels whose marks are open and that have too many cases for a page to wait."""
    for scope in outstanding(at):
        ranking.weigh(ranking.reckon(scope, at=at), {}, at=at)
        return 1
    return 0


def outstanding(at: datetime) -> Iterator[Scope]:
    """What members would look at and is not there, or is out of date; each set of hidden cases once."""
    counted = Case.objects.unsealed().values("application__round").annotate(number=Count("pk"))
    crowded = counted.filter(number__gt=AT_ONCE).values("application__round")
    for a_round in Round.objects.running(at).filter(pk__in=crowded).order_by("pk"):
        seen: set[str] = set()
        members = Appointment.objects.active(at).declared().filter(seat__round=a_round).order_by("pk")
        for member in members.select_related("user"):
            scope = Scope.of(member.user, a_round, at)
            if scope.hidden_key in seen:
                continue
            seen.add(scope.hidden_key)
            newest = scope.newest()
            if scope.count > AT_ONCE and (newest is None or newest.inputs != scope.inputs):
                yield scope


def clear(at: datetime) -> int:
    return each(Ranking.objects.superseded(at), ranking.clear, at=at)
