"""What happens to a grant: offered, accepted, signed, paid in parts, reported on, reconciled, closed.

`by=None` is the clock. Money moves by two officers: one prepares, another approves.
"""

from datetime import datetime
from typing import Any

from beacons.applications import actions as applications
from beacons.core import steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Role
from beacons.rounds.models import Round
from grants import agreement, awards, plans, rules, sums, timetable
from grants.models import Grant, Instalment, Payment, Recovery, Return, Signature
from grants.notices import tell_countersigners, tell_holder, tell_office
from grants.statuses import GRANT, PAYMENT, GrantStatus
from panel.models import Case


def locked(grant_id: int) -> Grant:
    """A grant under its lock, with its money and its returns as they stand once the lock is held.

    Whatever changes an instalment, a payment or a return takes this lock first.
    """
    return Grant.objects.for_detail().lock(grant_id)


def renewed(grant: Grant) -> Grant:
    """The same grant without the rows that were loaded before the change, so that nobody goes on with old ones."""
    vars(grant).pop("_prefetched_objects_cache", None)
    return grant


# Making and offering


@verb
def draft(case: Case, *, by: Any, at: datetime) -> Grant:
    """Make the grant of an announced award, with its heads, instalments and returns."""
    a_round = Round.objects.lock(case.application.round_id)
    case = Case.objects.select_related("decision", "application__round__announcement").get(pk=case.pk)
    case.application.round = a_round
    refuse_if(rules.reasons_not_to_draft(case, at=at))
    return _make(case, a_round, case.decision.amount, by=by, at=at)


@verb
def offer_reserve(case: Case, *, by: Any, at: datetime) -> Grant:
    """Offer a reserve the money that came free, with a plan cut to the days and pounds that are left."""
    a_round = Round.objects.lock(case.application.round_id)
    case = Case.objects.select_related("decision", "application__round__announcement").get(pk=case.pk)
    case.application.round = a_round
    refuse_if(rules.reasons_not_to_offer_reserve(case, at=at))
    amount = awards.reserve_amount(case, a_round)
    return offer(_make(case, a_round, amount, reserve=True, by=by, at=at), by=by, at=at)


def _make(case: Case, a_round: Round, amount: int, *, reserve: bool = False, by: Any, at: datetime) -> Grant:
    bid = case.application
    asked = (bid.develop, bid.innovate, bid.disseminate, bid.support)
    heads = sums.heads(amount, asked, shared_least=a_round.shared_least)
    plan = plans.promised(bid)
    if reserve:
        plan = plans.cut(plan, a_round, at)
    grant = Grant(
        reference=f"for {bid.pk}",
        application=bid,
        round=a_round,
        authority=bid.authority,
        amount=amount,
        lead_officer=bid.lead_officer,
        from_reserve=reserve,
        drafted_at=at,
        authorities_to_help=plan.authorities or 0,
        struggling_to_help=plan.struggling or 0,
        **heads._asdict(),
    )
    grant.save()
    # The reference needs the row's number, which no other grant can have.
    grant.reference = f"GRT-{grant.pk:05d}"
    grant.save(update_fields=["reference"])
    plans.carry(plan, grant)
    plans.lay_out(grant)
    GRANT.begin(grant, by=by, at=at, amount=amount, reserve=reserve, plan=plan.content())
    return grant


@verb
def offer(grant: Grant, *, by: Any, at: datetime) -> Grant:
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_offer(grant, at=at))
    ends_at = timetable.offer_ends(at, grant.round.days_to_accept)
    GRANT.advance(grant, "offer", by=by, at=at, set_fields={"offered_at": at, "offer_ends_at": ends_at})
    tell_holder("grant_offer", grant, at=at)
    return renewed(grant)


@verb
def accept(grant: Grant, *, by: Any, at: datetime) -> Grant:
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_accept(grant, by=by, at=at))
    GRANT.advance(grant, "accept", by=by, at=at, set_fields={"accepted_by": by, "accepted_at": at})
    return renewed(grant)


@verb
def refuse(grant: Grant, *, why: str, by: Any, at: datetime) -> Grant:
    grant = locked(grant.pk)
    refuse_if([*rules.reasons_not_to_refuse(grant, by=by, at=at), *_must_say_why(why)])
    GRANT.advance(grant, "refuse", by=by, at=at, why=why)
    tell_office("grant_refused", grant, Role.GRANTS_OFFICER, Role.SCHEME_MANAGER, at=at, why=why)
    return renewed(grant)


@verb
def lapse(grant: Grant, *, by: Any, at: datetime) -> Grant:
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_lapse(grant, at=at))
    GRANT.advance(grant, "lapse", by=by, at=at)
    tell_holder("grant_lapsed", grant, at=at)
    tell_office("grant_lapsed", grant, Role.GRANTS_OFFICER, Role.SCHEME_MANAGER, at=at)
    return renewed(grant)


# The agreement


