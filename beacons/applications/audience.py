"""Whom a round concerns for which nobody has to be signed up: those who may apply, and later those who did."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from beacons.applications import admission
from beacons.applications.models import Application
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from beacons.rounds import notices
from beacons.rounds.models import Round, Stage
from outcomes.models import Outcome


@notices.audience
def of_a_round_without_sign_ups(a_round: Round, at: datetime) -> Mapping[int, list[Outcome]]:
    if a_round.has_closed(Stage.Key.APPLICATIONS, at):
        return by_outcome(Application.objects.filter(round=a_round).standing())
    if a_round.follows_id is not None:
        return by_outcome(admission.admitting(at).filter(round=a_round.follows_id))
    outcomes = list(a_round.outcomes.all())
    there = Authority.objects.existing_on(day_in_london(at))
    return dict.fromkeys(there.values_list("pk", flat=True), outcomes)


def by_outcome(bids: QuerySet[Application]) -> Mapping[int, list[Outcome]]:
    aims: dict[int, list[Outcome]] = {}
    for bid in bids.select_related("outcome").order_by("outcome__title", "pk"):
        outcomes = aims.setdefault(bid.authority_id, [])
        if bid.outcome not in outcomes:
            outcomes.append(bid.outcome)
    return aims
