"""What stands in the way of offering a seat to everybody, and of coming forward for it."""

from datetime import datetime, timedelta

from beacons.core import workdays
from beacons.core.text import is_blank
from beacons.rounds.models import Round
from panel.models import Appointment, Candidacy, Seat, Vacancy

# Candidates need a while to hear of a vacancy and to write.
SHORTEST = timedelta(days=5)
# Letters of one vacancy to one address within a day, and to addresses nobody has confirmed within an hour.
TO_ONE_ADDRESS, TO_ALL = 3, 40
LONGEST_WAIT = timedelta(hours=12)


def reasons_not_to_advertise(
    seat: Seat, *, at: datetime, sought: str = "", closes_at: datetime | None = None
) -> list[str]:
    """Without `closes_at`, of offering it at all."""
    held = Appointment.objects.filter(seat=seat, ended_at__isnull=True).first()
    if held is not None:
        return [f"{held.user} sits here, or is proposed. End that first."]
    if Vacancy.objects.open(at).filter(seat=seat).exists():
        return ["This seat is offered already."]
    if closes_at is None:
        return []
    found = []
    if is_blank(sought):
        found.append("Say what the panel looks for in whoever sits here.")
    if not workdays.is_working_day(workdays.day_in_london(closes_at)):
        found.append("Choose a working day, on which the office can be asked.")
    if closes_at - at < SHORTEST:
        found.append("Leave candidates five days at least to come forward.")
    return found + reasons_of_the_round(seat.round, closes_at)


def reasons_of_the_round(round: Round, closes_at: datetime) -> list[str]:
    """A panel member who comes when the round is over judges nothing."""
    ends_on = round.ends_on
    if ends_on is not None and closes_at.date() >= ends_on:
        return [f"Close the vacancy before the round ends, on {ends_on.day} {ends_on:%B %Y}."]
    return []


def reasons_not_to_withdraw_vacancy(vacancy: Vacancy, *, at: datetime) -> list[str]:
    if vacancy.withdrawn_at is not None:
        return ["This vacancy has been withdrawn already."]
    return [] if at < vacancy.closes_at else ["This vacancy has closed already."]


def reasons_not_to_come_forward(vacancy: Vacancy, *, at: datetime) -> list[str]:
    if vacancy.withdrawn_at is not None:
        return ["This vacancy has been withdrawn: the seat is no longer offered."]
    if not vacancy.is_open(at):
        closed = vacancy.closes_at
        return [f"This vacancy closed at {closed:%H:%M} on {closed.day} {closed:%B %Y}."]
    return []


def letter_goes_at(vacancy: Vacancy, email: str, *, at: datetime) -> datetime | None:
    """When a letter leaves to an address that nobody has confirmed: at once, later, or not at all.

    A form that anybody may fill in writes to whatever address is typed. What is sent in is kept all the same: the link of
    an earlier letter shows what came later too, and where very many come at once their letters leave one after the other.
    """
    sent = Candidacy.objects.filter(vacancy=vacancy, confirmed_at__isnull=True)
    if sent.filter(email=email, made_at__gt=at - timedelta(days=1)).count() >= TO_ONE_ADDRESS:
        return None
    crowd = sent.filter(made_at__gt=at - timedelta(hours=1)).count() // TO_ALL
    return at + min(crowd * timedelta(hours=1), LONGEST_WAIT)


def versions_of(candidacy: Candidacy, *, at: datetime) -> list[Candidacy]:
    """What was sent for the same mailbox and can be confirmed now, the newest first."""
    if candidacy.confirmed_at or candidacy.withdrawn_at:
        return []
    sent = Candidacy.objects.filter(
        vacancy=candidacy.vacancy_id,
        email=candidacy.email,
        confirmed_at__isnull=True,
        withdrawn_at__isnull=True,
        made_at__gt=at - Candidacy.TO_CONFIRM,
    )
    return [
        each
        for each in sent.for_list().order_by("-made_at", "-pk")
        if not reasons_not_to_confirm(each, at=at)
    ]


def reasons_not_to_confirm(candidacy: Candidacy, *, at: datetime) -> list[str]:
    """What was sent in before the vacancy closed may be confirmed afterwards, for two days in all."""
    if candidacy.withdrawn_at is not None:
        return ["You have taken this back."]
    if candidacy.confirmed_at is not None:
        return ["You have confirmed this already."]
    if candidacy.vacancy.withdrawn_at is not None:
        return ["This vacancy has been withdrawn: the seat is no longer offered."]
    newer = Candidacy.objects.standing().filter(
        vacancy=candidacy.vacancy_id, email=candidacy.email, made_at__gt=candidacy.made_at
    )
    if newer.exists():
        return ["What you sent later stands. Nothing is to be confirmed here."]
    if at >= candidacy.confirm_until:
        return ["This link was good for two days. Please come forward again, while the vacancy is open."]
    return []


def reasons_not_to_stand_down(candidacy: Candidacy) -> list[str]:
    if candidacy.withdrawn_at is not None:
        return ["You have taken this back already."]
    held = Appointment.objects.agreed().filter(ended_at__isnull=True)
    if held.filter(seat=candidacy.vacancy.seat_id, user__email=candidacy.email).exists():
        return ["You have been appointed. Write to the scheme’s office to give up the seat."]
    return []
