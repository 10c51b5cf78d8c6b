"""Why a region's objective cannot be kept as it is written."""

from beacons.core.text import is_blank
from beacons.directory.models import Region
from outcomes.models import RegionObjective

LONGEST_TITLE = 160
# More than that nobody aims at; and the desk shows each with its gaps.
MOST = 20


def reasons_not_to_save(region: Region, objective: RegionObjective | None, *, title: str) -> list[str]:
    held = RegionObjective.objects.filter(region=region)
    others = held.exclude(pk=objective.pk) if objective else held
    if is_blank(title):
        return ["Say in a few words what the region wants to reach."]
    if len(title) > LONGEST_TITLE:
        return [f"The objective is {len(title)} characters long; {LONGEST_TITLE} is the most."]
    if others.filter(title__iexact=title).exists():
        return [f"{region} has an objective of this name already."]
    if objective is None and held.count() >= MOST:
        return [f"{region} has {MOST} objectives. Remove one before you add another."]
    return []
