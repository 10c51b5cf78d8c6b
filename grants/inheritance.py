"""A grant goes with its application to the successor of an abolished authority.

From then on no payment is prepared or approved until two officers have confirmed who signs for the successor and
where its money goes: rules say so, verbs ask them, and a trigger of the database refuses it.
"""

from datetime import datetime

from django.db.models import F

from beacons.applications.models import Application
from beacons.core import steps
from beacons.directory.estates import Estate, add, follows
from beacons.directory.models import Authority, Role, User
from grants.models import Grant
from grants.notices import tell_office

UNCONFIRMED = {
    "holder_checked_by": None,
    "holder_checked_at": None,
    "holder_confirmed_by": None,
    "holder_confirmed_at": None,
}


@follows("application")
def follow_application(
    bid: Application, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> None:
    found = Grant.objects.filter(application=bid).values_list("pk", flat=True).first()
    if found is not None:
        _hand_over(found, former, successor, by=by, at=at)


def _hand_over(pk: int, former: Authority, holder: Authority, *, by: User | None, at: datetime) -> None:
    grant = Grant.objects.lock(pk)
    grant.authority = holder
    grant.inherited_from_id = grant.inherited_from_id or former.pk
    grant.inherited_at = at
    for name, empty in UNCONFIRMED.items():
        setattr(grant, name, empty)
    grant.save(update_fields=["authority", "inherited_from", "inherited_at", *UNCONFIRMED])
    steps.note(grant, "inherit", by=by, at=at, former=former.code, successor=holder.code)
    tell_office(
        "grant_inherited",
        grant,
        Role.GRANTS_OFFICER,
        Role.FINANCE_OFFICER,
        key=f"inherited {at.isoformat()}",
        at=at,
        former=former,
    )


def pass_stray(
    grant: Grant, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    """Its application had passed while the grant was being made: it goes to wherever that went."""
    _hand_over(grant.pk, former, grant.application.authority, by=by, at=at)
    return True


add(
    Estate(
        kind="grant",
        plural="Grants",
        rows=lambda: Grant.objects.exclude(authority=F("application__authority")).select_related(
            "application__authority"
        ),
        words=lambda grant: f"Grant {grant.reference}",
        pass_on=pass_stray,
    )
)
