"""Interests in bids: found by the system, declared by the member. Each takes papers away at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, User
from beacons.rounds.models import Round
from panel.actions import papers
from panel.models import Appointment, Employment, Interest
from panel.rules import interests as rules


@verb
def find(round: Round, *, by: Any, at: datetime) -> Round:
    """Note the interests that follow from who acts for whom: own authority, same area, partner in the bid."""
    round = Round.objects.lock(round.pk)
    note_found(round, by=by, at=at)
    return round


def note_found(round: Round, *, by: Any, at: datetime) -> None:
    """For verbs that hold the round's lock already."""
    found = Interest.objects.bulk_create(rules.missing(round, at=at))
    for interest in found:
        steps.note(
            interest.appointment,
            "find_interest",
            by=by,
            at=at,
            application=interest.application_id,
            kind=interest.kind,
        )
    papers.take_for_interests(found, by=by, at=at)


@verb
def declare(appointment: Appointment, reasons: Mapping[int, str], *, by: Any, at: datetime) -> Appointment:
    """A member says in which bids it has an interest: `reasons` holds a sentence for each application's id.

    Until papers open `reasons` is the whole declaration and replaces an earlier one. From then on an interest can
    be added, or its words changed, but not taken back.
    """
    # Assigning takes the same lock first, so that nobody is given a paper while declaring an interest in it.
    round = Round.objects.lock(appointment.seat.round_id)
    appointment = Appointment.objects.for_list().lock(appointment.pk)
    refuse_if(rules.reasons_not_to_declare(appointment, reasons, by=by, at=at))
    # What follows from whom the member works or worked for is noted before a paper can open.
    note_found(round, by=by, at=at)
    noted = {interest.application_id: interest for interest in appointment.interests.all()}
    if not rules.papers_are_open(round, at):
        for application, interest in noted.items():
            if interest.kind == Interest.Kind.DECLARED and application not in reasons:
                interest.delete()
    for application, interest in noted.items():
        if interest.pk and application in reasons:
            interest.reason = reasons[application]
            interest.save(update_fields=["reason"])
    new = Interest.objects.bulk_create(
        Interest(
            appointment=appointment,
            application_id=application,
            kind=Interest.Kind.DECLARED,
            reason=why,
            noted_at=at,
        )
        for application, why in reasons.items()
        if application not in noted
    )
    appointment.declared_at = appointment.declared_at or at
    appointment.save(update_fields=["declared_at"])
    steps.note(appointment, "declare", by=by, at=at, applications=sorted(reasons))
    papers.take_for_interests(new, by=by, at=at)
    return appointment


# For whom a member has worked


@verb
def tell_employer(
    user: User, authority: Authority, *, until: date | None, by: User, at: datetime
) -> Employment:
    """A member names an authority it worked for; bids of it are taken away at once in every panel it sits on."""
    rounds = held_rounds(user, at)
    refuse_if(rules.reasons_not_to_tell_employer(user, authority, until=until, at=at))
    employment = Employment.objects.create(user=user, authority=authority, until=until, told_at=at)
    steps.note(employment, "tell", by=by, at=at, authority=authority.code, until=until)
    for each in rounds:
        note_found(each, by=by, at=at)
    return employment


@verb
def take_back_employer(employment: Employment, *, by: User, at: datetime) -> User:
    """It was named by mistake: interests that followed from it go too."""
    user = employment.user
    rounds = held_rounds(user, at)
    employment = Employment.objects.lock(employment.pk)
    refuse_if(rules.reasons_not_to_take_back_employer(employment, at=at))
    steps.note(employment, "take_back", by=by, at=at, authority=employment.authority_id)
    Employment.objects.filter(pk=employment.pk).delete()
    # They are noted anew where another employer, or a role that ended, is the reason as well.
    Interest.objects.filter(
        appointment__user=user, appointment__seat__round__in=rounds, kind=Interest.Kind.EMPLOYER
    ).delete()
    for each in rounds:
        note_found(each, by=by, at=at)
    return user


def held_rounds(user: User, at: datetime) -> list[Round]:
    """The rounds on whose panels somebody sits, locked in the order of their keys."""
    seated = user.appointments.active(at).values("seat__round")
    return list(Round.objects.filter(pk__in=seated).order_by("pk").select_for_update())
