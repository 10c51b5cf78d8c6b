"""What one outcome's page needs to know of every authority of England: figures, flags, places on the map. One query."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, JSONField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from beacons.directory.models import Authority, Hex
from outcomes.models import Flag, Indicator, IndicatorValue, Outcome, SignUp
from outcomes.models.flags import flag_words

ENGLAND = "England"
FIGURE, FLAG = ("year", "period", "value"), ("subject", "assessment", "year")
NOTHING = Value(None, output_field=JSONField())


class Place(NamedTuple):
    """Whose figures they are, and where on the hex map."""

    name: str
    region_id: int | None
    region: str
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
        """The newest year for which there are any figures: those of one year can be compared."""
        return max(self.periods)

    @property
    def period(self) -> str:
        return self.periods[self.year]

    @property
    def newest(self) -> dict[int, float]:
        """The figures of the newest year."""
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
    """All authorities, with what is known of them; `flags` are those that the reader may know of."""

    places: dict[int, Place] = field(default_factory=dict)
    # By id of the indicator; only those that have figures.
    series: dict[int, Series] = field(default_factory=dict)
    # {authority: {colour: the newest flag of this colour, in words}}
    flags: dict[int, dict[str, str]] = field(default_factory=dict)
    # Newest figures of councils' own measures, by authority: (year, period, figure).
    own: dict[int, tuple[int, str, float]] = field(default_factory=dict)


def read_england(
    outcome: Outcome, user: Any, at: datetime, *, layout: str = Hex.Layout.TODAY, own: bool = False
) -> England:
    """Two figures a council, however many years there are: what lies between them is not shown on the page.

    `own` reads the figures of councils' own measures too.
    """
    measures = list(dict.fromkeys(filter(None, [outcome.measure, outcome.national_indicator])))
    asked: dict[str, Any] = {}
    for indicator in measures:
        theirs = IndicatorValue.objects.filter(indicator=indicator, authority=OuterRef("pk"))
        asked[f"newest_{indicator.pk}"] = whole(theirs.order_by("-year"), *FIGURE)
        asked[f"first_{indicator.pk}"] = whole(theirs.order_by("year"), *FIGURE)
    chosen = SignUp.objects.filter(outcome=outcome, authority=OuterRef("authority"), measure__isnull=False)
    theirs = IndicatorValue.objects.filter(indicator__in=chosen.values("measure"), authority=OuterRef("pk"))
    asked["own"] = whole(theirs.order_by("-year"), *FIGURE) if own else NOTHING
    # A visitor may know of no flag, and so none is looked for.
    flags = (
        Flag.objects.visible_to(user, at).on(outcome).filter(authority=OuterRef("pk")).order_by("-year", "pk")
    )
    for colour in Flag.Colour:
        given = flags.filter(colour=colour)
        asked[colour] = whole(given, *FLAG) if user.is_authenticated else NOTHING
    rows = Authority.objects.filter(nation=ENGLAND).annotate(
        hex=FilteredRelation("hexes", condition=Q(hexes__layout=layout)), **asked
    )
    held = England(series={indicator.pk: Series(indicator) for indicator in measures})
    columns = ("pk", "name", "region", "region__name", "hex__column", "hex__row")
    for pk, name, region_id, region, column, line, *facts in rows.order_by("pk").values_list(
        *columns, *asked
    ):
        held.places[pk] = Place(name, region_id, region or "", column, line)
        found = iter(facts)
        for series, latest, first in zip(held.series.values(), found, found, strict=False):
            if latest:
                series.periods[latest["year"]] = latest["period"]
                both = [first, latest] if first["year"] < latest["year"] else [latest]
                series.histories[pk] = [(each["year"], float(each["value"])) for each in both]
        latest, *told = facts[2 * len(measures) :]
        if latest:
            held.own[pk] = latest["year"], latest["period"], float(latest["value"])
        if any(told):
            held.flags[pk] = {
                colour: flag_words(colour, **flag)
                for colour, flag in zip(Flag.Colour, told, strict=True)
                if flag
            }
    held.series = {pk: series for pk, series in held.series.items() if series.histories}
    return held


def whole(rows: QuerySet, *fields: str) -> Subquery:
    """Several fields of the first of these rows, read by one look-up."""
    return Subquery(
        rows.values(whole=JSONObject(**{name: name for name in fields}))[:1], output_field=JSONField()
    )
