"""A region as its coordinator sees it, gap by gap, and as everybody does: official facts without a label."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast
from django.urls import reverse

from beacons.directory.models import Authority, Region
from beacons.rounds import engagement
from beacons.rounds.models import Invitation, Round
from grants.dissemination.models import Adoption, Booking
from grants.dissemination.statuses import IN_LIBRARY
from grants.models import Grant
from outcomes.models import Flag, IndicatorValue, RegionObjective, SignUp
from outcomes.querysets import SignUpQuerySet
from outcomes.standing import Standing, quartiles

ENGLAND = "England"
MOST = 20
# What the desk needs to know of an outcome.
OUTCOME = {
    "title": F("outcome__title"),
    "slug": F("outcome__slug"),
    "indicator": F("outcome__measure"),
    "polarity": F("outcome__measure__polarity"),
    "subject": F("outcome__flag_subject"),
}
Standings = dict[tuple[int, int], Standing]


def members(region: Region, at: datetime) -> SignUpQuerySet:
    """The region's cohort members that are there today, with how far each has come in the rounds that run."""
    signed_up = SignUp.objects.filter(authority__region=region, authority__in=engagement.existing(at))
    running = Invitation.objects.filter(round__in=Round.objects.unfinished(at).values("pk"))
    return engagement.with_engagement(signed_up, running)


def standings(region: Region, outcomes: Iterable[Mapping[str, Any]], user: Any, at: datetime) -> Standings:
    """What figures and flags say of the region's councils on these outcomes; two queries.

    For the region's coordinator and for staff: whoever calls this has asked whether the reader may know it.
    """
    outcomes = list(outcomes)
    places = figures(
        {line["indicator"]: line["polarity"] for line in outcomes if line["indicator"] and line["polarity"]}
    )
    red = red_flags(region, outcomes, user, at)
    found: Standings = {}
    for line in outcomes:
        quarter = places.get(line["indicator"], {})
        for authority in {*quarter, *red[line["outcome"]]}:
            found[line["outcome"], authority] = Standing(
                quarter.get(authority), red=authority in red[line["outcome"]]
            )
    return found


def figures(measures: Mapping[int, str]) -> dict[int, dict[int, int]]:
    """{measure: {authority: its quarter of England's figures of one year}}, from the measures' polarities."""
    if not measures:
        return {}
    held = IndicatorValue.objects.filter(authority__nation=ENGLAND)
    compared = Q()
    for measure in measures:
        compared |= Q(indicator=measure, year=held.year_compared(measure))
    values: dict[int, dict[int, float]] = defaultdict(dict)
    rows = held.filter(compared).values_list("indicator", "authority", Cast("value", FloatField()))
    for measure, authority, value in rows:
        values[measure][authority] = value
    return {measure: quartiles(of, measures[measure]) for measure, of in values.items()}


def red_flags(
    region: Region, outcomes: Iterable[Mapping[str, Any]], user: Any, at: datetime
) -> dict[int, set[int]]:
    """{outcome: the region's authorities with a red flag on it}; see `FlagQuerySet.on`."""
    given = Flag.objects.visible_to(user, at).filter(authority__region=region, colour=Flag.Colour.RED)
    flags = list(given.values_list("authority", "outcome", "subject"))
    return {
        line["outcome"]: {
            authority
            for authority, outcome, subject in flags
            if outcome == line["outcome"]
            or (outcome is None and line["subject"] and subject.casefold() == line["subject"].casefold())
        }
        for line in outcomes
    }


@dataclass
class Gap:
    """One outcome in the region: how many of its members are not yet where they were asked to be."""

    title: str
    slug: str
    outcome: int
    members: int = 0
    struggling: list[str] = field(default_factory=list)
    unconfirmed: int = 0
    invited: int = 0
    unopened: int = 0
    nobody: int = 0

    @property
    def url(self) -> str:
        return reverse("outcome_detail", args=[self.slug])

    @property
    def weight(self) -> tuple[Any, ...]:
        """What is worst stands first."""
        return bool(self.members), -len(self.struggling), -self.unopened, -self.unconfirmed, self.title


@dataclass
class Aim:
    """An objective of the region with the gaps on its outcomes."""

    objective: RegionObjective
    gaps: list[Gap]


