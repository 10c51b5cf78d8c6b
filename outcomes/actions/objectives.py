"""What a region's partnership wants to reach: written by its coordinator, or by staff."""

from collections.abc import Iterable
from datetime import datetime

from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import Region, User
from outcomes import objective_rules as rules
from outcomes.models import Outcome, RegionObjective


@verb
def save_objective(
    region: Region,
    objective: RegionObjective | None = None,
    *,
    title: str,
    description: str,
    outcomes: Iterable[Outcome],
    by: User | None,
    at: datetime,
) -> RegionObjective:
    """A new objective of the region, or another wording of one it has, with the outcomes it is about."""
    region = Region.objects.select_for_update().get(pk=region.pk)
    title, description = " ".join(clean(title).split()), clean(description)
    if objective is not None:
        objective = _held(region, objective)
    refuse_if(rules.reasons_not_to_save(region, objective, title=title))
    is_new = objective is None
    if objective is None:
        objective = RegionObjective(region=region, position=_next_position(region))
    objective.title, objective.description = title, description
    objective.save()
    objective.outcomes.set(outcomes)
    steps.note(
        objective,
        "add" if is_new else "change",
        by=by,
        at=at,
        title=title,
        outcomes=sorted(outcome.slug for outcome in objective.outcomes.all()),
    )
    return objective


@verb
def remove_objective(objective: RegionObjective, *, by: User | None, at: datetime) -> RegionObjective:
    """The region no longer aims at it. Its name stays in the audit."""
    region = Region.objects.select_for_update().get(pk=objective.region_id)
    objective = _held(region, objective)
    steps.note(objective, "remove", by=by, at=at, title=objective.title)
    objective.delete()
    return objective


def _held(region: Region, objective: RegionObjective) -> RegionObjective:
    found = RegionObjective.objects.filter(region=region, pk=objective.pk).first()
    if found is None:
        raise Refused("Somebody else has removed this objective.")
    return found


def _next_position(region: Region) -> int:
    last = RegionObjective.objects.filter(region=region).order_by("-position").first()
    return last.position + 1 if last else 1
