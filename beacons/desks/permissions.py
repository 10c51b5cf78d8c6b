"""Who may enter which desk."""

from typing import Any

from django.contrib.auth.mixins import UserPassesTestMixin

from beacons.directory.models import Role
from beacons.directory.permissions import has_role, works_in_office


def may_enter_office(user: Any) -> bool:
    """IDeA staff of any kind."""
    return works_in_office(user)


def may_see_region(user: Any) -> bool:
    """Regional coordinators, each their own region."""
    return has_role(user, Role.COORDINATOR)


class OfficeOnly(UserPassesTestMixin):
    """The page is the office's: a visitor is asked to sign in, anybody else is refused."""

    def test_func(self) -> bool:
        return may_enter_office(self.request.user)  # type: ignore[attr-defined]


class CoordinatorsOnly(UserPassesTestMixin):
    """The page is a coordinator's."""

    def test_func(self) -> bool:
        return may_see_region(self.request.user)  # type: ignore[attr-defined]
