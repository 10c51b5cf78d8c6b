"""Which applications of a first phase open the second: those awarded, from the announcement on."""

from datetime import datetime

from django.db.models import Q

from beacons.applications.admission import opens
from panel.models import Decision
from panel.statuses import Verdict


@opens
def awarded(at: datetime) -> Q:
    awards = Decision.objects.announced(at).filter(verdict=Verdict.AWARD)
    return Q(pk__in=awards.values("case__application"))
