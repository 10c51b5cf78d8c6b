"""Why no application can be begun."""

from datetime import datetime
from typing import Any

from beacons.applications import calls
from beacons.applications.calls import Call
from beacons.applications.models import Application
from beacons.applications.rules.open import reasons_closed
from beacons.core import text
from beacons.directory.models import Authority
from beacons.rounds.models import Category


def reasons_not_to_apply(call: Call, *, at: datetime) -> list[str]:
    """Why the authority can begin nothing for this outcome, whatever it chooses."""
    reasons = reasons_closed(call, at=at)
    if not call.in_round:
        reasons.append(f"“{call.outcome}” is not an outcome of this round.")
    reasons += reasons_shut(call)
    if call.is_taken:
        reasons.append(taken(call, call.standing[0]))
    return reasons


def reasons_not_to_start(
    call: Call, *, title: str, category: Category | None, partner: Authority | None, at: datetime
) -> list[str]:
    """Why this very application cannot be begun."""
    reasons = reasons_not_to_apply(call, at=at)
    categories = call.round.categories.all()
    if categories and category not in categories:
        reasons.append("Choose a category of this round.")
    elif category is not None and not categories:
        reasons.append("This round has no categories.")
    elif not reasons and (standing := call.standing_in(category)):
        reasons.append(taken(call, standing))
    if partner == call.authority:
        reasons.append("Name another authority than your own as your partner.")
    if call.needs_partner and not (partner and calls.signed_up(call.outcome, [partner])):
        reasons.append(not_signed_up(call.authority, call.outcome))
    return reasons + reasons_title(title)


def reasons_shut(call: Call) -> list[str]:
    """A second phase is open to those awarded in the first. Of what is not announced nothing is told."""
    if not call.is_shut:
        return []
    return [
        f"This is the second phase of {call.round.follows}, and open to those awarded there:"
        f" {call.authority} holds no announced award there for “{call.outcome}”."
    ]


def taken(call: Call, standing: Application) -> str:
    category = f", category “{standing.category}”" if standing.category_id else ""
    return (
        f"{call.authority} has an application for “{call.outcome}”{category} in this round already:"
        f" {standing.reference}. There can be one."
    )


def not_signed_up(authority: Authority, outcome: Any) -> str:
    county = f", nor is {authority.county}" if authority.county_id else ""
    return (
        f"{authority} is not signed up to “{outcome}”{county}. To apply, name a partner authority that is,"
        " or whose county is."
    )


def reasons_title(title: str) -> list[str]:
    if text.is_blank(title):
        return ["Give the application a title."]
    return ["The title must be 120 characters or fewer."] if len(title) > 120 else []
