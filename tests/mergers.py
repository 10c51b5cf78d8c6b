"""A council that another takes over, for the tests of what passes on."""

from datetime import datetime

from beacons.core.workdays import day_in_london
from beacons.directory.actions import successions as actions
from beacons.directory.models import Authority, Succession
from tests.factories import AuthorityFactory


def take_over(former: Authority, successor: Authority | None = None, *, at: datetime) -> Authority:
    """`successor` takes `former` over on the day of `at`; returns the successor. Nothing has passed yet."""
    successor = successor or AuthorityFactory()
    day = day_in_london(at)
    Authority.objects.filter(pk=former.pk).update(closed_on=day)
    former.closed_on = day
    Succession.objects.create(authority=former, successor=successor, took_over_on=day)
    return successor


def merge(former: Authority, successor: Authority | None = None, *, at: datetime) -> Authority:
    """The same, and everything has passed."""
    successor = take_over(former, successor, at=at)
    actions.inherit(former, by=None, at=at)
    return successor
