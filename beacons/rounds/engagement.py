"""How far each member of a round's cohort has come: invited, opened, signed up, and said what is hard."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from beacons.core.workdays import day_in_london
from beacons.directory.models import COUNCIL_ROLES, Authority, Membership
from beacons.rounds.models import Invitation, Round
from beacons.rounds.querysets import voices
from outcomes.models import SignUp
from outcomes.querysets import SignUpQuerySet

INVITED = Q(invited_at__isnull=False)
OPENED = Q(opened_at__isnull=False)
CONFIRMED = Q(confirmed_at__isnull=False)
# One voice for each council: it states an issue of its own, or supports another's.
HEARD = Q(has_stated=True) | Q(has_supported=True)
DONE = CONFIRMED & HEARD
NOBODY = Q(has_people=False)
# The way of an invitation, in its order.
FUNNEL = {
    "members": ("In the cohort", Q(pk__isnull=False)),
    "invited": ("Invited", INVITED),
    "opened": ("Opened the invitation", INVITED & OPENED),
    "confirmed": ("Confirmed the sign-up", CONFIRMED),
    "heard": ("Stated or supported an issue", HEARD),
}


def members(round: Round, at: datetime) -> SignUpQuerySet:
    """The cohort of the round's outcomes as it stands today: areas and bodies that joined, none that was abolished."""
    signed_up = SignUp.objects.filter(outcome__rounds=round, authority__in=existing(at))
    return with_engagement(signed_up, Invitation.objects.filter(round=round))


def existing(at: datetime) -> Any:
    return Authority.objects.existing_on(day_in_london(at))


def with_engagement(sign_ups: SignUpQuerySet, invitations: Any) -> SignUpQuerySet:
    """Annotate sign-ups with how far each has come, by the newest of these invitations of the same council.

    `invitation_id`, `invited_at`, `opened_at`, `has_stated`, `has_supported`, and `has_people`: may anybody be
    written to?
    """
    same = {"outcome": OuterRef("outcome"), "authority": OuterRef("authority")}
    invited = invitations.filter(**same).order_by("-sent_at", "-pk")
    held = Membership.objects.active().filter(
        authority=OuterRef("authority"), role__in=COUNCIL_ROLES, user__is_active=True
    )
    return sign_ups.annotate(
        invitation_id=Subquery(invited.values("pk")[:1]),
        invited_at=Subquery(invited.values("sent_at")[:1]),
        opened_at=Subquery(invited.values("opened_at")[:1]),
        **voices(),
        has_people=Exists(held),
    )


def tally(round: Round, at: datetime) -> list[dict[str, Any]]:
    """For each outcome and region, how many of the cohort have come how far. One query, a few dozen rows."""
    return list(
        members(round, at)
        .order_by("outcome__title", "authority__region__name")
        .values("outcome", "outcome__title", "authority__region", "authority__region__name")
        .annotate(
            **{name: Count("pk", filter=which) for name, (_, which) in FUNNEL.items()},
            nobody=Count("pk", filter=NOBODY),
        )
    )


def uninvited(round: Round, at: datetime) -> SignUpQuerySet:
    return members(round, at).exclude(INVITED)


def to_remind(round: Round, at: datetime) -> SignUpQuerySet:
    """Invited, and something is left to do: to confirm the sign-up, or to say what is hard."""
    return members(round, at).filter(INVITED).exclude(DONE)


def letters_to_write(round: Round, at: datetime) -> dict[str, int]:
    """How many people would be written to now, if the rest were invited or everybody reminded: one letter each."""
    about = {"invite": uninvited(round, at), "remind": to_remind(round, at)}
    return (
        Membership.objects.active()
        .filter(role__in=COUNCIL_ROLES, user__is_active=True)
        .aggregate(
            **{
                name: Count(
                    "user", distinct=True, filter=Q(authority__in=rows.order_by().values("authority"))
                )
                for name, rows in about.items()
            }
        )
    )
