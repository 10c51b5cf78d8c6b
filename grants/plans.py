"""A grant's days, worked out from its round's plan."""

from datetime import date, datetime

from beacons.core.workdays import day_in_london
from grants import awards, timetable
from grants.models import Grant, Instalment, Return
from grants.statuses import RUNNING, GrantStatus


def days_of(grant: Grant) -> timetable.Timetable:
    """The days on which its money and its returns are due, by the plan as it stands now."""
    a_round = grant.round
    spread, close = a_round.stage_of("spread"), a_round.stage_of("close")
    return timetable.timetable(
        agreed_by=a_round.stage_of("agreement").closes_on,
        spread=(spread.opens_on, spread.closes_on),
        close=(close.opens_on, close.closes_on),
        begun_on=day_in_london(grant.drafted_at),
    )


def cut(grant: Grant, at: datetime) -> None:
    """Ask a reserve that starts late to help fewer authorities, in proportion to the days it has."""
    left = awards.days_left(grant.round, at)
    whole = (grant.round.stage_of("close").closes_on - grant.round.stage_of("spread").opens_on).days
    grant.authorities_to_help = timetable.part(grant.authorities_to_help, left, whole)
    grant.struggling_to_help = timetable.part(grant.struggling_to_help, left, whole)


def moved(grant: Grant) -> list[tuple[Instalment | Return, date]]:
    """What is not yet done and now has another day, with that day."""
    if grant.status not in RUNNING:
        return []
    days = days_of(grant)
    by_number = {2: days.middle, 3: days.last}
    if grant.status not in (GrantStatus.AGREED, GrantStatus.ACTIVE):  # else it fell due on signature
        by_number[1] = days.first
    by_kind = {Return.Kind.MIDDLE: days.middle, Return.Kind.CLOSING: days.closing_return}
    now_due: list[tuple[Instalment | Return, date]] = [
        (part, by_number[part.number])
        for part in grant.instalments.all()
        if part.number in by_number and part.payment is None
    ]
    now_due += [
        (due, by_kind[Return.Kind(due.kind)]) for due in grant.returns.all() if due.submitted_at is None
    ]
    return [(row, due_on) for row, due_on in now_due if row.due_on != due_on]
