"""Loads regions, authorities, who took over whom, and where each stands on the hex maps."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

from beacons.core.loading import LoadCommand, Tally, upsert
from beacons.core.tables import Column, Problems, Row, Table, day, known, one_of, real, text, whole, yes_no
from beacons.directory.models import Authority, Hex, Region, Succession

DATA = Path(__file__).resolve().parents[2] / "data"
LARGEST = 2**31 - 1


class Command(LoadCommand):
    help = (
        "Load regions, authorities, successions and hexes from CSV files, whole or not at all. Without options it loads"
        " the product's own tables, with options only the files named. Safe to repeat."
    )
    files: ClassVar = {
        name: DATA / f"{name}.csv" for name in ("regions", "authorities", "successions", "hexes")
    }
    about: ClassVar = {
        "regions": "regions and their partnerships",
        "authorities": "councils and other bodies",
        "successions": "which authority took over which",
        "hexes": "where each stands on the hex maps",
    }

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        regions = set(Region.objects.values_list("name", flat=True))
        codes = set(Authority.objects.values_list("code", flat=True))
        read: dict[str, list[Row]] = {}
        if "regions" in files:
            read["regions"] = _regions(files["regions"], problems, names=regions)
        if "authorities" in files:
            read["authorities"] = _authorities(files["authorities"], problems, regions=regions, codes=codes)
        if "successions" in files:
            read["successions"] = _successions(files["successions"], problems, codes=codes)
        if "hexes" in files:
            read["hexes"] = _hexes(files["hexes"], problems, codes=codes)
        if problems:
            return []
        write = {
            "regions": _write_regions,
            "authorities": _write_authorities,
            "successions": _write_successions,
            "hexes": _write_hexes,
        }
        return [write[name](rows) for name, rows in read.items()]


def _regions(path: Path, problems: Problems, *, names: set[str]) -> list[Row]:
    columns = [
        Column("name", text(60)),
        Column("gss_code", text(9)),
        Column("partnership", text(120), blank=""),
        Column("core_funding", whole(0, LARGEST), blank=None),
    ]
    rows = list(Table(path, columns, problems, once=[["name"], ["gss_code"]]))
    names.update(row["name"] for row in rows if "name" in row.cells)
    return rows


def _authorities(path: Path, problems: Problems, *, regions: Collection[str], codes: set[str]) -> list[Row]:
    columns = [
        Column("code", text(20)),
        Column("name", text(120)),
        Column("official_name", text(160)),
        Column("kind", one_of(Authority.Kind.values)),
        Column("tier", one_of([tier for tier in Authority.Tier.values if tier]), blank=""),
        Column("nation", one_of(["England", "Wales"])),
        Column("region", known("region", regions), blank=None),
        Column("county", text(20), blank=None),
        Column("gss_code", text(9), blank=""),
        Column("former_gss_codes", text(120), blank=""),
        Column("opened_on", day, blank=None),
        Column("closed_on", day, blank=None),
        Column("org_id", text(40), blank=""),
        Column("laa_area_2008", yes_no),
        Column("laa_area_2009", yes_no),
        Column("latitude", real(-90, 90), blank=None),
        Column("longitude", real(-180, 180), blank=None),
        Column("population", whole(0, LARGEST), blank=None),
    ]
    table = Table(path, columns, problems, once=[["code"], ["gss_code"]])
    rows = list(table)
    tiers = dict(Authority.objects.values_list("code", "tier"))
    tiers |= {row["code"]: row.cells.get("tier", "") for row in rows if "code" in row.cells}
    codes.update(tiers)
    for row in rows:
        if not row.fits:
            continue
        if row["opened_on"] and row["closed_on"] and row["closed_on"] <= row["opened_on"]:
            table.refuse(row, "closed_on", f"{row['closed_on']} is not after it opened, {row['opened_on']}")
        if row["county"] and row["county"] not in tiers:
            table.refuse(row, "county", f"no authority is known as {row['county']!r}")
        elif row["county"] and tiers[row["county"]] != Authority.Tier.UPPER:
            table.refuse(row, "county", f"{row['county']} is not of the upper tier")
    return rows


def _successions(path: Path, problems: Problems, *, codes: Collection[str]) -> list[Row]:
    columns = [
        Column("authority", known("authority", codes)),
        Column("successor", known("authority", codes)),
        Column("took_over_on", day, blank=None),
    ]
    table = Table(path, columns, problems, once=[["authority", "successor"]])
    rows = list(table)
    for row in rows:
        if row.fits and row["authority"] == row["successor"]:
            table.refuse(row, "successor", "an authority cannot take itself over")
    return rows


def _hexes(path: Path, problems: Problems, *, codes: Collection[str]) -> list[Row]:
    columns = [
        Column("layout", one_of(Hex.Layout.values)),
        Column("authority", known("authority", codes)),
        Column("column", whole(0, 200)),
        Column("row", whole(0, 200)),
    ]
    return list(Table(path, columns, problems, once=[["layout", "authority"], ["layout", "column", "row"]]))


def _write_regions(rows: list[Row]) -> Tally:
    tally = Tally("regions")
    upsert(Region, [row.cells for row in rows], key=["gss_code"], tally=tally, keep=["partnership"])
    return tally


def _write_authorities(rows: list[Row]) -> Tally:
    """Counties come before their districts, which point at them."""
    tally = Tally("authorities")
    regions = dict(Region.objects.values_list("name", "pk"))
    for within_a_county in (False, True):
        counties = dict(Authority.objects.filter(tier=Authority.Tier.UPPER).values_list("code", "pk"))
        part = [row.cells for row in rows if bool(row["county"]) == within_a_county]
        written = [_authority(cells, regions, counties) for cells in part]
        # Staff may have entered a merger that the table does not know yet.
        upsert(Authority, written, key=["code"], tally=tally, keep=["closed_on"])
    return tally


def _authority(
    cells: Mapping[str, Any], regions: Mapping[str, int], counties: Mapping[str, int]
) -> dict[str, Any]:
    plain = {name: value for name, value in cells.items() if name not in {"region", "county"}}
    return plain | {
        "region_id": cells["region"] and regions[cells["region"]],
        "county_id": cells["county"] and counties[cells["county"]],
    }


def _write_successions(rows: list[Row]) -> Tally:
    tally = Tally("successions")
    pks = dict(Authority.objects.values_list("code", "pk"))
    written = [
        {
            "authority_id": pks[row["authority"]],
            "successor_id": pks[row["successor"]],
            "took_over_on": row["took_over_on"],
        }
        for row in rows
    ]
    upsert(Succession, written, key=["authority_id", "successor_id"], tally=tally)
    return tally


def _write_hexes(rows: list[Row]) -> Tally:
    """Hexes that move are taken off their map first: two that change places would meet on their way.

    What the file does not name leaves its map.
    """
    tally = Tally("hexes")
    pks = dict(Authority.objects.values_list("code", "pk"))
    for layout in sorted({row["layout"] for row in rows}):
        wanted = {
            pks[row["authority"]]: (row["column"], row["row"]) for row in rows if row["layout"] == layout
        }
        drawn = Hex.objects.filter(layout=layout)
        held = {each.authority_id: (each.column, each.row) for each in drawn}
        moved = {authority for authority, place in held.items() if wanted.get(authority) != place}
        drawn.filter(authority__in=moved).delete()
        Hex.objects.bulk_create(
            Hex(layout=layout, authority_id=authority, column=column, row=row)
            for authority, (column, row) in wanted.items()
            if authority in moved or authority not in held
        )
        tally.added += len(wanted.keys() - held.keys())
        tally.changed += len(moved)
        tally.unchanged += len(held) - len(moved)
    return tally
