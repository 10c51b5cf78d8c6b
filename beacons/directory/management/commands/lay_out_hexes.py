"""Lays out the hex maps of England's councils and writes them down. For developers: the file is committed."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from beacons.directory import hexes
from beacons.directory.hexes import Place, Site
from beacons.directory.models import Hex

DATA = Path(__file__).resolve().parents[2] / "data"
# The first day of each map. What is open today has no last day.
DAYS: Mapping[str, str | None] = {Hex.Layout.APRIL_2009: "2009-04-01", Hex.Layout.TODAY: None}
# Those who divide England among them: a county is the sum of its districts.
TIERS = ("lower", "single")


class Command(BaseCommand):
    help = (
        "Lay out a hexagon for each council of England, as of April 2009 and of today, from where they lie, and write"
        " them as CSV. The same authorities always give the same file. It takes about a minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--authorities",
            type=Path,
            default=DATA / "authorities.csv",
            help="authorities with their positions",
        )
        parser.add_argument("--into", type=Path, default=DATA / "hexes.csv", help="the file to write")
        parser.add_argument(
            "--exchanges",
            type=int,
            default=hexes.EXCHANGES,
            help="how often two hexagons try to change places",
        )
        parser.add_argument(
            "--beside",
            nargs=2,
            action="append",
            default=[],
            metavar=("LAYOUT", "FILE"),
            help="compare a layout with that of a HexJSON file, whose hexes name the authority as id",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = read(options["authorities"])
        laid_out: dict[str, dict[str, Place]] = {}
        for layout, day in DAYS.items():
            sites = [site_of(row) for row in rows if counts(row) and existed_on(row, day)]
            laid_out[layout] = hexes.lay_out(sites, exchanges=options["exchanges"])
            self.tell(layout, sites, laid_out[layout])
            for other, path in options["beside"]:
                if other == layout:
                    self.tell(path, sites, published(Path(path)))
        with options["into"].open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(["layout", "authority", "column", "row"])
            for layout, places in laid_out.items():
                writer.writerows([layout, code, *place] for code, place in places.items())

    def tell(self, name: str, sites: Iterable[Site], places: Mapping[str, Place]) -> None:
        near = hexes.nearness(sites, places)
        self.stdout.write(
            f"{name}: {len(places)} hexes, {len(hexes.gaps(places.values()))} gaps. From each to its six nearest:"
            f" {near.mean_steps:.3f} steps, {near.adjacent:.1%} adjacent;"
            f" the nearest of all adjacent for {near.nearest_adjacent:.1%}"
        )


def read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, strict=True))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def counts(row: Mapping[str, str]) -> bool:
    return row["nation"] == "England" and row["tier"] in TIERS


def existed_on(row: Mapping[str, str], day: str | None) -> bool:
    """Dates are ISO dates, which sort as text; with no day, whether it exists still."""
    if day is None:
        return not row["closed_on"]
    return row["opened_on"] <= day and (not row["closed_on"] or row["closed_on"] > day)


def site_of(row: Mapping[str, str]) -> Site:
    if not row["latitude"] or not row["longitude"]:
        raise CommandError(f"{row['name']} has no position, and cannot be laid out without.")
    return Site(row["code"], float(row["latitude"]), float(row["longitude"]), row["region"], row["county"])


def published(path: Path) -> dict[str, Place]:
    drawn = json.loads(path.read_text(encoding="utf-8"))["hexes"].values()
    return {each["id"]: Place(each["q"], each["r"]) for each in drawn}
