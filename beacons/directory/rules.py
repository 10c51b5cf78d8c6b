"""Why what an authority held may not pass to a successor now. The page and the verb ask the same functions."""

from collections.abc import Sequence
from datetime import datetime

from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority, Inheritance, Membership, Role, Succession, User


def reasons_not_taken_over(
    authority: Authority, successions: Sequence[Succession], *, at: datetime
) -> list[str]:
    """Has the day come on which others took over?"""
    today = day_in_london(at)
    due = [each for each in successions if each.took_over_on is not None and each.took_over_on <= today]
    if not (due and authority.is_abolished(today)):
        return [f"Nobody has taken {authority} over yet."]
    return []


def reasons_not_to_inherit(
    authority: Authority, successions: Sequence[Succession], *, at: datetime
) -> list[str]:
    reasons = reasons_not_taken_over(authority, successions, at=at)
    if not reasons and len(successions) > 1:
        names = " and ".join(str(each.successor) for each in successions)
        reasons.append(
            f"{authority} was divided among {names}. Choose for each thing which of them it passes to."
        )
    return reasons


def reasons_not_to_share_out(
    authority: Authority, successions: Sequence[Succession], chosen: Sequence[int], *, at: datetime
) -> list[str]:
    reasons = reasons_not_taken_over(authority, successions, at=at)
    if not chosen:
        reasons.append("Choose a successor for at least one thing.")
    if set(chosen) - {each.successor_id for each in successions}:
        reasons.append(f"Choose one of the successors of {authority}.")
    return reasons


def certifiers_to_confirm(successor: Authority | int) -> list[Membership]:
    """People who certified for a council that was taken over, and who are officers of the successor since."""
    came = Inheritance.objects.filter(kind="membership", successor=successor).values("subject_id")
    were = Membership.objects.filter(pk__in=came, role=Role.CERTIFIER).values("user")
    certify = Membership.objects.active().filter(authority=successor, role=Role.CERTIFIER).values("user")
    return list(
        Membership.objects.active()
        .filter(authority=successor, role=Role.DRAFTER, user__in=were, user__is_active=True)
        .exclude(user__in=certify)
        .select_related("user", "authority")
        .order_by("user__name", "pk")
    )


def reasons_not_to_confirm_certifier(person: User, successor: Authority) -> list[str]:
    if person.pk not in {held.user_id for held in certifiers_to_confirm(successor)}:
        return [f"{person} did not certify for a council that {successor} took over, or certifies already."]
    return []
