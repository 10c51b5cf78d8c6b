"""Why something may not happen now. An empty list means that it may; pages and actions ask the same functions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from beacons.core.templatetags.govuk import day, moment, pounds
from beacons.core.text import is_blank
from beacons.core.workdays import day_in_london
from beacons.directory.models import Role, User
from grants import awards, permissions
from grants.models import Grant, Instalment, Payment, Return, Signature
from grants.statuses import GRANT, PAYMENT, GrantStatus
from panel.chairing import Chairs
from panel.models import Appointment, Case
from panel.statuses import CaseStatus, Verdict

# Making and offering


def _reasons_not_announced(case: Case, at: datetime) -> Iterator[str]:
    announcement = getattr(case.application.round, "announcement", None)
    if case.status != CaseStatus.ANNOUNCED or announcement is None or not announcement.has_come(at):
        yield "The decision has not been announced."
    if Grant.objects.filter(application=case.application_id).exists():
        yield "This application has its grant already."


def reasons_not_to_draft(case: Case, *, at: datetime) -> list[str]:
    reasons = list(_reasons_not_announced(case, at))
    a_round = case.application.round
    if case.decision.verdict != Verdict.AWARD:
        reasons.append("Only an award becomes a grant.")
    elif a_round.granted + case.decision.amount > a_round.pot:
        reasons.append(
            f"{pounds(case.decision.amount)} is more than the {pounds(a_round.pot - a_round.granted)} left in the pot."
        )
    return reasons


def reasons_not_to_offer_reserve(case: Case, *, at: datetime) -> list[str]:
    reasons = list(_reasons_not_announced(case, at))
    a_round = case.application.round
    if case.decision.verdict != Verdict.RESERVE:
        return [*reasons, "This application is not a reserve."]
    first = awards.reserves(at).filter(application__round=a_round).values_list("pk", flat=True).first()
    if first not in (None, case.pk):
        reasons.append("Another reserve comes first.")
    left, needed = awards.days_left(a_round, at), a_round.reserve_days
    if left < needed:
        reasons.append(f"Only {left} days are left to spread the practice and close; {needed} are needed.")
    if not awards.reserve_amount(case, a_round):
        reasons.append("The money that came free is not enough.")
    return reasons


def reasons_not_to_offer(grant: Grant, *, at: datetime) -> list[str]:
    return GRANT.reasons_not_to(grant, "offer")


def _reasons_not_to_answer(grant: Grant, step: str, at: datetime) -> list[str]:
    if grant.status == GrantStatus.OFFERED and not grant.offer_is_open(at):
        return [f"The offer ended at {moment(grant.offer_ends_at)}."]
    return GRANT.reasons_not_to(grant, step)


def reasons_not_to_accept(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = _reasons_not_to_answer(grant, "accept", at)
    if not permissions.may_answer_offer(by, grant):
        reasons.append(
            "Only the council's certifier (its chief executive, finance director or leader) accepts a grant."
        )
    elif by.pk == grant.application.drafted_by_id:
        reasons.append(
            "You began the application. A grant is accepted by somebody else who certifies for the council."
        )
    return reasons


def reasons_not_to_refuse(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = _reasons_not_to_answer(grant, "refuse", at)
    if not permissions.may_answer_offer(by, grant):
        reasons.append("Only the council's certifier refuses a grant.")
    return reasons


def reasons_not_to_lapse(grant: Grant, *, at: datetime) -> list[str]:
    if grant.offer_is_open(at):
        return [f"The council has until {moment(grant.offer_ends_at)} to answer."]
    return GRANT.reasons_not_to(grant, "lapse")


# The agreement


def chair_to_sign(grant: Grant, at: datetime) -> Appointment | None:
    """Who signs for the panel: whoever takes the chair for this bid, as everywhere else (see `panel.chairing`)."""
    return Chairs(grant.round, at).acting(grant.application_id)


def reasons_not_to_sign(grant: Grant, part: str, *, by: Any, at: datetime) -> list[str]:
    if grant.status != GrantStatus.ACCEPTED:
        if grant.has_agreement:
            return ["Nothing is left to sign."]
        return ["The council has not accepted the grant."]
    reasons = []
    signatures = list(grant.signatures.all())
    if any(signature.part == part for signature in signatures):
        reasons.append("This part is signed already.")
    elif any(signature.by_id == by.pk for signature in signatures):
        reasons.append("You have signed in another part. Three different people sign an agreement.")
    if part in Signature.COUNTERSIGN and not any(s.part == Signature.Part.COUNCIL for s in signatures):
        reasons.append("The council signs first.")
    reasons += _reasons_against_signer(grant, part, by, at)
    return reasons


def _reasons_against_signer(grant: Grant, part: str, by: Any, at: datetime) -> Iterator[str]:
    if part not in Signature.Part.values:
        yield "An agreement has three parts: council, chair and LGA."
    elif not permissions.may_sign(by, grant, part, at):
        yield f"You do not sign as {Signature.Part(part).label.lower().replace('lga', 'LGA')}."
    elif part == Signature.Part.CHAIR:
        signer = chair_to_sign(grant, at)
        if signer is None:
            yield "Neither the chair nor the vice-chair can sign this agreement: both have an interest, or are not appointed."
        elif signer.user_id != by.pk:
            yield f"The {signer.seat.get_kind_display().lower()} signs this agreement."
    elif part == Signature.Part.LGA and by.acts_for(grant.authority_id):
        yield "You act for this council, so another signatory of the LGA signs."


def reasons_not_to_start(grant: Grant, *, at: datetime) -> list[str]:
    missing = set(Signature.Part.values) - {signature.part for signature in grant.signatures.all()}
    return [*GRANT.reasons_not_to(grant, "start"), *(["A signature is missing."] if missing else [])]


# Money


def _reasons_of_late_returns(grant: Grant, at: datetime) -> list[str]:
    return [
        f"The {due.name} was due on {day(due.due_on)}. Payments are stopped until it comes."
        for due in grant.returns.all()
        if due.is_overdue(at)
    ]


def reasons_of_merger(grant: Grant, at: datetime) -> list[str]:
    """Money waits after a merger until two officers have confirmed who signs for the successor, and its bank details."""
    if grant.authority.is_abolished(day_in_london(at)):
        return [
            f"{grant.authority} was abolished. The grant passes to its successor before anything is paid."
        ]
    if grant.awaits_confirmation:
        return [
            f"The grant passed to {grant.authority} in a merger. Two officers must confirm its signatories and bank"
            " details before anything is paid."
        ]
    return []


def reasons_not_to_check_holder(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    """The first officer has looked at who signs and where the money goes."""
    reasons = _reasons_not_to_confirm(grant, at)
    if grant.awaits_confirmation and grant.holder_checked_at is not None:
        reasons.append("This has been checked. A different officer confirms it.")
    if not permissions.may_prepare_payments(by):
        reasons.append("Only a grants officer checks signatories and bank details.")
    return reasons


def reasons_not_to_confirm_holder(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = _reasons_not_to_confirm(grant, at)
    if grant.awaits_confirmation and grant.holder_checked_at is None:
        reasons.append("A grants officer checks the signatories and bank details first.")
    if grant.holder_checked_by_id is not None and grant.holder_checked_by_id == by.pk:
        reasons.append("You checked this. A different officer confirms it.")
    if not permissions.may_approve_payments(by):
        reasons.append("Only a finance officer confirms signatories and bank details.")
    return reasons


def _reasons_not_to_confirm(grant: Grant, at: datetime) -> list[str]:
    if grant.authority.is_abolished(day_in_london(at)):
        return [f"{grant.authority} was abolished: wait until the grant has passed to its successor."]
    if not grant.awaits_confirmation:
        return [
            "Nothing waits for this: no merger has changed who holds the grant since it was last confirmed."
        ]
    if not User.objects.of_authority(grant.authority_id, Role.CERTIFIER).exists():
        return [
            f"Nobody certifies for {grant.authority} yet. The scheme manager confirms its certifiers first."
        ]
    return []


def what_stops(instalment: Instalment, *, at: datetime) -> list[str]:
    """What an instalment still waits for, besides the officers: shown to the holder and to them."""
    grant = instalment.grant
    if grant.status == GrantStatus.STOPPED:
        return ["The grant is stopped."]
    if not grant.is_paying:
        if grant.status in (
            GrantStatus.DRAFTED,
            GrantStatus.OFFERED,
            GrantStatus.ACCEPTED,
            GrantStatus.AGREED,
        ):
            return ["The agreement needs all its signatures first."]
        return [f"{GRANT.stands(grant)}; nothing more is paid."]
    reasons = [
        f"Instalment {earlier.number} has not been paid."
        for earlier in grant.instalments.all()
        if earlier.number < instalment.number and not earlier.is_paid and earlier.payable > 0
    ]
    reasons += reasons_of_merger(grant, at)
    reasons += _reasons_of_late_returns(grant, at)
    needed = instalment.after
    if needed is not None and needed.submitted_at is None and not needed.is_overdue(at):
        reasons.append(f"The {needed.name} must come first; it is due on {day(needed.due_on)}.")
    if day_in_london(at) < instalment.due_on:
        reasons.append(f"It is due on {day(instalment.due_on)}.")
    if not reasons and instalment.payable <= 0:
        reasons.append("Nothing more is due: what the council has spent has been paid.")
    return reasons


def reasons_not_to_prepare(instalment: Instalment, *, by: Any, at: datetime) -> list[str]:
    if instalment.payment is not None:
        done = "paid" if instalment.is_paid else "prepared"
        return [f"This instalment has been {done} already."]
    reasons = what_stops(instalment, at=at)
    if not permissions.may_prepare_payments(by):
        reasons.append("Only a grants officer prepares payments.")
    return reasons


def _reasons_against_second_officer(payment: Payment, by: Any, act: str) -> list[str]:
    reasons = []
    if not permissions.may_approve_payments(by):
        reasons.append(f"Only a finance officer {act} payments.")
    if by.pk == payment.prepared_by_id:
        reasons.append(f"You prepared this payment. A different officer {act} it.")
    return reasons


def reasons_not_to_approve(payment: Payment, *, by: Any, at: datetime) -> list[str]:
    reasons = PAYMENT.reasons_not_to(payment, "approve")
    if not reasons and not payment.grant.is_paying:
        reasons = [f"{GRANT.stands(payment.grant)}; nothing is paid."]
    if not reasons:
        # A return may have fallen due since the payment was prepared.
        reasons = [*reasons_of_merger(payment.grant, at), *_reasons_of_late_returns(payment.grant, at)]
    return [*reasons, *_reasons_against_second_officer(payment, by, "approves")]


def reasons_not_to_reject(payment: Payment, *, by: Any, at: datetime) -> list[str]:
    return [
        *PAYMENT.reasons_not_to(payment, "reject"),
        *_reasons_against_second_officer(payment, by, "rejects"),
    ]


# Returns


def reasons_not_to_submit_return(holder_return: Return, *, at: datetime) -> list[str]:
    grant = holder_return.grant
    if holder_return.submitted_at is not None:
        return [f"The {holder_return.name} has been sent already."]
    if grant.status not in (GrantStatus.ACTIVE, GrantStatus.STOPPED):
        return [f"{GRANT.stands(grant)}, so no return is asked for."]
    reasons = []
    if holder_return.kind == Return.Kind.CLOSING and grant.status == GrantStatus.ACTIVE:
        reasons += [
            f"Send the {earlier.name} first."
            for earlier in grant.returns.all()
            if earlier.kind != Return.Kind.CLOSING and earlier.submitted_at is None
        ]
        opens_on = holder_return.opens_on
        if day_in_london(at) < opens_on:
            reasons.append(
                f"The closing return can be sent from {day(opens_on)}, when the work is nearly done."
            )
    return reasons


def faults_in_return(done: str, learned: str, helped: int, struggling: int) -> list[str]:
    """What is wrong with what was typed into a return."""
    faults = []
    if is_blank(done) or is_blank(learned):
        faults.append("Say what was done and what was learned.")
    return [*faults, *faults_in_helped(helped, struggling)]


def faults_in_helped(helped: int, struggling: int) -> list[str]:
    if struggling > helped:
        return [
            "The authorities that find the outcome hardest are among those helped, so there cannot be more of them."
        ]
    return []


def reasons_not_to_send_back(holder_return: Return, *, by: Any, at: datetime) -> list[str]:
    """A return goes back to its holder for a correction until money has been prepared on the strength of it."""
    grant = holder_return.grant
    reasons = []
    if holder_return.submitted_at is None:
        reasons.append(f"The {holder_return.name} has not been sent.")
    if grant.status not in (GrantStatus.ACTIVE, GrantStatus.REPORTED, GrantStatus.STOPPED):
        reasons.append(f"{GRANT.stands(grant)}.")
    if any(part.payment is not None for part in grant.instalments.all() if part.after_id == holder_return.pk):
        reasons.append("A payment has been made on the strength of this return.")
    if holder_return.kind == Return.Kind.MIDDLE and grant.status == GrantStatus.REPORTED:
        reasons.append("The closing return has come: send that one back first.")
    if not permissions.may_prepare_payments(by):
        reasons.append("Only a grants officer sends a return back.")
    return reasons


# Closing


def _reasons_payments_are_open(grant: Grant) -> list[str]:
    if grant.awaiting_approval:
        return [
            f"A payment of {pounds(grant.awaiting_approval)} waits for approval: approve or reject it first."
        ]
    return []


def reasons_not_to_recover(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = [*GRANT.reasons_not_to(grant, "recover"), *_reasons_payments_are_open(grant)]
    if not grant.to_recover:
        reasons.append("Nothing is to come back: what was paid was spent.")
    if not permissions.may_approve_payments(by):
        reasons.append("Only a finance officer asks for money back.")
    return reasons


def reasons_not_to_record_recovery(grant: Grant, amount: int, *, by: Any, at: datetime) -> list[str]:
    reasons = []
    if grant.status != GrantStatus.RECOVERING:
        reasons.append("No money has been asked back.")
    elif not grant.to_recover:
        reasons.append("All that was asked back has come.")
    elif not 0 < amount <= grant.to_recover:
        reasons.append(f"Between £1 and {pounds(grant.to_recover)} is still to come back.")
    if not permissions.may_approve_payments(by):
        reasons.append("Only a finance officer records money that came back.")
    return reasons


def reasons_not_to_reconcile(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = [*GRANT.reasons_not_to(grant, "reconcile"), *_reasons_payments_are_open(grant)]
    if not reasons and grant.to_recover:
        reasons.append(
            f"{pounds(grant.to_recover)} was paid and not spent. Ask for it back, and record it when it comes."
        )
    if not reasons and grant.status == GrantStatus.REPORTED and grant.to_pay:
        reasons.append(f"{pounds(grant.to_pay)} is still to be paid.")
    if not permissions.may_approve_payments(by):
        reasons.append("Only a finance officer reconciles a grant.")
    return reasons


def reasons_not_to_close(grant: Grant, *, at: datetime) -> list[str]:
    reasons = GRANT.reasons_not_to(grant, "close")
    if not grant.round.has_closed("close", at):
        reasons.append(f"The round ends on {day(grant.round.stage_of('close').closes_on)}.")
    if grant.status == GrantStatus.STOPPED:
        reasons += _reasons_payments_are_open(grant)
        if grant.to_recover:
            reasons.append(f"{pounds(grant.to_recover)} was paid and not spent. Ask for it back.")
    return reasons


def reasons_not_to_stop(grant: Grant, *, by: Any, at: datetime) -> list[str]:
    reasons = GRANT.reasons_not_to(grant, "stop")
    if not permissions.may_stop(by):
        reasons.append("Only a grants officer or the scheme manager stops a grant.")
    return reasons
