"""Loads who signed up to what: the Local Area Agreements' baselines and targets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from beacons.core.loading import LoadCommand, Tally, upsert
from beacons.core.tables import Column, Problems, Row, Table, decimal, looked_up, one_of, text, whole
from beacons.directory.models import Authority
from outcomes.models import Outcome, SignUp

FIGURES = ("baseline", "baseline_year", "target", "target_year", "lead_officer")


class Command(LoadCommand):
    help = (
        "Load sign-ups from a CSV file, whole or not at all: authority (its code), outcome (its slug), baseline,"
        " baseline_year, target, target_year, lead_officer (this column may be left out) and source. Safe to repeat;"
        " what a council has confirmed is not changed from a file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("signups", metavar="FILE", type=Path)

    def chosen(self, options: Mapping[str, Any]) -> dict[str, Path]:
        return {"signups": options["signups"]}

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        authorities = {authority.code: authority for authority in Authority.objects.select_related("county")}
        table = Table(
            files["signups"],
            [
                Column("authority", looked_up("authority", authorities)),
                Column("outcome", looked_up("outcome", dict(Outcome.objects.values_list("slug", "pk")))),
                Column("baseline", decimal(16, 4), blank=None),
                Column("baseline_year", whole(1990, 2100), blank=None),
                Column("target", decimal(16, 4), blank=None),
                Column("target_year", whole(1990, 2100), blank=None),
                Column("lead_officer", text(120), blank="", optional=True),
                Column("source", one_of(SignUp.Source.values)),
            ],
            problems,
            once=[["authority", "outcome"]],
        )
        confirmed = {
            (sign_up.authority_id, sign_up.outcome_id): sign_up for sign_up in SignUp.objects.confirmed()
        }
        rows = [row for row in table if row.fits]
        for row in rows:
            _check(table, row, confirmed.get((row["authority"].pk, row["outcome"])))
        if problems:
            return []
        tally = Tally("sign-ups")
        upsert(
            SignUp,
            [_written(row) for row in rows],
            key=["authority_id", "outcome_id"],
            tally=tally,
            keep=["lead_officer"],
        )
        return [tally]


def _written(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in (*FIGURES, "source")} | {
        "authority_id": row["authority"].pk,
        "outcome_id": row["outcome"],
    }


def _check(table: Table, row: Row, confirmed: SignUp | None) -> None:
    """What only the whole row, the authority and what its council said can tell."""
    authority = row["authority"]
    if authority.county:
        table.refuse(
            row,
            "authority",
            f"{authority} is a district: the agreement is its county's, {authority.county.code}",
        )
    for figure in ("baseline", "target"):
        if (row[figure] is None) != (row[f"{figure}_year"] is None):
            table.refuse(row, figure, "goes together with its year: fill both or neither")
    if row["baseline_year"] and row["target_year"] and row["target_year"] <= row["baseline_year"]:
        table.refuse(row, "target_year", f"{row['target_year']} is not after {row['baseline_year']}")
    if confirmed and any(
        getattr(confirmed, name) != row[name] for name in FIGURES if row[name] or name != "lead_officer"
    ):
        table.refuse(
            row, None, f"{authority} has confirmed other figures, and only its council may change them"
        )
