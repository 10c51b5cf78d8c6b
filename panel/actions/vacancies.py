"""Offering a seat to everybody, coming forward for it, and what becomes of those who came forward."""

import secrets
from datetime import datetime
from typing import Any

from beacons.core import letters, steps, text
from beacons.core.lifecycle import refuse_if
from beacons.core.links import hash_of
from beacons.core.steps import verb
from beacons.directory.models import User
from panel.models import Appointment, Candidacy, Seat, Vacancy
from panel.rules import vacancies as rules


@verb
def advertise(seat: Seat, *, sought: str, closes_at: datetime, by: User, at: datetime) -> Vacancy:
    """Publish that the seat is to be filled, what is looked for, and until when candidates may come forward."""
    seat = Seat.objects.select_related("round").lock(seat.pk)
    refuse_if(rules.reasons_not_to_advertise(seat, sought=sought, closes_at=closes_at, at=at))
    vacancy = Vacancy.objects.create(
        seat=seat, sought=text.clean(sought), closes_at=closes_at, published_at=at, published_by=by
    )
    steps.note(vacancy, "advertise", by=by, at=at, seat=seat.pk, closes_at=closes_at)
    return vacancy


@verb
def withdraw_vacancy(vacancy: Vacancy, *, why: str, by: User, at: datetime) -> Vacancy:
    """The seat is no longer offered; whoever came forward is told."""
    vacancy = Vacancy.objects.select_related("seat__round").lock(vacancy.pk)
    refuse_if(rules.reasons_not_to_withdraw_vacancy(vacancy, at=at))
    vacancy.withdrawn_at = at
    vacancy.save(update_fields=["withdrawn_at"])
    steps.note(vacancy, "withdraw", by=by, at=at, why=why)
    for candidacy in vacancy.candidacies.standing():
        write("panel_vacancy_withdrawn", candidacy, at=at, why=why)
    return vacancy


@verb
def come_forward(
    vacancy: Vacancy,
    *,
    name: str,
    email: str,
    job: str,
    statement: str,
    register: str,
    by: User | None,
    at: datetime,
) -> Candidacy:
    """By anybody. Somebody who is signed in is known; whoever is not confirms by a link that the mailbox is theirs."""
    vacancy = Vacancy.objects.select_related("seat__round").lock(vacancy.pk)
    email = by.email if by is not None else email.strip().lower()
    refuse_if(rules.reasons_not_to_come_forward(vacancy, at=at))
    goes_at = at if by is not None else rules.letter_goes_at(vacancy, email, at=at)
    secret = secrets.token_urlsafe(32)
    candidacy = Candidacy.objects.create(
        vacancy=vacancy,
        name=text.one_line(name),
        email=email,
        job=text.one_line(job),
        statement=text.clean(statement),
        register=text.clean(register),
        made_at=at,
        secret_hash=hash_of(secret),
    )
    if by is not None:
        _stand(candidacy, by=by, at=at)
        write("panel_candidate_stands", candidacy, at=at, secret=secret)
    elif goes_at is not None:
        write("panel_candidate_confirm", candidacy, at=at, not_before=goes_at, secret=secret)
    return candidacy


@verb
def confirm(candidacy: Candidacy, *, at: datetime) -> Candidacy:
    """By whoever was sent the link."""
    candidacy = locked(candidacy)
    refuse_if(rules.reasons_not_to_confirm(candidacy, at=at))
    return _stand(candidacy, by=None, at=at)


@verb
def stand_down(candidacy: Candidacy, *, at: datetime) -> Candidacy:
    """Also of whoever was proposed for the seat meanwhile, as long as that is not agreed."""
    # The appointment before the vacancy, as whoever agrees to it takes them.
    own = Appointment.objects.proposed().filter(seat=candidacy.vacancy.seat_id, user__email=candidacy.email)
    proposed = list(own.select_for_update(of=("self",)))
    candidacy = locked(candidacy)
    refuse_if(rules.reasons_not_to_stand_down(candidacy))
    candidacy.withdrawn_at = at
    candidacy.save(update_fields=["withdrawn_at"])
    steps.note(candidacy, "stand_down", by=None, at=at)
    for appointment in proposed:
        appointment.ended_at = at
        appointment.save(update_fields=["ended_at"])
        steps.note(appointment, "end", by=None, at=at, why="Stood down as a candidate before it was agreed.")
    return candidacy


@verb
def settle(seat: Seat, *, holder: User, by: Any, at: datetime) -> None:
    """Somebody sits: the seat is offered no more, and every other candidate of its present vacancies is told."""
    filled = list(Vacancy.objects.standing().filter(seat=seat).order_by("pk").select_for_update())
    others = Candidacy.objects.standing().filter(vacancy__in=filled).exclude(email=holder.email)
    told = list(others.for_list())
    for vacancy in filled:
        # Also one that has closed: a link that was sent before confirms no more.
        vacancy.withdrawn_at = at
        vacancy.save(update_fields=["withdrawn_at"])
        steps.note(vacancy, "fill", by=by, at=at)
    for candidacy in told:
        write("panel_candidate_not_chosen", candidacy, at=at)


def locked(candidacy: Candidacy) -> Candidacy:
    """Under the lock of its vacancy, which every verb on either takes first."""
    Vacancy.objects.lock(candidacy.vacancy_id)
    return Candidacy.objects.for_list().lock(candidacy.pk)


def _stand(candidacy: Candidacy, *, by: User | None, at: datetime) -> Candidacy:
    """What somebody sends in later takes the place of what they sent in before; both are kept."""
    earlier = Candidacy.objects.standing().filter(vacancy=candidacy.vacancy, email=candidacy.email)
    for replaced in earlier.exclude(pk=candidacy.pk):
        replaced.withdrawn_at = at
        replaced.save(update_fields=["withdrawn_at"])
        steps.note(replaced, "replace", by=by, at=at)
    candidacy.confirmed_at = at
    candidacy.save(update_fields=["confirmed_at"])
    steps.note(candidacy, "stand", by=by, at=at, vacancy=candidacy.vacancy_id)
    return candidacy


def write(
    kind: str,
    candidacy: Candidacy,
    *,
    at: datetime,
    not_before: datetime | None = None,
    secret: str = "",
    **context: Any,
) -> None:
    vacancy = candidacy.vacancy
    context |= {"candidacy": candidacy, "vacancy": vacancy, "seat": vacancy.seat, "round": vacancy.seat.round}
    letters.write(
        kind,
        to=candidacy.email,
        at=at,
        not_before=not_before,
        key=str(candidacy.pk),
        secret=secret,
        context=context,
    )
