"""Which official figures an authority has to choose from, those of the bid's outcome first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from beacons.applications.evidence import official
from beacons.applications.evidence.facts import Facts
from beacons.directory.models import Authority
from outcomes.models import HeadlineMeasure, Indicator, IndicatorValue, LocalPriority, Outcome


@dataclass(frozen=True)
class Offer:
    """An official figure that can be picked, with what it says now."""

    indicator: Any
    facts: Facts

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def hint(self) -> str:
        """5.1% in 2023/24. Better than in 2022/23 (6%)."""
        travel = f" {self.facts.line.travel}." if self.facts.line.travel else ""
        return f"{self.facts.said} in {self.facts.newest.period}.{travel}"


def offers(
    authority: Authority, outcome: Outcome, *, besides: Collection[int] = ()
) -> list[tuple[str, list[Offer]]]:
    """All measures with a figure of this authority, by group; `besides` are those in the bid already.

    Of the outcome; its headline measures and local priorities; its own; the rest. Two queries.
    """
    held = IndicatorValue.objects.filter(indicator=OuterRef("pk"), authority=authority)
    known = (
        Indicator.objects.filter(Exists(held))
        .exclude(pk__in=besides)
        .annotate(
            headline=_place(HeadlineMeasure.objects.filter(kind=authority.kind)),
            priority=_place(LocalPriority.objects.filter(authority=authority)),
            shown_title=Coalesce(NullIf(F("title"), Value("")), F("code")),
        )
        .order_by("shown_title", "pk")
    )
    indicators = list(known)
    values = official.values_of((indicator.pk, authority.pk) for indicator in indicators)
    of_outcome = {outcome.measure_id, outcome.national_indicator_id}
    grouped: dict[str, list[Offer]] = {
        "Of this outcome": [],
        "Of your headline report": [],
        "Of your own": [],
        "Everything else that is measured": [],
    }
    names = list(grouped)
    for indicator in indicators:
        rows = values[indicator.pk, authority.pk]
        offer = Offer(indicator, official.facts(indicator, authority, official.as_values(rows)))
        if indicator.pk in of_outcome or indicator.stands_for_id in of_outcome - {None}:
            place = 0
        elif indicator.headline is not None or indicator.priority is not None:
            place = 1
        else:
            place = 2 if indicator.kind == Indicator.Kind.OWN else 3
        grouped[names[place]].append(offer)
    grouped[names[1]].sort(key=_as_in_the_report)
    return [(name, some) for name, some in grouped.items() if some]


def _place(rows: Any) -> Subquery:
    return Subquery(rows.filter(indicator=OuterRef("pk")).values("position")[:1])


def _as_in_the_report(offer: Offer) -> tuple[bool, int]:
    headline, priority = offer.indicator.headline, offer.indicator.priority
    return (headline is None, priority if headline is None else headline)
