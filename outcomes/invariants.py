"""What must always hold of sign-ups."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from beacons.core.invariants import invariant
from beacons.directory.models import Membership, Role
from outcomes.models import Indicator, SignUp


@invariant
def a_body_joins_an_area_of_the_same_outcome() -> Iterator[str]:
    joined = SignUp.objects.filter(joins__isnull=False).select_related("authority", "outcome")
    for sign_up in joined.exclude(joins__outcome=F("outcome")):
        yield f"{sign_up} joins a sign-up to another outcome."
    for sign_up in joined.filter(joins__joins__isnull=False):
        yield f"{sign_up} joins what itself has joined another."


@invariant
def confirmed_by_a_certifier() -> Iterator[str]:
    """By somebody who certified for that council at that instant; what was inherited, for one before it."""
    held = Membership.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=OuterRef("confirmed_at")),
        user=OuterRef("confirmed_by"),
        role=Role.CERTIFIER,
        began_at__lte=OuterRef("confirmed_at"),
    )
    of_council = held.filter(authority=OuterRef("authority"))
    unfit = SignUp.objects.confirmed().exclude(
        Exists(of_council) | Q(Exists(held), inherited_from__isnull=False)
    )
    for sign_up in unfit.select_related("authority", "outcome"):
        yield f"{sign_up} was confirmed by somebody who did not certify for it."


@invariant
def own_measures_have_an_owner() -> Iterator[str]:
    ownerless = Indicator.objects.filter(kind=Indicator.Kind.OWN, authority__isnull=True)
    for code in ownerless.values_list("code", flat=True):
        yield f"{code} is a council's own measure, and does not say whose."
    signed = SignUp.objects.filter(measure__isnull=False).exclude(measure__kind=Indicator.Kind.OWN)
    for sign_up in signed.select_related("authority", "outcome"):
        yield f"{sign_up} is measured by what is no council's own measure."
