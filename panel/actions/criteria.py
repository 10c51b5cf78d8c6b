"""The chairs turn the cohort's issues into criteria."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User
from beacons.rounds import actions as planning
from beacons.rounds.models import Criterion, Round
from outcomes.models import Issue
from panel.rules import criteria as rules


@verb
def set_criteria(
    round: Round,
    *,
    keep: Sequence[tuple[Criterion, Collection[Issue]]],
    remove: Collection[Criterion],
    by: User,
    at: datetime,
    seen: str = "",
) -> Round:
    """The criteria as the chairs want them, each with the issues it rests on: all of it, or nothing.

    An approval is never taken back, so only what may change meanwhile is asked under the lock that `save_criteria` takes.
    """
    refuse_if(rules.reasons_not_to_set_criteria(round, at=at))
    return planning.save_criteria(
        round,
        keep=[criterion for criterion, _ in keep],
        remove=remove,
        rests=keep,
        seen=seen,
        by=by,
        at=at,
    )


def check_criteria(round: Round, **said: Any) -> None:
    """Would these criteria be taken? Raises what saving them would, and changes nothing."""
    with transaction.atomic():
        set_criteria(round, **said)
        transaction.set_rollback(True)
