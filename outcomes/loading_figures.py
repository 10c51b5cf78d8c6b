"""A file of figures of any length, read, checked and written batch by batch: by the command and by the staff page.

A figure that is there and differs is superseded: it stays on record with the date of its own publication and of the
one that superseded it. An older publication never takes the place of a newer one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from beacons.core.loading import Tally
from beacons.core.tables import Column, Problems, Row, Table, day, decimal, looked_up, text, whole
from beacons.core.templatetags.govuk import day as day_in_words
from beacons.directory.models import Authority
from outcomes.models import Indicator, IndicatorValue, SupersededValue

BATCH = 5_000
Place = tuple[int, int, int]


class Held(NamedTuple):
    """A figure that is there already."""

    period: str
    value: Decimal
    published_on: date | None


class Figures:
    """One file of figures.

    `today` dates a revision whose publication is not dated; `published_on` is the publication of rows that do not
    say it themselves. With `write=False` nothing is written, and the tally says what would be. `kinds` are codes
    that other files of the same load are about to bring. `keep_revised` is for the product's own tables, which know
    nothing of what was revised since: figures that were revised, or whose publication is dated, stay as they are.
    """

    def __init__(
        self,
        source: Any,
        problems: Problems,
        *,
        today: date,
        name: str = "",
        published_on: date | None = None,
        write: bool = True,
        kinds: Mapping[str, str] | None = None,
        keep_revised: bool = False,
    ):
        self.problems = problems
        self.today, self.published_on = today, published_on
        self.write, self.keep_revised = write, keep_revised
        self.tally = Tally("figures")
        self.superseded = 0
        indicators = Indicator.objects.order_by().values_list("pk", "code", "unit", "authority")
        self.units = {pk: unit for pk, _, unit, _ in indicators}
        self.owners = {pk: owner for pk, _, _, owner in indicators if owner is not None}
        # What files before this one name stands in for itself until problems are mended: then nothing is written.
        codes: dict[str, Any] = {code: code for code in kinds or ()}
        codes |= {code: pk for pk, code, _, _ in indicators}
        columns = [
            Column("indicator", looked_up("indicator", codes)),
            Column("authority", looked_up("authority", authorities(), names=names())),
            Column("year", whole(1900, 2100)),
            Column("period", text(40), blank="", optional=True),
            Column("value", decimal(16, 4), unit=lambda cells: self.units[cells["indicator"]]),
            Column("published_on", day, blank=None, optional=True),
        ]
        self.table = Table(source, columns, problems, name=name)
        self.held = set(IndicatorValue.objects.order_by().values_list("indicator", flat=True).distinct())
        self.seen: dict[tuple[Any, int], int] = {}

    def load(self) -> Tally:
        rows = (row for row in self.table if row.fits and self._may_stand(row))
        while batch := list(islice(rows, BATCH)):
            self._take(batch)
        return self.tally

    @property
    def rows(self) -> int:
        return self.tally.added + self.tally.changed + self.tally.unchanged

    @property
    def counts(self) -> dict[str, Any]:
        return {
            "added": self.tally.added,
            "changed": self.tally.changed,
            "superseded": self.superseded,
            "unchanged": self.tally.unchanged,
        }

    def _may_stand(self, row: Row) -> bool:
        """One figure for an indicator, an authority and a year; remembered as one bit each."""
        owner = self.owners.get(row["indicator"])
        if owner is not None and owner != row["authority"]:
            self.table.refuse(row, "authority", "this indicator is the own measure of another authority")
            return False
        published = row["published_on"] or self.published_on
        if published is not None and published > self.today:
            self.table.refuse(row, "published_on", f"{day_in_words(published)} lies in the future")
            return False
        key, bit = (row["indicator"], row["year"]), 1 << row["authority"]
        seen = self.seen.get(key, 0)
        if seen & bit:
            self.table.refuse(
                row, "year", f"a figure of {row['year']} for this authority stands above already"
            )
            return False
        self.seen[key] = seen | bit
        return True

    def _take(self, batch: Sequence[Row]) -> None:
        found = self._there_already(batch)
        revised = self._revised(batch) if self.keep_revised else frozenset()
        new, changed, superseded = [], [], []
        for row in batch:
            place = _place(row)
            there = found.get(place)
            published = row["published_on"] or self.published_on
            figure = IndicatorValue(
                indicator_id=row["indicator"],
                authority_id=row["authority"],
                year=row["year"],
                period=row["period"] or (there.period if there else str(row["year"])),
                value=row["value"],
                published_on=published or (there and there.published_on),
            )
            if there is None:
                new.append(figure)
                continue
            differs = there.value != figure.value
            if self._is_older(there, published):
                if differs:
                    self._refuse_older(row, there, published)
                continue
            if self.keep_revised and (there.published_on is not None or place in revised):
                continue
            if (there.period, there.value, there.published_on) == (
                figure.period,
                figure.value,
                figure.published_on,
            ):
                continue
            if differs:
                # When nobody says when it was published, it is not known: the old date was the old figure's.
                figure.published_on = published
                superseded.append(
                    SupersededValue(
                        indicator_id=figure.indicator_id,
                        authority_id=figure.authority_id,
                        year=figure.year,
                        period=there.period,
                        value=there.value,
                        published_on=there.published_on,
                        superseded_on=published or self.today,
                    )
                )
            changed.append(figure)
        if self.write and not self.problems:
            _write(new, changed, superseded)
        self.tally.added += len(new)
        self.tally.changed += len(changed)
        self.tally.unchanged += len(batch) - len(new) - len(changed)
        self.superseded += len(superseded)

    def _is_older(self, there: Held, published: date | None) -> bool:
        return published is not None and there.published_on is not None and published < there.published_on

    def _refuse_older(self, row: Row, there: Held, published: date | None) -> None:
        self.table.refuse(
            row,
            "published_on",
            f"this figure was published on {day_in_words(published)}, and the one that is held ({there.value.normalize():f})"
            f" later, on {day_in_words(there.published_on)}: an older publication does not replace a newer one",
        )

    def _there_already(self, batch: Sequence[Row]) -> dict[Place, Held]:
        indicators = {row["indicator"] for row in batch} & self.held
        if not indicators:
            return {}
        figures = IndicatorValue.objects.filter(
            indicator__in=indicators, year__range=_years(batch)
        ).values_list("indicator", "authority", "year", "period", "value", "published_on")
        return {(i, a, y): Held(*rest) for i, a, y, *rest in _lean(figures, batch)}

    def _revised(self, batch: Sequence[Row]) -> frozenset[Place]:
        """Places whose figure was superseded once."""
        indicators = {row["indicator"] for row in batch} & self.held
        places = SupersededValue.objects.filter(indicator__in=indicators, year__range=_years(batch))
        return frozenset(_lean(places.order_by().values_list("indicator", "authority", "year"), batch))


def _place(row: Row) -> Place:
    return row["indicator"], row["authority"], row["year"]


def _years(batch: Sequence[Row]) -> tuple[int, int]:
    years = {row["year"] for row in batch}
    return min(years), max(years)


def _write(
    new: list[IndicatorValue], changed: list[IndicatorValue], superseded: list[SupersededValue]
) -> None:
    IndicatorValue.objects.bulk_create(new)
    SupersededValue.objects.bulk_create(superseded)
    IndicatorValue.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["indicator", "authority", "year"],
        update_fields=["period", "value", "published_on"],
    )


def _lean(figures: Any, batch: Sequence[Row]) -> Iterator[tuple]:
    """Of many figures only those that the batch speaks of, so that a long table never stands in memory whole."""
    wanted = {_place(row) for row in batch}
    return (figure for figure in figures.iterator(chunk_size=BATCH) if figure[:3] in wanted)


def authorities() -> dict[str, int]:
    """Authorities by their code and by every GSS code they have had."""
    found: dict[str, int] = {}
    for pk, code, gss_code, former in Authority.objects.values_list(
        "pk", "code", "gss_code", "former_gss_codes"
    ):
        for name in (code, gss_code, *former.split()):
            if name:
                found[name] = pk
    return found


def names() -> dict[str, str]:
    """From an authority's name to its code, for those who write the name where the code belongs."""
    return dict(Authority.objects.order_by().values_list("name", "code"))
