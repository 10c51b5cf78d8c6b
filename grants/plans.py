"""A grant's days, worked out from its round's plan, and what it does for others, taken over from its bid."""

from dataclasses import replace
from datetime import date, datetime

from beacons.applications.models import Application
from beacons.applications.sharing import Plan, plan_of
from beacons.core.workdays import day_in_london
from beacons.rounds.models import Round
from grants import awards, sums, timetable
from grants.models import Grant, Instalment, OfferedPeer, Return, Undertaking
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
        # Where no mid-point return is asked for, its day is of no account.
        middle_at=a_round.middle_return_at or 50,
        closing_at=a_round.closing_return_at,
    )


def shares_of(a_round: Round) -> list[tuple[int, str]]:
    """The parts in which a grant of this round is paid, in per cent, each with the return it waits for."""
    parts = [
        (a_round.paid_on_signature, ""),
        (a_round.paid_after_middle, Return.Kind.MIDDLE),
        (a_round.paid_after_closing, Return.Kind.CLOSING),
    ]
    return [(share, kind) for share, kind in parts if share]


def returns_of(a_round: Round) -> list[Return.Kind]:
    """The returns that a holder of this round sends."""
    return [Return.Kind.CLOSING] if a_round.middle_return_at is None else list(Return.Kind)


def lay_out(grant: Grant) -> None:
    """Make the returns and instalments of a new grant, as its round says."""
    days, shares = days_of(grant), shares_of(grant.round)
    due_on = {"": days.on_signature, Return.Kind.MIDDLE: days.middle, Return.Kind.CLOSING: days.closing}
    returns = {kind: Return(grant=grant, kind=kind, due_on=due_on[kind]) for kind in returns_of(grant.round)}
    Return.objects.bulk_create(returns.values())
    amounts = sums.instalments(grant.amount, [share for share, _ in shares])
    Instalment.objects.bulk_create(
        Instalment(
            grant=grant,
            number=number,
            amount=amount,
            due_on=due_on[kind],
            after=returns[Return.Kind(kind)] if kind else None,
        )
        for number, (amount, (_, kind)) in enumerate(zip(amounts, shares, strict=True), start=1)
    )


def promised(bid: Application) -> Plan:
    """What the bid undertakes for others. Where it says no numbers, those that its round expects of each holder."""
    plan, a_round = plan_of(bid), bid.round
    return replace(
        plan,
        authorities=a_round.authorities_to_help if plan.authorities is None else plan.authorities,
        struggling=a_round.struggling_to_help if plan.struggling is None else plan.struggling,
    )


def cut(plan: Plan, a_round: Round, at: datetime) -> Plan:
    """The plan of a reserve that starts late: fewer of everything, in proportion to the days it has, and later."""
    spread = a_round.stage_of("spread")
    left = awards.days_left(a_round, at)
    whole = (a_round.stage_of("close").closes_on - spread.opens_on).days

    def fewer(count: int | None) -> int | None:
        return count if count is None else timetable.part(count, left, whole)

    def later(day: date | None) -> date | None:
        window = {"opens_on": spread.opens_on, "closes_on": spread.closes_on}
        return day if day is None else timetable.moved_into(day, day_in_london(at), **window)

    return replace(
        plan,
        authorities=fewer(plan.authorities),
        struggling=fewer(plan.struggling) if plan.struggling else plan.struggling,
        activities=tuple(
            replace(each, count=fewer(each.count), until=later(each.until)) for each in plan.activities
        ),
        peers=tuple(replace(each, days=fewer(each.days)) for each in plan.peers),
    )


def carry(plan: Plan, grant: Grant) -> None:
    """Keep the plan as the grant's own, so that nobody types it again. What a bid left open is no promise."""
    Undertaking.objects.bulk_create(
        Undertaking(
            grant=grant,
            kind=each.kind,
            count=each.count,
            until=each.until,
            note=each.note,
            position=position,
        )
        for position, each in enumerate(plan.activities, start=1)
        if each.count and each.until
    )
    OfferedPeer.objects.bulk_create(
        OfferedPeer(grant=grant, name=each.name, job_title=each.job_title, days=each.days, position=position)
        for position, each in enumerate(plan.peers, start=1)
        if each.days
    )


def moved(grant: Grant) -> list[tuple[Instalment | Return, date]]:
    """What is not yet done and now has another day, with that day."""
    if grant.status not in RUNNING:
        return []
    days = days_of(grant)
    by_kind = {Return.Kind.MIDDLE: days.middle, Return.Kind.CLOSING: days.closing}
    by_return = {due.pk: by_kind[Return.Kind(due.kind)] for due in grant.returns.all()}
    has_begun = grant.status in (GrantStatus.AGREED, GrantStatus.ACTIVE)
    now_due: list[tuple[Instalment | Return, date]] = [
        (part, by_return[part.after_id] if part.after_id else days.on_signature)
        for part in grant.instalments.all()
        # What is due on signature fell due with the last of them.
        if part.payment is None and (part.after_id or not has_begun)
    ]
    now_due += [(due, by_return[due.pk]) for due in grant.returns.all() if due.submitted_at is None]
    return [(row, due_on) for row, due_on in now_due if row.due_on != due_on]
