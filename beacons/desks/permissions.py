"""Who may enter which desk."""

from typing import Any

from beacons.core.views import OpenTo
from beacons.directory.models import Region, Role
from beacons.directory.permissions import has_role, works_in_office


def may_enter_office(user: Any) -> bool:
    """IDeA staff of any kind."""
    return works_in_office(user)


def may_see_region(user: Any) -> bool:
    """Regional coordinators, each their own region."""
    return has_role(user, Role.COORDINATOR)


def coordinates(user: Any, region: Region) -> bool:
    """Is this person the coordinator of the region? Objectives are the coordinator's to write, and staff's in the admin."""
    return user.is_authenticated and any(
        hat.role == Role.COORDINATOR and hat.region_id == region.pk for hat in user.hats
    )


class OfficeOnly(OpenTo):
    """The page is the office's."""

    may_enter = staticmethod(may_enter_office)


class CoordinatorsOnly(OpenTo):
    """The page is a coordinator's."""

    may_enter = staticmethod(may_see_region)
