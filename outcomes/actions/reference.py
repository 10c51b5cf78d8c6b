"""Staff keep the reference data."""

from datetime import datetime
from typing import Any

from beacons.core import steps
from beacons.core.steps import verb
from beacons.directory.models import User


@verb
def keep(row: Any, *, changed: list[str], by: User, at: datetime) -> Any:
    """Save reference data that staff entered, and note which fields they changed."""
    if row.pk is None:
        row.save()
    elif changed:
        # Only what was typed: the rest may have been written since the page was read, such as a confirmation.
        row.save(update_fields=changed)
    steps.note(row, "change", by=by, at=at, fields=sorted(changed))
    return row