@dataclass
class Desk:
    """What a coordinator finds on the region's desk."""

    aims: list[Aim]
    others: list[Gap]
    gaps: list[Gap]

    @property
    def members(self) -> int:
        return sum(gap.members for gap in self.gaps)

    @property
    def unconfirmed(self) -> int:
        return sum(gap.unconfirmed for gap in self.gaps)

    @property
    def unopened(self) -> int:
        return sum(gap.unopened for gap in self.gaps)

    @property
    def nobody(self) -> int:
        return sum(gap.nobody for gap in self.gaps)

    @property
    def without_member(self) -> int:
        """Outcomes that the region aims at and nobody there is signed up to."""
        return len({gap.outcome for aim in self.aims for gap in aim.gaps if not gap.members})


def desk(region: Region, user: Any, at: datetime) -> Desk:
    """The region's objectives and its gaps against them; six queries however many councils."""
    rows = list(
        members(region, at)
        .annotate(**OUTCOME, name=F("authority__name"))
        .order_by("title", "name")
        .values(
            *OUTCOME, "outcome", "authority", "name", "confirmed_at", "invited_at", "opened_at", "has_people"
        )
    )
    outcomes = {row["outcome"]: row for row in rows}
    said = standings(region, outcomes.values(), user, at)
    found = {pk: Gap(row["title"], row["slug"], pk) for pk, row in outcomes.items()}
    for row in rows:
        gap, standing = found[row["outcome"]], said.get((row["outcome"], row["authority"]))
        gap.members += 1
        gap.unconfirmed += row["confirmed_at"] is None
        gap.invited += row["invited_at"] is not None
        gap.unopened += row["invited_at"] is not None and row["opened_at"] is None
        gap.nobody += not row["has_people"]
        if standing is not None and standing.is_struggling:
            gap.struggling.append(f"{row['name']} (red flag)" if standing.red else row["name"])
    aims = []
    aimed_at = set()
    for objective in objectives(region):
        gaps = []
        for outcome in objective.outcomes.all():
            aimed_at.add(outcome.pk)
            gaps.append(found.get(outcome.pk) or Gap(outcome.title, outcome.slug, outcome.pk))
        aims.append(Aim(objective, sorted(gaps, key=lambda gap: gap.weight)))
    others = sorted((gap for pk, gap in found.items() if pk not in aimed_at), key=lambda gap: gap.weight)
    return Desk(aims, others, list(found.values()))


def objectives(region: Region) -> list[RegionObjective]:
    """In their order, with their outcomes; two queries."""
    return list(region.objectives.prefetch_related("outcomes"))


def learning(region: Region, user: Any, at: datetime) -> dict[str, Any]:
    """Who of the region goes to see others, what came of it, and which grants the region holds; three queries."""
    mine = {"authority__region": region}
    return {
        "bookings": Booking.objects.filter(**mine)
        .standing()
        .aggregate(
            places=Sum("people", default=0),
            councils=Count("authority", distinct=True),
            events=Count("activity", distinct=True),
        ),
        "adoptions": [
            (adoption, adoption.practice.status in IN_LIBRARY)
            for adoption in Adoption.objects.filter(**mine).for_list().order_by("-recorded_at", "pk")[:MOST]
        ],
        "grants": list(Grant.objects.visible_to(user, at).filter(**mine).for_list()[:MOST]),
    }


# For everybody


@dataclass(frozen=True)
class Cohort:
    """The region's members of an outcome's cohort, by name."""

    title: str
    slug: str
    names: list[str]


def cohorts(region: Region, at: datetime) -> list[Cohort]:
    """Who of the region is signed up to what: it stands in the published agreements. One query."""
    rows = (
        SignUp.objects.filter(authority__region=region, authority__in=engagement.existing(at))
        .order_by("outcome__title", "authority__name")
        .values_list("outcome__title", "outcome__slug", "authority__name")
    )
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for title, slug, name in rows:
        found[title, slug].append(name)
    return [Cohort(title, slug, names) for (title, slug), names in found.items()]


def authorities(region: Region, at: datetime) -> list[tuple[str, Sequence[Authority]]]:
    """The region's authorities that exist today, by kind, in the order in which the kinds are known. One query."""
    found: dict[str, list[Authority]] = defaultdict(list)
    for authority in engagement.existing(at).filter(region=region).order_by("name"):
        found[authority.kind].append(authority)
    return [(Authority.Kind(kind).label, found[kind]) for kind in Authority.Kind.values if kind in found]
