"""What an authority holds, and how it passes on when another takes it over: each room says it of its own things.

A later room registers its kinds here, since directory must not know of any. What waits to pass is found from facts:
whatever stands in the name of an abolished authority and has not passed. So what comes to light after the day of
the merger (a sign-up of an old agreement, loaded late) passes on too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from beacons.directory.models import Authority, Inheritance, Membership, Role, Succession


@dataclass(frozen=True)
class Estate:
    """One kind of thing that an authority holds.

    `rows` are all that ever pass, with what `words` needs loaded. `pass_on(row, former, successor, by=, at=)` hands
    one over, and says whether it did: False where it stays beside what the successor has of its own.
    """

    kind: str
    plural: str
    rows: Callable[[], QuerySet]
    words: Callable[[Any], str]
    pass_on: Callable[..., bool]
    holder: str = "authority"

    def waiting(self) -> QuerySet:
        """Rows, of whichever authority, that have not passed to a successor of it."""
        passed = Inheritance.objects.filter(
            kind=self.kind, subject_id=OuterRef("pk"), former=OuterRef(self.holder)
        )
        return self.rows().exclude(Exists(passed))

    def of(self, authority: Authority) -> QuerySet:
        return self.waiting().filter(**{self.holder: authority}).order_by("pk")


_estates: dict[str, Estate] = {}
_followers: dict[str, list[Callable[..., None]]] = {}


def add(estate: Estate) -> Estate:
    _estates[estate.kind] = estate
    return estate


def follows(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register what a later room does, in the same transaction, when a thing of an earlier room passes.

    Called before the thing itself moves, so that a later room locks its rows first, as its own verbs do.
    """

    def register(follow: Callable[..., None]) -> Callable[..., None]:
        _followers.setdefault(kind, []).append(follow)
        return follow

    return register


def every() -> list[Estate]:
    return list(_estates.values())


def known(kind: str) -> Estate | None:
    return _estates.get(kind)


def followers(kind: str) -> list[Callable[..., None]]:
    return _followers.get(kind, [])


def waiting_with(authority: Authority) -> dict[str, list[int]]:
    """{kind: ids} of all that waits to pass from an authority, in one query; kinds in the order of the rooms."""
    asked = [estate.of(authority).order_by().values_list(Value(estate.kind), "pk") for estate in every()]
    found: dict[str, list[int]] = {estate.kind: [] for estate in every()}
    for kind, pk in asked[0].union(*asked[1:], all=True) if asked else ():
        found[kind].append(pk)
    return {kind: sorted(pks) for kind, pks in found.items() if pks}


def holding() -> Q:
    """Authorities that still hold something that would pass."""
    held = Q(pk__in=[])
    for estate in every():
        held |= Q(Exists(estate.waiting().filter(**{estate.holder: OuterRef("pk")})))
    return held


def to_inherit(at: datetime) -> QuerySet[Authority]:
    """Taken over by one other, whose succession is not carried out, or that hold something still.

    The upper tier comes first: where a county and its districts become one, the county's agreement is the area's.
    """
    undone = Succession.objects.filter(authority=OuterRef("pk"), carried_out_at__isnull=True)
    upper = Case(When(tier=Authority.Tier.UPPER, then=Value(0)), default=Value(1))
    return (
        _taken_over(at, by_several=False)
        .filter(Q(Exists(undone)) | holding())
        .annotate(last_day=F("closed_on"))
        .order_by("last_day", upper, "name", "pk")
    )


def to_share_out(at: datetime) -> QuerySet[Authority]:
    """Divided among several others, and holding something for which nobody has chosen one of them."""
    return _taken_over(at, by_several=True).filter(holding()).order_by("closed_on", "name", "pk")


def _taken_over(at: datetime, *, by_several: bool) -> QuerySet[Authority]:
    several = (
        Succession.objects.filter(authority=OuterRef("pk"))
        .order_by()
        .values("authority")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    divided = Q(Exists(several))
    return Authority.objects.taken_over(at).filter(divided if by_several else ~divided)


def _pass_membership(held: Membership, former: Authority, successor: Authority, *, by: Any, at: Any) -> bool:
    """People come along as officers. Who certifies for the successor, staff confirm anew."""
    Membership.objects.filter(pk=held.pk).update(ended_at=at)
    role = Role.DRAFTER if held.role == Role.CERTIFIER else held.role
    if not Membership.objects.active().filter(user=held.user, role=role, authority=successor).exists():
        Membership.objects.create(
            user=held.user, role=role, authority=successor, job_title=held.job_title, began_at=at
        )
    return True


add(
    Estate(
        kind="membership",
        plural="People",
        rows=lambda: Membership.objects.active().filter(authority__isnull=False).select_related("user"),
        words=lambda held: f"{held.user}, {held.get_role_display().lower()}",
        pass_on=_pass_membership,
    )
)
