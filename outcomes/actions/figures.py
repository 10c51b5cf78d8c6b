"""An indicator's new year comes in from a file: looked at first, then carried out, all or nothing."""

import zlib
from datetime import date, datetime
from typing import Any

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.tables import Problems, fingerprint
from beacons.core.workdays import day_in_london
from beacons.directory.models import User
from outcomes import rules
from outcomes.loading_figures import Figures
from outcomes.models import FigureImport

MEGABYTE = 1024 * 1024
# About 400,000 figures.
LARGEST = 20 * MEGABYTE
MOST_SHOWN = 200


def look(source: Any, *, name: str, published_on: date | None, at: datetime) -> tuple[Figures, Problems]:
    """What a file would change, and all that is wrong with it. Nothing is written."""
    problems = Problems(shown=MOST_SHOWN)
    figures = Figures(
        source, problems, today=day_in_london(at), name=name, published_on=published_on, write=False
    )
    figures.load()
    if not problems and not figures.rows:
        problems.add(name, None, None, "holds no figures below its header")
    return figures, problems


@verb
def keep_checked(
    source: Any,
    figures: Figures,
    *,
    name: str,
    published_on: date | None,
    notes: list[str],
    by: User,
    at: datetime,
) -> FigureImport:
    """A file without a fault is kept as it came, with what it would change."""
    source.seek(0)
    kept = FigureImport.objects.create(
        file_name=name[-200:],
        sha256=fingerprint(source),
        packed=_packed(source),
        published_on=published_on,
        notes=notes,
        checked_by=by,
        checked_at=at,
        **figures.counts,
    )
    steps.note(kept, "check", by=by, at=at, file=name, sha256=kept.sha256, **figures.counts)
    return kept


@verb
def carry_out(kept: FigureImport, *, by: User, at: datetime) -> FigureImport:
    """Bring in the file that was looked at, as it is. What it changes is counted afresh, under the same checks."""
    # One file after another: two that bring the same figure would each find that it is not there yet.
    waiting = FigureImport.objects.filter(carried_out_at__isnull=True).select_for_update(of=("self",))
    list(waiting.order_by("pk").values_list("pk", flat=True))
    kept = FigureImport.objects.lock(kept.pk)
    refuse_if(rules.reasons_not_to_carry_out(kept))
    problems = Problems(shown=MOST_SHOWN)
    figures = Figures(
        kept.unpacked(),
        problems,
        today=day_in_london(at),
        name=kept.file_name,
        published_on=kept.published_on,
    )
    figures.load()
    if problems:
        raise Refused(
            "Figures have changed since this file was looked at, so nothing was brought in.",
            *(problem.sentence for problem in problems.kept[:20]),
        )
    kept.packed = b""
    kept.carried_out_by, kept.carried_out_at = by, at
    for counted, number in figures.counts.items():
        setattr(kept, counted, number)
    kept.save()
    steps.note(kept, "carry_out", by=by, at=at, file=kept.file_name, sha256=kept.sha256, **figures.counts)
    return kept


def _packed(source: Any) -> bytes:
    """Read piece by piece: only the packed file is ever held whole."""
    packer = zlib.compressobj(6)
    packed = bytearray()
    source.seek(0)
    while piece := source.read(MEGABYTE):
        packed += packer.compress(piece)
    return bytes(packed + packer.flush())
