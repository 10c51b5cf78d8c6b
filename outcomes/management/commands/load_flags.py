"""Loads flags of inspectorates: signals of who needs help and who can give it."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from django.core.management.base import CommandError

from beacons.core.loading import LoadCommand, Tally, upsert
from beacons.core.tables import Column, Problems, Row, Table, looked_up, one_of, text, whole
from beacons.directory.models import Authority
from outcomes.loading_figures import authorities
from outcomes.models import Flag, Outcome

DATA = Path(__file__).resolve().parents[2] / "data"
FIRST_YEAR, LAST_YEAR = 2009, 2100


class Command(LoadCommand):
    help = (
        "Load red and green flags of assessments from CSV files, whole or not at all: those of the Comprehensive Area"
        " Assessment of 2009, or of any assessment and year. Without options it loads the product's own tables, with"
        " options only the files named. Safe to repeat; flags that no line names stay, and so does what staff say that"
        " an outcome is called in assessments."
    )
    files: ClassVar = {"subjects": DATA / "flag_subjects.csv", "flags": DATA / "flags.csv"}
    about: ClassVar = {
        "subjects": "what assessments call an outcome's subject",
        "flags": "the flags",
    }

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        if not Authority.objects.exists():
            raise CommandError("There are no authorities yet: run load_authorities first.")
        outcomes = {outcome.slug: outcome for outcome in Outcome.objects.all()}
        subjects = _subjects(files["subjects"], problems, outcomes) if "subjects" in files else []
        flags = _flags(files["flags"], problems, outcomes) if "flags" in files else []
        if problems:
            return []
        tallies = []
        if "subjects" in files:
            tallies.append(_name(subjects))
        if "flags" in files:
            tally = Tally("flags")
            upsert(Flag, [_written(row) for row in flags], key=KEY, keep=["outcome_id"], tally=tally)
            tallies.append(tally)
        return tallies


KEY = ["authority_id", "assessment", "year", "subject"]


def _subjects(path: Path, problems: Problems, outcomes: Mapping[str, Outcome]) -> list[Row]:
    columns = [Column("subject", text(60)), Column("outcome", looked_up("outcome", outcomes))]
    return list(Table(path, columns, problems, once=[["outcome"]]))


def _flags(path: Path, problems: Problems, outcomes: Mapping[str, Outcome]) -> list[Row]:
    columns = [
        Column("authority", looked_up("authority", authorities())),
        Column("assessment", text(200)),
        Column("year", whole(FIRST_YEAR, LAST_YEAR)),
        # About the whole area, where nothing is said.
        Column("subject", text(60), blank="", optional=True),
        Column("colour", one_of(Flag.Colour.values)),
        Column("source", text(300)),
        # Where a flag speaks of one outcome of ours, and not of all that share its subject.
        Column("outcome", looked_up("outcome", outcomes), blank=None, optional=True),
    ]
    return list(Table(path, columns, problems, once=[["authority", "assessment", "year", "subject"]]))


def _written(row: Row) -> dict[str, object]:
    fields = {name: row[name] for name in ("assessment", "year", "subject", "colour", "source")}
    outcome = row["outcome"]
    return fields | {"authority_id": row["authority"], "outcome_id": outcome.pk if outcome else None}


def _name(rows: list[Row]) -> Tally:
    """Only where an outcome has no such word yet: what staff wrote stays theirs."""
    tally = Tally("subjects of flags")
    for row in rows:
        outcome = row["outcome"]
        if outcome.flag_subject:
            tally.unchanged += 1
            continue
        outcome.flag_subject = row["subject"]
        outcome.save(update_fields=["flag_subject"])
        tally.added += 1
    return tally
