"""Loads who signed up to what: the Local Area Agreements' baselines and targets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from beacons.core import clock
from beacons.core.loading import LoadCommand, Tally
from beacons.core.tables import Problems, fingerprint
from outcomes import agreements
from outcomes.actions.agreements import apply


class Command(LoadCommand):
    help = (
        "Load sign-ups from a CSV or XLSX file, whole or not at all: authority (its code), outcome (its slug),"
        " baseline, baseline_year, target, target_year and, where wanted, lead_officer, source and refresh_year. Safe"
        " to repeat. What a council has confirmed changes only with a refresh_year, and is confirmed again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("signups", metavar="FILE", type=Path)

    def chosen(self, options: Mapping[str, Any]) -> dict[str, Path]:
        return {"signups": options["signups"]}

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        path, at = files["signups"], clock.now()
        _, plan = agreements.read(path, problems, at=at)
        if problems:
            return []
        return [apply(plan, file_name=path.name, sha256=fingerprint(path), by=None, at=at)]
