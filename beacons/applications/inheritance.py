"""Bids and parts in bids pass to the successor of an abolished authority, with all that was written in them.

Where the successor has a bid of its own on the same outcome and category, it keeps both: `inherited_from` says whose
the other was, and the database allows one bid of each council it took over beside its own.
"""

from datetime import datetime

from beacons.applications.actions import UNANSWERED, UNASKED, UNSIGNED
from beacons.applications.actions.figures import thaw
from beacons.applications.models import Application, Partner
from beacons.applications.statuses import APPLICATION, Status
from beacons.directory.estates import Estate, add
from beacons.directory.models import Authority, User


def pass_application(
    bid: Application, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    """What the former council's certifier signed and nobody handed in is a draft again: the successor certifies."""
    bid = Application.objects.lock(bid.pk)
    bid.authority = successor
    bid.inherited_from_id = bid.inherited_from_id or former.pk
    bid.save(update_fields=["authority", "inherited_from"])
    if bid.status == Status.CERTIFIED:
        why = f"{former} became part of {successor}, whose own certifier must certify the application."
        APPLICATION.advance(bid, "send_back", by=by, at=at, why=why, set_fields=UNSIGNED)
        thaw(bid)
    return True


def pass_partner(
    partner: Partner, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    """Unless the successor leads the bid or is its partner already: then the former's part stays beside it.

    What the former council confirmed of a bid that is not handed in, its successor confirms anew, and no link to the
    former's mail works any more.
    """
    bid = Application.objects.lock(partner.application_id)
    if bid.authority_id == successor.pk or bid.partners.filter(authority=successor).exists():
        return False
    partner.authority = successor
    # What was certified names the former authority, and its fingerprint still does.
    partner.inherited_from_id = partner.inherited_from_id or former.pk
    partner.save(update_fields=["authority", "inherited_from"])
    if bid.is_unfinished:
        Partner.objects.filter(pk=partner.pk).update(**UNANSWERED, **UNASKED)
    return True


add(
    Estate(
        kind="application",
        plural="Applications",
        rows=lambda: Application.objects.select_related("outcome", "round"),
        # Its title is sealed while it is a draft.
        words=lambda bid: f"Application {bid.reference} on “{bid.outcome}” in {bid.round}",
        pass_on=pass_application,
    )
)
add(
    Estate(
        kind="partner",
        plural="Parts in others’ applications",
        rows=lambda: Partner.objects.filter(authority__isnull=False).select_related("application"),
        words=lambda partner: f"Part in application {partner.application.reference}",
        pass_on=pass_partner,
    )
)
