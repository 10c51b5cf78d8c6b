"""A reserve that was given a grant is in the second phase too; who gave its grant back, or lost it, is not."""

from datetime import datetime

from django.db.models import Q

from beacons.applications.admission import opens, shuts
from grants.models import Grant
from grants.statuses import UNDER_AGREEMENT


@opens
def given_a_reserve(at: datetime) -> Q:
    """Offered to a reserve, and accepted."""
    held = Grant.objects.filter(from_reserve=True, status__in=UNDER_AGREEMENT)
    return Q(pk__in=held.values("application"))


@shuts
def given_up(at: datetime) -> Q:
    """Refused, lapsed, or stopped at some time, whatever became of its money since."""
    lost = Grant.objects.freed().values("application"), Grant.objects.stopped_once().values("application")
    return Q(pk__in=lost[0]) | Q(pk__in=lost[1])
