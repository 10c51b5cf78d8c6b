"""Loads indicators, the outcomes that hang on them, how many areas chose them, and their figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from django.core.management.base import CommandError

from beacons.core import clock, workdays
from beacons.core.loading import LoadCommand, Tally, upsert
from beacons.core.tables import (
    Column,
    Problems,
    Row,
    Table,
    known,
    one_of,
    text,
    whole,
    yes_no,
)
from beacons.directory.models import Authority
from outcomes.loading_figures import Figures
from outcomes.models import HeadlineMeasure, Indicator, Outcome

DATA = Path(__file__).resolve().parents[2] / "data"
NEARNESS = ["same concept", "similar", "weak"]


class Command(LoadCommand):
    help = (
        "Load indicators, outcomes and figures from CSV files, whole or not at all. Without options it loads the"
        " product's own tables, with options only the files named. Safe to repeat: titles that staff entered where"
        " the table has none, and outcomes that are there already, are left as they are."
    )
    files: ClassVar = {
        "national": DATA / "national_indicators.csv",
        "measures": DATA / "measures.csv",
        "choices": DATA / "laa_choices.csv",
        "outcomes": DATA / "outcomes.csv",
        "headlines": DATA / "headline_measures.csv",
        "values": DATA / "values.csv",
    }
    about: ClassVar = {
        "national": "the National Indicators",
        "measures": "present-day measures",
        "choices": "how many areas chose an indicator in 2008",
        "outcomes": "outcomes with their indicators",
        "headlines": "which measures a headline report opens with, for each kind of authority",
        "values": "figures of authorities",
    }

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        if not Authority.objects.exists():
            raise CommandError("There are no authorities yet: run load_authorities first.")
        kinds = dict(Indicator.objects.values_list("code", "kind"))
        readers = {
            "national": _national,
            "measures": _measures,
            "choices": _choices,
            "outcomes": _outcomes,
            "headlines": _headlines,
        }
        writers = {
            "national": _write_national,
            "measures": _write_measures,
            "choices": _write_choices,
            "outcomes": _write_outcomes,
            "headlines": _write_headlines,
        }
        read = {name: readers[name](files[name], problems, kinds) for name in readers if name in files}
        tallies = [] if problems else [writers[name](rows) for name, rows in read.items()]
        if "values" in files:
            figures = Figures(
                files["values"],
                problems,
                today=workdays.day_in_london(clock.now()),
                kinds=kinds,
                keep_revised=files["values"] == self.files["values"],
            )
            tallies.append(figures.load())
        return tallies


def _remember(table: Table, rows: list[Row], kinds: dict[str, str], kind: Indicator.Kind) -> None:
    """Let later files name these indicators, and refuse a code that stands for another kind already."""
    for row in rows:
        if "code" in row.cells and kinds.setdefault(row["code"], kind) != kind:
            table.refuse(
                row, "code", f"{row['code']} is already a {Indicator.Kind(kinds[row['code']]).label.lower()}"
            )


def _national(path: Path, problems: Problems, kinds: dict[str, str]) -> list[Row]:
    columns = [
        Column("code", text(60)),
        Column("title", text(300), blank=""),
        Column("title_note", text(100), blank=""),
        Column("title_source", text(200), blank=""),
        Column("theme", text(120), blank=""),
        Column("in_final_set", yes_no),
    ]
    table = Table(path, columns, problems, once=[["code"]])
    rows = list(table)
    _remember(table, rows, kinds, Indicator.Kind.NATIONAL)
    for row in rows:
        if row.fits and row["title"] and not row["title_source"]:
            table.refuse(row, "title_source", "is blank: a title says where it comes from")
    return rows


def _measures(path: Path, problems: Problems, kinds: dict[str, str]) -> list[Row]:
    columns = [
        Column("code", text(60)),
        Column("title", text(300)),
        Column("unit", text(120)),
        Column("polarity", one_of([Indicator.Polarity.HIGH, Indicator.Polarity.LOW]), blank=""),
        Column("theme", text(120), blank=""),
        Column("stands_for", known("indicator", kinds), blank=None),
        Column("nearness", one_of(NEARNESS), blank=""),
        Column("source", text(300)),
        Column("licence", text(60)),
    ]
    table = Table(path, columns, problems, once=[["code"]])
    rows = list(table)
    _remember(table, rows, kinds, Indicator.Kind.PRESENT)
    for row in rows:
        if row.fits and bool(row["stands_for"]) != bool(row["nearness"]):
            table.refuse(row, "nearness", "goes together with stands_for: fill both or neither")
    return rows


def _choices(path: Path, problems: Problems, kinds: dict[str, str]) -> list[Row]:
    columns = [
        Column("indicator", known("indicator", kinds)),
        Column("areas", whole(0, 1_000)),
        Column("of_areas", whole(1, 1_000)),
        Column("precision", one_of(["exact", "at least"])),
        Column("source", text(250)),
    ]
    table = Table(path, columns, problems, once=[["indicator"]])
    rows = list(table)
    for row in rows:
        if row.fits and row["areas"] > row["of_areas"]:
            table.refuse(row, "areas", f"{row['areas']} cannot have chosen out of {row['of_areas']}")
    return rows


def _outcomes(path: Path, problems: Problems, kinds: dict[str, str]) -> list[Row]:
    columns = [
        Column("slug", text(80)),
        Column("title", text(160)),
        Column("description", text(), blank=""),
        Column("national_indicator", known("indicator", kinds), blank=None),
        Column("measure", known("indicator", kinds), blank=None),
    ]
    return list(Table(path, columns, problems, once=[["slug"]]))


def _headlines(path: Path, problems: Problems, kinds: dict[str, str]) -> list[Row]:
    columns = [
        Column("kind", one_of(Authority.Kind.values)),
        Column("position", whole(1, 99)),
        Column("indicator", known("indicator", kinds)),
    ]
    return list(Table(path, columns, problems, once=[["kind", "indicator"]]))


def _write_national(rows: list[Row]) -> Tally:
    tally = Tally("national indicators")
    written = [
        {
            "code": row["code"],
            "kind": Indicator.Kind.NATIONAL,
            "title": row["title"],
            "title_source": _title_source(row),
            "description": "" if row["in_final_set"] else "Dropped before the set came into force.",
            "theme": row["theme"],
        }
        for row in rows
    ]
    upsert(
        Indicator, written, key=["code"], tally=tally, keep=["title", "title_source", "description", "theme"]
    )
    return tally


def _title_source(row: Row) -> str:
    if row["title_note"] in {"", "as printed"}:
        return row["title_source"]
    return f"{row['title_source']}; {row['title_note']}"


def _write_measures(rows: list[Row]) -> Tally:
    tally = Tally("measures")
    pks = dict(Indicator.objects.values_list("code", "pk"))
    written = [
        {name: value for name, value in row.cells.items() if name != "stands_for"}
        | {"kind": Indicator.Kind.PRESENT, "stands_for_id": row["stands_for"] and pks[row["stands_for"]]}
        for row in rows
    ]
    upsert(Indicator, written, key=["code"], tally=tally)
    return tally


def _write_choices(rows: list[Row]) -> Tally:
    tally = Tally("choices of 2008")
    written = [
        {
            "code": row["indicator"],
            "laa_choices": row["areas"],
            "laa_choices_source": row["source"] + ("; at least" if row["precision"] == "at least" else ""),
        }
        for row in rows
    ]
    upsert(Indicator, written, key=["code"], tally=tally)
    return tally


def _write_outcomes(rows: list[Row]) -> Tally:
    tally = Tally("outcomes")
    pks = dict(Indicator.objects.values_list("code", "pk"))
    written = [
        {
            "slug": row["slug"],
            "title": row["title"],
            "description": row["description"],
            "national_indicator_id": row["national_indicator"] and pks[row["national_indicator"]],
            "measure_id": row["measure"] and pks[row["measure"]],
        }
        for row in rows
    ]
    upsert(Outcome, written, key=["slug"], tally=tally, only_new=True)
    return tally


def _write_headlines(rows: list[Row]) -> Tally:
    """A kind that has its measures keeps them: staff may have chosen others."""
    tally = Tally("headline measures")
    there = set(HeadlineMeasure.objects.values_list("kind", flat=True))
    pks = dict(Indicator.objects.values_list("code", "pk"))
    new = [
        HeadlineMeasure(kind=row["kind"], indicator_id=pks[row["indicator"]], position=row["position"])
        for row in rows
        if row["kind"] not in there
    ]
    HeadlineMeasure.objects.bulk_create(new)
    tally.added, tally.unchanged = len(new), len(rows) - len(new)
    return tally
