"""Invitations pass to the successor of an abolished authority, unless it was invited itself."""

from datetime import datetime

from beacons.directory.estates import Estate, add
from beacons.directory.models import Authority, User
from beacons.rounds.models import Invitation


def pass_invitation(
    invitation: Invitation, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    same = Invitation.objects.filter(round=invitation.round_id, outcome=invitation.outcome_id)
    if same.filter(authority=successor).exists():
        return False
    invitation.authority = successor
    invitation.save(update_fields=["authority"])
    return True


add(
    Estate(
        kind="invitation",
        plural="Invitations",
        rows=lambda: Invitation.objects.select_related("outcome", "round"),
        words=lambda invitation: f"Invitation to {invitation.round} on “{invitation.outcome}”",
        pass_on=pass_invitation,
    )
)
