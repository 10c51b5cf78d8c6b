"""Whom a letter about a grant goes to."""

from datetime import datetime
from typing import Any

from beacons.core import letters
from beacons.directory.models import Body, Role, User
from grants import rules
from grants.models import Grant


def tell_holder(kind: str, grant: Grant, *, key: str = "", at: datetime, **context: Any) -> None:
    """Everybody who drafts or certifies for the council."""
    _tell(User.objects.of_authority(grant.authority_id), kind, grant, key, at, context)


def tell_office(kind: str, grant: Grant, *roles: str, key: str = "", at: datetime, **context: Any) -> None:
    """Officers of the scheme with these roles."""
    _tell(User.objects.with_role(*roles), kind, grant, key, at, context)


def tell_countersigners(kind: str, grant: Grant, *, at: datetime) -> None:
    """The chair (or vice-chair) who signs this agreement, and the LGA's signatories."""
    chair = rules.chair_to_sign(grant, at)
    people = list(
        User.objects.filter(
            memberships__role=Role.SIGNATORY,
            memberships__body=Body.LGA,
            memberships__ended_at__isnull=True,
            is_active=True,
        ).distinct()
    )
    _tell([*([chair.user] if chair else []), *people], kind, grant, "", at, {})


def _tell(people: Any, kind: str, grant: Grant, key: str, at: datetime, context: dict[str, Any]) -> None:
    for person in people:
        letters.write(
            kind,
            to=person,
            key=f"{grant.reference}{':' if key else ''}{key}",
            at=at,
            context={"grant": grant, **context},
        )
