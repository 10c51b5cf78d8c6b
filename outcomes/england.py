"""What one outcome's page needs to know of every authority of England: figures, flags, places on the map. One query."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import JSONObject

from beacons.directory import maps
from beacons.directory.models import Authority, Hex
from outcomes.models import Flag, Indicator, IndicatorValue, Outcome, SignUp
from outcomes.models.flags import flag_words
from outcomes.standing import year_compared

ENGLAND = "England"
FIGURE, FLAG = ("year", "period", "value"), ("colour", "subject", "assessment", "year")


class Place(NamedTuple):
    """Whose figures they are, and where on the hex map."""

    code: str
    name: str
    region_id: int | None
    region: str | None
    county_id: int | None
    county: str | None
    column: int | None
    row: int | None


@dataclass
class Series:
    """One indicator: for each authority its earliest and its newest (year, figure), the earliest first."""

    indicator: Indicator
    histories: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    periods: dict[int, str] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year of most newest figures: those of one year can be compared."""
        return year_compared(self.histories) or max(self.periods)

    @property
    def period(self) -> str:
        return self.periods[self.year]

    @property
    def newest(self) -> dict[int, float]:
        """The figures of that year."""
        year = self.year
        return {
            authority: figures[-1][1]
            for authority, figures in self.histories.items()
            if figures[-1][0] == year
        }

    def latest(self, authority: int) -> tuple[int, float] | None:
        """An authority's own newest figure, of whatever year."""
        figures = self.histories.get(authority)
        return figures[-1] if figures else None


@dataclass
class England:
    """What is known of its authorities; `flags` are those that the reader may know of."""

    # Of every authority, those of Wales included.
    places: dict[int, Place] = field(default_factory=dict)
    # By id of the indicator; only those that have figures.
    series: dict[int, Series] = field(default_factory=dict)
    layout: str = Hex.Layout.TODAY
    # {authority: (colour, the flag in words)}; where an authority has several, the newest red one, or the newest.
    flags: dict[int, tuple[str, str]] = field(default_factory=dict)
    # Newest figures of councils' own measures, by authority: (year, period, figure).
    own: dict[int, tuple[int, str, float]] = field(default_factory=dict)

    @property
    def on_the_map(self) -> maps.England:
        """Those that have a place on it, region after region."""
        held: list[Any] = [(pk, place) for pk, place in self.places.items() if place.column is not None]
        return maps.England(
            self.layout,
            [
                maps.Council(
                    pk,
                    each.code,
                    each.name,
                    each.region or "",
                    each.county_id,
                    each.county,
                    each.column,
                    each.row,
                )
                for pk, each in sorted(held, key=lambda pair: (pair[1].region or "", pair[1].name))
            ],
        )


def read_england(
    outcome: Outcome, user: Any, at: datetime, *, layout: str = Hex.Layout.TODAY, own: bool = False
) -> England:
    """Two figures a council, however many years there are: what lies between them is not shown on the page.

    `own` reads the figures of councils' own measures too.
    """
    measures = [indicator for indicator in (outcome.measure, outcome.national_indicator) if indicator]
    if not outcome.national_figures:  # type: ignore[attr-defined]
        measures = measures[:1] if outcome.measure else []
    asked: dict[str, Any] = {}
    for indicator in measures:
        theirs = IndicatorValue.objects.filter(indicator=indicator, authority=OuterRef("pk"))
        asked[f"newest_{indicator.pk}"] = whole(theirs.order_by("-year"), *FIGURE)
        asked[f"first_{indicator.pk}"] = whole(theirs.order_by("year"), *FIGURE)
    if own:
        chosen = SignUp.objects.filter(
            outcome=outcome, authority=OuterRef("authority"), measure__isnull=False
        )
        theirs = IndicatorValue.objects.filter(
            indicator__in=chosen.values("measure"), authority=OuterRef("pk")
        )
        asked["own"] = whole(theirs.order_by("-year"), *FIGURE)
    # A visitor may know of no flag, and so none is looked for. A red one weighs more than any green.
    if user.is_authenticated:
        given = Flag.objects.visible_to(user, at).on(outcome).filter(authority=OuterRef("pk"))
        asked["flag"] = whole(given.order_by("-colour", "-year", "pk"), *FLAG)
    rows = Authority.objects.annotate(
        hex=FilteredRelation("hexes", condition=Q(hexes__layout=layout)), **asked
    )
    held = England(layout=layout, series={indicator.pk: Series(indicator) for indicator in measures})
    of_place = ("code", "name", "region", "region__name", "county", "county__name", "hex__column", "hex__row")
    columns = ("pk", "nation", *of_place)
    for pk, nation, *row in rows.order_by("pk").values_list(*columns, *asked):
        held.places[pk] = Place(*row[: len(of_place)])
        facts = row[len(of_place) :]
        if nation != ENGLAND or not any(facts):
            continue
        told = dict(zip(asked, facts, strict=True))
        for measure, series in held.series.items():
            if latest := read(told[f"newest_{measure}"]):
                first = read(told[f"first_{measure}"])
                series.periods[latest["year"]] = latest["period"]
                both = [first, latest] if first["year"] < latest["year"] else [latest]
                series.histories[pk] = [(each["year"], float(each["value"])) for each in both]
        if own and (latest := read(told["own"])):
            held.own[pk] = latest["year"], latest["period"], float(latest["value"])
        if flag := read(told.get("flag")):
            held.flags[pk] = flag["colour"], flag_words(**flag)
    held.series = {pk: series for pk, series in held.series.items() if series.histories}
    return held


def whole(rows: QuerySet, *fields: str) -> Subquery:
    """Several fields of the first of these rows, by one look-up; as text, for most authorities have none."""
    return Subquery(
        rows.values(whole=JSONObject(**{name: name for name in fields}))[:1], output_field=TextField()
    )


def read(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}
