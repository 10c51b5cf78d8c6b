"""Who may apply in the second phase of a programme: those whose bids the first one awarded.

What the panel decided, and what became of the grant, later rooms know. They register here which applications of a
first phase open the second to their authority, and which do so no longer; nothing is copied that could be out of date.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from beacons.applications.models import Application
from beacons.directory.models import Authority

Ask = Callable[[datetime], Q]
_opens: list[Ask] = []
_shuts: list[Ask] = []


def opens(ask: Ask) -> Ask:
    """Register which applications open a second phase. It must not tell what is sealed at the instant."""
    _opens.append(ask)
    return ask


def shuts(ask: Ask) -> Ask:
    """Register which of them open it no longer."""
    _shuts.append(ask)
    return ask


def admitting(at: datetime) -> QuerySet[Application]:
    """Applications that admit their authority to the phase after theirs."""
    # An empty Q would be true of every application, so what nobody opens stays shut.
    opened = Q(pk__in=[])
    for ask in _opens:
        opened |= ask(at)
    found = Application.objects.filter(opened)
    for ask in _shuts:
        found = found.exclude(ask(at))
    return found


def of_phase(
    firsts: Iterable[int | None], authorities: Iterable[Authority], at: datetime
) -> list[Application]:
    """The applications by which these authorities are admitted after these first phases, named by their ids."""
    phases = [pk for pk in firsts if pk]
    if not phases:
        return []
    return list(admitting(at).filter(round__in=phases, authority__in=authorities).order_by("pk"))


def admitted(first_id: int, at: datetime) -> QuerySet[Authority]:
    """The authorities that may apply after this first phase."""
    return Authority.objects.filter(pk__in=admitting(at).filter(round=first_id).values("authority"))
