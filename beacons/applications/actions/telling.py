"""Letters to the people of an application."""

from datetime import datetime
from typing import Any

from beacons.applications import permissions
from beacons.applications.models import Application
from beacons.core import letters
from beacons.directory.models import Role, User


def tell(
    application: Application,
    kind: str,
    *,
    at: datetime,
    roles: tuple[str, ...] = (),
    office: bool = False,
    key: str = "",
    **context: Any,
) -> None:
    """Write to the people of the authority (in these roles, if any are named), and to the office if it is theirs too."""
    people = set(application.people(*roles))
    drafter = application.drafted_by
    if drafter not in people and drafter.is_active and permissions.may_edit(drafter, application):
        people.add(drafter)
    if office:
        people |= set(User.objects.with_role(Role.SCHEME_MANAGER, Role.CASE_OFFICER))
    letters.write_each(
        kind,
        to=sorted(people, key=lambda user: user.pk),
        at=at,
        key=f"{application.reference}:{key or at.isoformat()}",
        context={"application": application, "closes_at": application.closes_at, **context},
    )
