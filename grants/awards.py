"""Announced awards and reserves, read from the panel: what a grant is made of. The panel knows nothing of grants."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Sum

from beacons.applications.statuses import Status
from beacons.rounds.models import Round
from grants import timetable
from grants.models import Grant
from panel.models import Case
from panel.statuses import CaseStatus, Verdict

if TYPE_CHECKING:
    from panel.querysets.cases import CaseQuerySet


def announced(at: datetime) -> "CaseQuerySet":
    """Cases that are open to everybody and whose application stands."""
    return Case.objects.filter(
        status=CaseStatus.ANNOUNCED,
        application__status=Status.ELIGIBLE,
        application__round__announcement__at__lte=at,
    ).select_related("decision", "application__round", "application__authority")


def without_grant(at: datetime) -> "CaseQuerySet":
    """Awards for which no grant has been drafted."""
    return (
        announced(at).filter(decision__verdict=Verdict.AWARD, application__grant__isnull=True).order_by("pk")
    )


def reserves(at: datetime) -> "CaseQuerySet":
    """Reserves that have been offered nothing, in the order in which they would be."""
    return (
        announced(at)
        .filter(decision__verdict=Verdict.RESERVE, application__grant__isnull=True)
        .order_by(F("decision__reserve_place").asc(nulls_last=True), "decision__pk")
    )


def next_reserves(at: datetime) -> list[Case]:
    """In each round whose money came free, the reserve that comes first."""
    first: dict[int, Case] = {}
    with_freed = Grant.objects.freed().values("round")
    for case in reserves(at).filter(application__round__in=with_freed):
        first.setdefault(case.application.round_id, case)
    return list(first.values())


def freed(a_round: Round) -> int:
    """Pounds that refused and lapsed awards set free and no reserve has been offered since.

    What the panel left in the pot from the start is not among them: it chose to keep it.
    """
    grants = Grant.objects.filter(round=a_round)
    came_free = grants.freed().filter(from_reserve=False).aggregate(pounds=Sum("amount"))["pounds"] or 0
    taken = grants.standing().filter(from_reserve=True).aggregate(pounds=Sum("amount"))["pounds"] or 0
    return min(came_free - taken, a_round.pot - a_round.granted)


def reserve_amount(case: Case, a_round: Round) -> int:
    """What a reserve can be offered: what was decided (or asked for), cut to what is free; nought if that is too little."""
    wanted = case.decision.amount or case.application.requested
    offered = min(wanted, freed(a_round))
    return offered if offered >= min(wanted, a_round.grant_least) else 0


def days_left(a_round: Round, at: datetime) -> int:
    """Days of spreading and closing that a grant offered now would have."""
    spread = a_round.stage_of("spread")
    return timetable.days_left_to_spread(
        at, spread_opens_on=spread.opens_on, ends_on=a_round.stage_of("close").closes_on
    )
