"""Loading tables into the database: whole or not at all, and safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, models, transaction

from beacons.core.tables import Problems

BATCH = 500


@dataclass
class Tally:
    """What loading a table came to."""

    name: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.name}: {self.added} added, {self.changed} changed, {self.unchanged} as they were"


class LoadCommand(BaseCommand):
    """A command that loads the files named by its options, or the product's own when none is named."""

    files: ClassVar[Mapping[str, Path]] = {}
    about: ClassVar[Mapping[str, str]] = {}

    def add_arguments(self, parser: CommandParser) -> None:
        for name, path in self.files.items():
            parser.add_argument(
                f"--{name}",
                metavar="FILE",
                type=Path,
                help=f"{self.about[name]} (the product's own: {path.name})",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        problems = Problems()
        try:
            with transaction.atomic():
                tallies = self.load(self.chosen(options), problems)
                if problems:
                    raise CommandError(f"Nothing was loaded. {_counted(problems.count)}:\n{problems}")
        except IntegrityError as error:
            raise CommandError(f"Nothing was loaded: the database refused it ({error}).") from error
        for sentence in problems.notes:
            self.stdout.write(sentence)
        for tally in tallies:
            self.stdout.write(str(tally))
        if not any(tally.added or tally.changed for tally in tallies):
            self.stdout.write("Nothing has changed.")

    def chosen(self, options: Mapping[str, Any]) -> Mapping[str, Path]:
        """The files to load: those named, or all of the product's own."""
        return {name: options[name] for name in self.files if options[name]} or self.files

    def load(self, files: Mapping[str, Path], problems: Problems) -> list[Tally]:
        """Read the files, report what is wrong with them, and write them only when nothing is."""
        raise CommandError(f"{type(self).__module__} loads nothing")


def _counted(problems: int) -> str:
    return "One problem" if problems == 1 else f"{problems} problems"


def upsert(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    tally: Tally,
    keep: Sequence[str] = (),
    only_new: bool = False,
) -> None:
    """Add the rows that are new by their key and change those that differ; what no row names stays as it is.

    Fields named in `keep` are not emptied by a blank cell, so that what staff entered where the file knows nothing
    stays theirs. With `only_new`, rows that are there already are left alone.
    """
    held = {tuple(getattr(row, name) for name in key): row for row in model._base_manager.all()}
    new, changed, fields = [], [], set()
    for row in rows:
        found = held.get(tuple(row[name] for name in key))
        if found is None:
            new.append(model(**row))
            continue
        differing = [
            name
            for name, value in row.items()
            if getattr(found, name) != value and not (name in keep and value in ("", None))
        ]
        if only_new or not differing:
            tally.unchanged += 1
            continue
        for name in differing:
            setattr(found, name, row[name])
        fields.update(differing)
        changed.append(found)
    model._base_manager.bulk_create(new, batch_size=BATCH)
    if changed:
        model._base_manager.bulk_update(changed, sorted(fields), batch_size=BATCH)
    tally.added += len(new)
    tally.changed += len(changed)
