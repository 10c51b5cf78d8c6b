"""What a coordinator sees of the region: who has signed up, how their figures stand, who goes to learn."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from beacons.directory.models import Authority, Region
from grants.dissemination.models import Adoption, Booking
from outcomes.indicators import quartile
from outcomes.models import Flag, IndicatorValue, Outcome, SignUp


@dataclass
class Gap:
    """One outcome in the region: its members there, and those whose newest figure is in the weakest quarter."""

    outcome: Outcome
    members: list[Authority] = field(default_factory=list)
    behind: list[Authority] = field(default_factory=list)


def gaps(region: Region) -> list[Gap]:
    """Each outcome with cohort members in the region, the outcome with most of them behind first."""
    signed = SignUp.objects.filter(authority__region=region).select_related("authority", "outcome__measure")
    found: dict[int, Gap] = {}
    for sign_up in signed.order_by("outcome__title", "authority__name"):
        gap = found.setdefault(sign_up.outcome_id, Gap(sign_up.outcome))
        gap.members.append(sign_up.authority)
    figures = newest_figures({gap.outcome.measure_id for gap in found.values() if gap.outcome.measure_id})
    for gap in found.values():
        if gap.outcome.measure is None:
            continue
        values = figures[gap.outcome.measure_id]
        everyone = list(values.values())
        for member in gap.members:
            mine = values.get(member.pk)
            if mine is not None and quartile(mine, everyone, gap.outcome.measure.polarity) == 4:
                gap.behind.append(member)
    return sorted(found.values(), key=lambda gap: (-len(gap.behind), -len(gap.members), gap.outcome.title))


def newest_figures(measures: set[int]) -> dict[int, dict[int, float]]:
    """{measure: {authority: newest value}} in one query."""
    figures: dict[int, dict[int, float]] = defaultdict(dict)
    rows = IndicatorValue.objects.filter(indicator__in=measures).order_by("year")
    for measure, authority, value in rows.values_list("indicator", "authority", "value"):
        figures[measure][authority] = float(value)
    return figures


def learning(region: Region) -> dict[str, Any]:
    """Who of the region goes to see others, and what came of it."""
    mine = {"authority__region": region}
    return {
        "bookings": Booking.objects.filter(**mine).standing().count(),
        "adoptions": list(Adoption.objects.filter(**mine).for_list().order_by("-recorded_at", "pk")[:50]),
        "flags": list(
            Flag.objects.filter(**mine).select_related("authority").order_by("-year", "authority__name")
        ),
    }
