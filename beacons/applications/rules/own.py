"""Why a councillor can begin no application of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from beacons.applications.closings import Deadline
from beacons.applications.models import Application
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.starting import reasons_title
from beacons.directory.models import Membership
from beacons.rounds.models import Category, Round


def group_category(a_round: Round, seat: Membership) -> Category | None:
    """The places of a political group, where the round has places by group."""
    group = seat.political_group.casefold()
    return next((each for each in a_round.categories.all() if each.name.casefold() == group), None)


def reasons_not_to_start_own(
    a_round: Round, seat: Membership, *, standing: Application | None, at: datetime
) -> list[str]:
    """`standing` is the application that the councillor has in this round already."""
    reasons = reasons_closed(Deadline(a_round, seat.authority), at=at)
    if not a_round.is_for_councillors:
        reasons.append("In this round councils apply, and not councillors for themselves.")
    if standing is not None:
        reasons.append(
            f"You have an application in this round already: {standing.reference}. There can be one."
        )
    groups = [each.name for each in a_round.categories.all()]
    if groups and group_category(a_round, seat) is None:
        reasons.append(
            f"This round has places for members of {in_words(groups)}, and you sit as “{seat.political_group}”. If that"
            " is wrong, ask the scheme’s office to put it right."
        )
    return reasons


def reasons_not_to_start_this(
    a_round: Round,
    seat: Membership,
    outcome: Any,
    *,
    title: str,
    standing: Application | None,
    at: datetime,
) -> list[str]:
    reasons = reasons_not_to_start_own(a_round, seat, standing=standing, at=at)
    if not a_round.outcomes.filter(pk=outcome.pk).exists():
        reasons.append(f"“{outcome}” is not an outcome of this round.")
    return reasons + reasons_title(title)


def in_words(names: Sequence[str]) -> str:
    """'A, B and C'."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
