"""Why what an authority held may not pass to a successor now. The page and the verb ask the same functions."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef

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


def certifiers_to_confirm(successor: Authority | None = None) -> list[Membership]:
    """People who certified for a council that was taken over, and who are officers of its successor since."""
    came = Inheritance.objects.filter(
        kind="membership", subject_id=OuterRef("pk"), successor=OuterRef(OuterRef("authority"))
    )
    were = Membership.objects.filter(
        Exists(came),
        role=Role.CERTIFIER,
        user=OuterRef("user"),
    )
    certify = Membership.objects.active().filter(
        authority=OuterRef("authority"), role=Role.CERTIFIER, user=OuterRef("user")
    )
    found = Membership.objects.active().filter(Exists(were), role=Role.DRAFTER, user__is_active=True)
    if successor is not None:
        found = found.filter(authority=successor)
    return list(
        found.exclude(Exists(certify))
        .select_related("user", "authority")
        .order_by("authority__name", "user__name", "pk")
    )


def reasons_not_to_confirm_certifier(person: User, successor: Authority) -> list[str]:
    if person.pk not in {held.user_id for held in certifiers_to_confirm(successor)}:
        return [f"{person} did not certify for a council that {successor} took over, or certifies already."]
    return []


def reasons_not_to_enter(
    authority: Authority, successor: Authority, took_over_on: date, *, known: Succession | None = None
) -> list[str]:
    """Why staff may not enter that one authority becomes part of another on a day."""
    if known is not None and known.carried_out_at is not None:
        return ["This merger has been carried out, so it can no longer be changed."]
    reasons = []
    if authority.pk == successor.pk:
        reasons.append("An authority cannot take itself over.")
    if successor.is_abolished(took_over_on):
        reasons.append(f"{successor} does not exist on that day any more.")
    if successor.opened_on is not None and successor.opened_on > took_over_on:
        reasons.append(f"{successor} does not exist on that day yet.")
    others = authority.successions.all() if known is None else authority.successions.exclude(pk=known.pk)
    if others.filter(successor=successor).exists():
        reasons.append("This succession is entered already.")
    elif others.filter(carried_out_at__isnull=False).exists():
        reasons.append(f"What {authority} had has passed to its successor already.")
    elif others.exclude(took_over_on=took_over_on).exists():
        reasons.append(f"All successors of {authority} take over on the same day.")
    return reasons