@verb
def sign(grant: Grant, *, part: str, by: Any, at: datetime) -> Grant:
    """Sign in one part; with the third signature the grant is agreed and starts."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_sign(grant, part, by=by, at=at))
    Signature.objects.create(grant=grant, part=part, by=by, at=at)
    steps.note(grant, "sign", by=by, at=at, part=part, agreement=agreement.digest(grant))
    if part == Signature.Part.COUNCIL:
        tell_countersigners("grant_countersign", grant, at=at)
    if len(grant.signatures.all()) + 1 < len(Signature.Part):
        return renewed(grant)
    GRANT.advance(grant, "agree", by=by, at=at)
    # The first instalment is due on signature, and never later than the plan said.
    grant.instalments.filter(number=1, due_on__gt=day_in_london(at)).update(due_on=day_in_london(at))
    return _start(grant, by=by, at=at)


@verb
def start(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """For an agreed grant that the last signature did not start."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_start(grant, at=at))
    return _start(grant, by=by, at=at)


def _start(grant: Grant, *, by: Any, at: datetime) -> Grant:
    GRANT.advance(grant, "start", by=by, at=at)
    tell_holder("grant_started", grant, at=at)
    tell_office("grant_started", grant, Role.GRANTS_OFFICER, at=at)
    return renewed(grant)


@verb
def stop(grant: Grant, *, why: str, by: Any, at: datetime) -> Grant:
    """Nothing more is paid. What was paid and not spent can be asked back."""
    grant = locked(grant.pk)
    refuse_if([*rules.reasons_not_to_stop(grant, by=by, at=at), *_must_say_why(why)])
    GRANT.advance(grant, "stop", by=by, at=at, why=why)
    tell_holder("grant_stopped", grant, at=at, why=why)
    return renewed(grant)


# Money


@verb
def prepare_payment(instalment: Instalment, *, by: Any, at: datetime) -> Payment:
    grant = locked(instalment.grant_id)
    instalment = next(part for part in grant.instalments.all() if part.pk == instalment.pk)
    refuse_if(rules.reasons_not_to_prepare(instalment, by=by, at=at))
    payment = Payment.objects.create(
        grant=grant, instalment=instalment, amount=instalment.payable, prepared_by=by, prepared_at=at
    )
    PAYMENT.begin(payment, by=by, at=at, grant=grant.reference, amount=payment.amount)
    renewed(grant)
    return payment


def _locked_payment(payment: Payment) -> Payment:
    grant = locked(payment.grant_id)
    payment = Payment.objects.lock(payment.pk)
    payment.grant = grant
    return payment


@verb
def approve_payment(payment: Payment, *, by: Any, at: datetime) -> Payment:
    payment = _locked_payment(payment)
    refuse_if(rules.reasons_not_to_approve(payment, by=by, at=at))
    PAYMENT.advance(
        payment,
        "approve",
        by=by,
        at=at,
        set_fields={"approved_by": by, "approved_at": at},
        amount=payment.amount,
    )
    tell_holder("grant_paid", payment.grant, key=f"payment {payment.pk}", at=at, payment=payment)
    renewed(payment.grant)
    return payment


@verb
def reject_payment(payment: Payment, *, why: str, by: Any, at: datetime) -> Payment:
    """Refuse a prepared payment; another can then be prepared for the instalment."""
    payment = _locked_payment(payment)
    refuse_if([*rules.reasons_not_to_reject(payment, by=by, at=at), *_must_say_why(why)])
    PAYMENT.advance(payment, "reject", by=by, at=at, why=why)
    tell_office(
        "grant_payment_rejected",
        payment.grant,
        Role.GRANTS_OFFICER,
        key=f"payment {payment.pk}",
        at=at,
        payment=payment,
        why=why,
    )
    renewed(payment.grant)
    return payment


# After a merger


