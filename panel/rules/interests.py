"""Which bids a member has an interest in, and what stands in the way of declaring one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core.text import is_blank
from beacons.directory.models import Authority, Membership, Succession, User
from beacons.rounds.models import Round
from panel.models import Appointment, Interest
from panel.querysets import bids_of_interest

# What members are told of when they declare: bids that are, or may yet be, put before the panel.
DECLARABLE = (Status.SUBMITTED, Status.ELIGIBLE)


def kind_of(theirs: Iterable[Authority], application: Application) -> str | None:
    """The interest of somebody who acts for these authorities: the lead's own, its area's, or a partner's.

    `querysets.bids_of_interest` says the same to the database.
    """
    theirs = list(theirs)
    own = {authority.pk for authority in theirs}
    if application.authority_id in own:
        return Interest.Kind.OWN
    if any(authority.same_area_as(application.authority) for authority in theirs):
        return Interest.Kind.AREA
    if any(partner.authority_id in own for partner in application.partners.all()):
        return Interest.Kind.PARTNER
    return None


def authorities_of(users: Iterable[int]) -> dict[int, list[Authority]]:
    """The authorities each of these people acts for now, with those that took them over or were taken over by them.

    A merger that has been made, or that is to come, makes the other council's bids one's own.
    """
    found: dict[int, list[Authority]] = {user: [] for user in users}
    held = (
        Membership.objects.active()
        .filter(user__in=found, authority__isnull=False)
        .select_related("authority")
    )
    for hat in held:
        if hat.authority is not None:
            found[hat.user_id].append(hat.authority)
    kin = kin_of({authority.pk for theirs in found.values() for authority in theirs})
    for theirs in found.values():
        theirs += [related for authority in list(theirs) for related in kin.get(authority.pk, ())]
    return found


def kin_of(authorities: Collection[int]) -> dict[int, list[Authority]]:
    """For each of these authorities its successors and its predecessors, in one query."""
    found: dict[int, list[Authority]] = {}
    if not authorities:
        return found
    mergers = Succession.objects.filter(Q(authority__in=authorities) | Q(successor__in=authorities))
    for merger in mergers.select_related("authority", "successor"):
        found.setdefault(merger.authority_id, []).append(merger.successor)
        found.setdefault(merger.successor_id, []).append(merger.authority)
    return found


def missing(round: Round, *, at: datetime) -> list[Interest]:
    """Interests that follow from who acts for whom, and that nobody has noted yet: five queries."""
    members = list(Appointment.objects.active(at).filter(seat__round=round))
    theirs = authorities_of(member.user_id for member in members)
    if not any(theirs.values()):
        return []
    noted = set(Interest.objects.filter(appointment__in=members).values_list("appointment", "application"))
    bids = declarable(round)
    return [
        Interest(appointment=member, application=bid, kind=kind, noted_at=at)
        for member in members
        for bid in bids
        if (member.pk, bid.pk) not in noted and (kind := kind_of(theirs[member.user_id], bid))
    ]


def declarable(round: Round) -> list[Application]:
    return list(
        Application.objects.filter(round=round, status__in=DECLARABLE)
        .select_related("authority", "outcome")
        .prefetch_related("partners__authority")
        .order_by("outcome__title", "authority__name", "pk")
    )


def has_interest(user: User, application: Application | int) -> bool:
    """By what is recorded, and by whom the person acts for now."""
    return bids_of_interest(user).filter(pk=getattr(application, "pk", application)).exists()


def free_of_interest(members: Iterable[Appointment], application: Application) -> list[Appointment]:
    """Those members who have no interest in this application, in four queries."""
    members = list(members)
    theirs = authorities_of(member.user_id for member in members)
    noted = set(
        Interest.objects.filter(application=application, appointment__user__in=theirs).values_list(
            "appointment__user", flat=True
        )
    )
    return [
        member
        for member in members
        if member.user_id not in noted and kind_of(theirs[member.user_id], application) is None
    ]


def reasons_not_to_declare_yet(appointment: Appointment, *, by: User, at: datetime) -> list[str]:
    """What stands in the way before a word is written."""
    round = appointment.seat.round
    if appointment.user_id != by.pk:
        return ["Members declare their own interests."]
    if not appointment.is_active(at):
        return ["You do not hold this seat now."]
    if not round.has_closed("applications", at):
        return ["Who has applied is known when applications have closed."]
    return []


def reasons_not_to_declare(
    appointment: Appointment, reasons: Mapping[int, str], *, by: User, at: datetime
) -> list[str]:
    found = reasons_not_to_declare_yet(appointment, by=by, at=at)
    if any(is_blank(why) for why in reasons.values()):
        found.append("Say in a sentence what each interest is.")
    bids = Application.objects.filter(
        round=appointment.seat.round, pk__in=reasons, status__in=DECLARABLE
    ).count()
    if bids != len(reasons):
        found.append("One of these applications is not, or no longer, before this panel.")
    return found


def papers_are_open(round: Round, at: datetime) -> bool:
    """From here on a declared interest stays: it has already taken papers away."""
    return round.has_opened("scoring", at)
