"""Which bids a member has an interest in, and what stands in the way of declaring one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority, Membership, Succession, User
from beacons.rounds.models import Round
from panel.models import Appointment, Employment, Interest
from panel.querysets.interests import bids_of_interest

# What members are told of when they declare: bids that are, or may yet be, put before the panel.
DECLARABLE = (Status.SUBMITTED, Status.ELIGIBLE)


# So long before a round began, whom somebody worked for is still an interest.
YEARS = 5
Employers = Mapping[int, date | None]


def kind_of(
    theirs: Iterable[Authority], application: Application, employers: Employers | None = None
) -> str | None:
    """The interest of somebody who acts for these authorities: the lead's own, its area's, or a partner's; or who
    worked for the lead or a partner. `employers` holds the last day with each, or None where it goes on.

    Without employers `querysets.bids_of_interest` says the same to the database.
    """
    theirs = list(theirs)
    own = {authority.pk for authority in theirs}
    if application.authority_id in own:
        return Interest.Kind.OWN
    if any(authority.same_area_as(application.authority) for authority in theirs):
        return Interest.Kind.AREA
    if any(partner.authority_id in own for partner in application.partners.all()):
        return Interest.Kind.PARTNER
    if employers and worked_for(employers, application):
        return Interest.Kind.EMPLOYER
    return None


def worked_for(employers: Employers, application: Application) -> bool:
    """For the lead authority or a partner, in the five years before the round began or since."""
    since = years_before(application.round.starts_on)
    named = {application.authority_id, *(partner.authority_id for partner in application.partners.all())}
    return any(until is None or until >= since for place, until in employers.items() if place in named)


def years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)


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


def employers_of(users: Iterable[int]) -> dict[int, dict[int, date | None]]:
    """For whom each of these people worked, with the last day: as they tell, and by roles of theirs that have ended.

    With those that took an employer over, and those that it took over.
    """
    found: dict[int, dict[int, date | None]] = {user: {} for user in users}
    told = Employment.objects.filter(user__in=found).order_by().values_list("user", "authority", "until")
    ended = Membership.objects.filter(user__in=found, authority__isnull=False, ended_at__isnull=False)
    left = [
        (user, place, day_in_london(ended_at))
        for user, place, ended_at in ended.values_list("user", "authority", "ended_at")
        if ended_at is not None
    ]
    for user, place, until in [*told, *left]:
        note_latest(found[user], place, until)
    kin = kin_of({place for theirs in found.values() for place in theirs})
    for theirs in found.values():
        for place, until in list(theirs.items()):
            for related in kin.get(place, ()):
                note_latest(theirs, related.pk, until)
    return found


def roles_ended(user: User, at: datetime) -> list[Membership]:
    """What the system knows by itself of whom somebody worked for, in the last five years."""
    since = at - timedelta(days=366 * YEARS)
    ended = Membership.objects.filter(user=user, authority__isnull=False, ended_at__gte=since)
    return list(ended.select_related("authority").order_by("-ended_at", "pk"))


def note_latest(employers: dict[int, date | None], place: int, until: date | None) -> None:
    """Somebody who worked there twice left when they left last."""
    known = employers.get(place, date.min)
    employers[place] = None if known is None or until is None else max(known, until)


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
    """Interests that follow from who acts, or worked, for whom, and that nobody has noted yet: eight queries at most."""
    members = list(Appointment.objects.active(at).filter(seat__round=round))
    users = [member.user_id for member in members]
    theirs, employers = authorities_of(users), employers_of(users)
    if not any(theirs.values()) and not any(employers.values()):
        return []
    noted = set(Interest.objects.filter(appointment__in=members).values_list("appointment", "application"))
    bids = declarable(round)
    return [
        Interest(appointment=member, application=bid, kind=kind, noted_at=at)
        for member in members
        for bid in bids
        if (member.pk, bid.pk) not in noted
        and (kind := kind_of(theirs[member.user_id], bid, employers[member.user_id]))
    ]


def declarable(round: Round) -> list[Application]:
    return list(
        Application.objects.filter(round=round, status__in=DECLARABLE)
        .select_related("authority", "outcome", "round")
        .prefetch_related("partners__authority")
        .order_by("outcome__title", "authority__name", "pk")
    )


def has_interest(user: User, application: Application | int) -> bool:
    """By what is recorded, and by whom the person acts for now."""
    return bids_of_interest(user).filter(pk=getattr(application, "pk", application)).exists()


def free_of_interest(members: Iterable[Appointment], application: Application) -> list[Appointment]:
    """Those members who have no interest in this application, in seven queries at most."""
    members = list(members)
    users = [member.user_id for member in members]
    theirs, employers = authorities_of(users), employers_of(users)
    noted = set(
        Interest.objects.filter(application=application, appointment__user__in=theirs).values_list(
            "appointment__user", flat=True
        )
    )
    return [
        member
        for member in members
        if member.user_id not in noted
        and kind_of(theirs[member.user_id], application, employers[member.user_id]) is None
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


# Employers


def reasons_not_to_tell_employer(
    user: User, authority: Authority, *, until: date | None, at: datetime
) -> list[str]:
    found = []
    if Employment.objects.filter(user=user, authority=authority).exists():
        found.append(f"You have named {authority} already. Take it back first, if the day is wrong.")
    today = day_in_london(at)
    if until is not None and until > today:
        found.append("Your last day there cannot lie ahead: leave it empty if you work there still.")
    if until is not None and until < years_before(today):
        found.append(f"That is more than {YEARS} years ago: it need not be named.")
    return found


def reasons_not_to_take_back_employer(employment: Employment, *, at: datetime) -> list[str]:
    """It has taken papers away, or kept them away, in rounds whose papers are open."""
    noted = Interest.objects.filter(appointment__user=employment.user_id, kind=Interest.Kind.EMPLOYER)
    for interest in noted.select_related("application__round").prefetch_related("application__round__stages"):
        if papers_are_open(interest.application.round, at):
            return [
                "Papers are open that you do not see because you worked there. It stays until the round is over."
            ]
    return []


def papers_are_open(round: Round, at: datetime) -> bool:
    """From here on a declared interest stays: it has already taken papers away."""
    return round.has_opened("scoring", at)