@verb
def check_holder(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """The first officer has checked who signs for the successor and where its money goes."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_check_holder(grant, by=by, at=at))
    grant.holder_checked_by, grant.holder_checked_at = by, at
    grant.save(update_fields=["holder_checked_by", "holder_checked_at"])
    steps.note(grant, "check_holder", by=by, at=at, holder=grant.authority.code)
    return renewed(grant)


@verb
def confirm_holder(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """A second officer confirms it; from here on payments are prepared and approved again."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_confirm_holder(grant, by=by, at=at))
    grant.holder_confirmed_by, grant.holder_confirmed_at = by, at
    grant.save(update_fields=["holder_confirmed_by", "holder_confirmed_at"])
    steps.note(grant, "confirm_holder", by=by, at=at, holder=grant.authority.code)
    tell_holder("grant_holder_confirmed", grant, key=f"confirmed {at.isoformat()}", at=at)
    return renewed(grant)


# Returns


@verb
def submit_return(
    holder_return: Return,
    *,
    done: str,
    learned: str,
    authorities_helped: int,
    struggling_helped: int,
    spent: int,
    by: Any,
    at: datetime,
) -> Return:
    grant = locked(holder_return.grant_id)
    holder_return = next(due for due in grant.returns.all() if due.pk == holder_return.pk)
    refuse_if(
        [
            *rules.reasons_not_to_submit_return(holder_return, at=at),
            *rules.faults_in_return(done, learned, authorities_helped, struggling_helped),
        ]
    )
    holder_return.done, holder_return.learned = done, learned
    holder_return.authorities_helped = authorities_helped
    holder_return.struggling_helped = struggling_helped
    holder_return.spent = spent
    holder_return.submitted_by, holder_return.submitted_at = by, at
    holder_return.save()
    steps.note(holder_return, "submit", by=by, at=at, grant=grant.reference, spent=spent)
    if holder_return.kind == Return.Kind.CLOSING and grant.status == GrantStatus.ACTIVE:
        GRANT.advance(grant, "report", by=by, at=at)
    key = f"{holder_return.kind} {at:%Y%m%d%H%M%S}"
    tell_holder("grant_return_received", grant, key=key, at=at, holder_return=holder_return)
    tell_office(
        "grant_return_received", grant, Role.GRANTS_OFFICER, key=key, at=at, holder_return=holder_return
    )
    renewed(grant)
    return holder_return


@verb
def send_back_return(holder_return: Return, *, why: str, by: Any, at: datetime) -> Return:
    """Give a return back for a correction. What was written in it stays."""
    grant = locked(holder_return.grant_id)
    holder_return = next(due for due in grant.returns.all() if due.pk == holder_return.pk)
    refuse_if([*rules.reasons_not_to_send_back(holder_return, by=by, at=at), *_must_say_why(why)])
    holder_return.submitted_by = holder_return.submitted_at = None
    holder_return.save(update_fields=["submitted_by", "submitted_at"])
    steps.note(holder_return, "send_back", by=by, at=at, why=why, grant=grant.reference)
    if grant.status == GrantStatus.REPORTED:
        GRANT.advance(grant, "send_back", by=by, at=at)
    key = f"{holder_return.kind} {at:%Y%m%d%H%M%S}"
    tell_holder("grant_return_sent_back", grant, key=key, at=at, holder_return=holder_return, why=why)
    renewed(grant)
    return holder_return


@verb
def remind(holder_return: Return, *, by: Any, at: datetime) -> Return:
    """Write the reminder that is due: before the day, on it, or when the return is late. A missed one is skipped."""
    grant = locked(holder_return.grant_id)
    holder_return = next(due for due in grant.returns.all() if due.pk == holder_return.pk)
    due = holder_return.reminders_due(at)
    if holder_return.submitted_at is not None or due <= holder_return.reminders:
        raise Refused("No reminder is due.")
    holder_return.reminders = due
    holder_return.save(update_fields=["reminders"])
    tell_holder(
        "grant_return_reminder",
        grant,
        key=f"{holder_return.kind} {holder_return.due_on} {due}",
        at=at,
        holder_return=holder_return,
        is_late=holder_return.is_overdue(at),
    )
    renewed(grant)
    return holder_return


@verb
def follow_plan(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """Move what is not yet done to the days that the round's plan now gives."""
    grant = locked(grant.pk)
    moved = plans.moved(grant)
    if not moved:
        raise Refused("Nothing has moved.")
    for row, due_on in moved:
        row.due_on = due_on
        if isinstance(row, Return):
            row.reminders = min(row.reminders, row.reminders_due(at))
        row.save()
    steps.note(grant, "follow_plan", by=by, at=at, moved={str(row): due_on for row, due_on in moved})
    if grant.status != GrantStatus.DRAFTED:
        tell_holder("grant_dates_moved", grant, key=f"{at:%Y%m%d%H%M%S}", at=at)
    return renewed(grant)


# Closing


@verb
def recover(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """Ask for the money that was paid and not spent."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_recover(grant, by=by, at=at))
    GRANT.advance(grant, "recover", by=by, at=at, amount=grant.to_recover)
    tell_holder("grant_recover", grant, at=at, amount=grant.to_recover)
    return renewed(grant)


@verb
def record_recovery(grant: Grant, *, amount: int, note: str, by: Any, at: datetime) -> Recovery:
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_record_recovery(grant, amount, by=by, at=at))
    recovery = Recovery.objects.create(grant=grant, amount=amount, note=note, recorded_by=by, recorded_at=at)
    steps.note(grant, "record_recovery", by=by, at=at, amount=amount, how=note)
    renewed(grant)
    return recovery


@verb
def reconcile(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """State that what was paid is what was spent."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_reconcile(grant, by=by, at=at))
    GRANT.advance(
        grant, "reconcile", by=by, at=at, spent=grant.spent, paid=grant.paid_out, recovered=grant.recovered
    )
    return renewed(grant)


@verb
def close(grant: Grant, *, by: Any, at: datetime) -> Grant:
    """The round is over and the money is right. The application closes with its grant."""
    grant = locked(grant.pk)
    refuse_if(rules.reasons_not_to_close(grant, at=at))
    GRANT.advance(grant, "close", by=by, at=at)
    applications.close(grant.application, by=by, at=at)
    tell_holder("grant_closed", grant, at=at)
    return renewed(grant)


def _must_say_why(why: str) -> list[str]:
    return ["Say why."] if is_blank(why) else []
