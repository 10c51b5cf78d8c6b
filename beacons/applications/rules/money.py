"""What is wrong with the money, in pounds; and why a budget cannot be saved."""

from collections.abc import Iterable
from datetime import datetime

from beacons.applications.budget import Sums, added_up
from beacons.applications.models import Application
from beacons.applications.rules.writing import reasons_not_to_edit

# Of one head, and of what one body puts into a pooled budget.
MOST_POUNDS = 99_999_999


def reasons_money(application: Application) -> list[str]:
    """What is wrong with the four heads, in the round's own figures: how many pounds too few or too many."""
    a_round, total = application.round, application.requested
    if not total:
        return ["Enter the grant you ask for, under its four heads."]
    reasons = []
    if total < a_round.grant_least:
        reasons.append(
            f"You ask for £{total:,}. The smallest grant of this round is £{a_round.grant_least:,}:"
            f" £{a_round.grant_least - total:,} more."
        )
    if total > a_round.grant_most:
        reasons.append(
            f"You ask for £{total:,}. The largest grant of this round is £{a_round.grant_most:,}:"
            f" £{total - a_round.grant_most:,} less."
        )
    needed = -(-total * a_round.shared_least // 100)
    if application.shared < needed:
        reasons.append(
            f"£{needed - application.shared:,} more of the £{total:,} must go into dissemination or support. They come"
            f" to £{application.shared:,}, and {a_round.shared_least} per cent is £{needed:,}."
        )
    return reasons


def reasons_whole_area(application: Application) -> list[str]:
    """A whole-area bid pools money of at least three bodies: the lead authority and two partners."""
    if not application.is_whole_area:
        return []
    partners = list(application.partners.all())
    reasons = []
    if len(partners) < 2:
        reasons.append(
            f"A whole-area application has at least two partners, and this one has {len(partners) or 'none'}. Add them, or"
            " say that it is no whole-area application."
        )
    if not (application.pooled or any(partner.pooled for partner in partners)):
        reasons.append("Enter what each body puts into the pooled budget.")
    return reasons


def reasons_not_to_save_budget(
    application: Application, *, sums: Iterable[Sums], pooled: Iterable[int], at: datetime
) -> list[str]:
    """`sums` are those of each body, `pooled` what each puts in. Money outside the round's limits may be saved."""
    reasons, sums = reasons_not_to_edit(application, at=at), list(sums)
    amounts = [*(amount for one in sums for amount in one), *added_up(sums), *pooled]
    if any(not 0 <= amount <= MOST_POUNDS for amount in amounts):
        reasons.append(f"Each amount, and each head together, must be between £0 and £{MOST_POUNDS:,}.")
    return reasons
