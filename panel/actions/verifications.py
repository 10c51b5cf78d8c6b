"""Seeing for oneself: arranged, held, marked, reported, corrected by the applicant, settled, and what it came to."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from beacons.core import letters, steps, text
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Criterion
from panel import permissions
from panel.chairing import Chairs, know_hats
from panel.models import Appointment, Case, Verification, VerificationMark
from panel.rules import verifications as rules
from panel.statuses import CASE, VERIFICATION


@verb
def verify(case: Case, *, note: str, by: Any, at: datetime) -> Case:
    """Record what all of it came to, after which a decision can be proposed."""
    case = Case.objects.lock(case.pk)
    refuse_if(rules.reasons_not_to_verify(case, by=by, at=at, note=note))
    CASE.advance(case, "verify", by=by, at=at, why=note, set_fields={"verification_note": note})
    return case


@verb
def arrange(
    case: Case,
    *,
    kind: str,
    held_at: datetime,
    place: str,
    looked_for: str,
    lead: Appointment,
    members: Collection[Appointment],
    by: Any,
    at: datetime,
) -> Verification:
    """Set a visit, a call, a peer challenge or a presentation, and tell the applicant. The lead takes part as well."""
    case = Case.objects.lock(case.pk)
    taking_part = {member.pk for member in members} | {lead.pk}
    refuse_if(
        rules.reasons_not_to_arrange(
            case,
            by=by,
            at=at,
            kind=kind,
            held_at=held_at,
            lead=lead.pk,
            members=taking_part,
            words=[place, looked_for],
        )
    )
    verification = Verification.objects.create(
        case=case,
        kind=kind,
        held_at=held_at,
        place=text.one_line(place),
        looked_for=text.clean(looked_for),
        lead=lead,
        arranged_at=at,
    )
    verification.members.set(taking_part)
    VERIFICATION.begin(verification, by=by, at=at, kind=kind, held_at=held_at.isoformat())
    tell_applicant("panel_verification_arranged", verification, at=at)
    others = verification.members.exclude(user=by).select_related("user")
    letters.write_each(
        "panel_verification_part",
        to=[member.user for member in others],
        key=f"verification-{verification.pk}",
        at=at,
        context=context_of(verification),
    )
    return verification


@verb
def call_off(verification: Verification, *, why: str, by: Any, at: datetime) -> Verification:
    verification = locked(verification)
    refuse_if(rules.reasons_not_to_call_off(verification, by=by, at=at, why=why))
    VERIFICATION.advance(
        verification, "call_off", by=by, at=at, why=why, set_fields={"called_off_why": text.clean(why)}
    )
    tell_applicant("panel_verification_called_off", verification, at=at)
    tell_members_it_is_off(verification, why=why, by=by, at=at)
    return verification


@verb
def save_marks(
    verification: Verification, marks: Mapping[int, rules.Seen], *, by: Any, at: datetime
) -> Verification:
    """What this member would mark after what it saw; by the keys of criteria, in place of what it said before."""
    verification = locked(verification)
    criteria = Criterion.objects.filter(round=verification.case.application.round_id)
    refuse_if(rules.reasons_not_to_mark(verification, by=by, at=at))
    refuse_if(rules.reasons_against_marks(criteria, marks))
    seat = rules.seat_of(verification, by, at)
    assert seat is not None  # the rule asked
    VerificationMark.objects.filter(verification=verification, appointment=seat).delete()
    VerificationMark.objects.bulk_create(
        VerificationMark(
            verification=verification,
            appointment=seat,
            criterion_id=criterion,
            score=score,
            reason=text.clean(reason),
        )
        for criterion, (score, reason) in marks.items()
        if score is not None
    )
    said = {str(criterion): [score, reason] for criterion, (score, reason) in marks.items()}
    steps.note(verification, "mark", by=by, at=at, marks=said)
    return verification


@verb
def report(verification: Verification, *, found: str, for_panel: str, by: Any, at: datetime) -> Verification:
    """Write down what was found. The applicant is asked whether the facts are right; what is for the panel stays there."""
    verification = locked(verification)
    refuse_if(rules.reasons_not_to_report(verification, by=by, at=at, found=found))
    VERIFICATION.advance(
        verification,
        "report",
        by=by,
        at=at,
        why=found,
        set_fields={
            "found": text.clean(found),
            "for_panel": text.clean(for_panel),
            "reported_at": at,
            "reply_until": rules.reply_until(verification.case.application.round, at),
        },
    )
    tell_applicant("panel_verification_facts", verification, at=at)
    return verification


@verb
def answer(
    verification: Verification, *, right: bool, corrections: str = "", by: Any, at: datetime
) -> Verification:
    """The applicant's word: the facts are right, or which of them are not."""
    verification = locked(verification)
    refuse_if(rules.reasons_not_to_answer(verification, by=by, at=at, right=right, corrections=corrections))
    verification.answered_at, verification.answered_by = at, by
    verification.corrections = "" if right else text.clean(corrections)
    verification.save(update_fields=["answered_at", "answered_by", "corrections"])
    steps.note(verification, "answer", by=by, at=at, why=verification.corrections)
    letters.write_each(
        "panel_verification_answered",
        to=who_goes_on(verification, at=at),
        key=f"verification-{verification.pk}",
        at=at,
        context=context_of(verification),
    )
    return verification


@verb
def settle(verification: Verification, *, found: str, settlement: str, by: Any, at: datetime) -> Verification:
    """The facts as they stand in the end. The step keeps them as they were before."""
    verification = locked(verification)
    refuse_if(rules.reasons_not_to_settle(verification, by=by, at=at, found=found, settlement=settlement))
    before = verification.found
    VERIFICATION.advance(
        verification,
        "settle",
        by=by,
        at=at,
        why=settlement,
        set_fields={
            "found": text.clean(found),
            "settlement": text.clean(settlement),
            "settled_at": at,
        },
        before=before,
    )
    if verification.corrections:
        tell_applicant("panel_verification_settled", verification, at=at)
    return verification


def locked(verification: Verification) -> Verification:
    """The case first, as everywhere, and then the row."""
    Case.objects.lock(verification.case_id)
    return Verification.objects.for_list().lock(verification.pk)


def who_goes_on(verification: Verification, *, at: datetime) -> list[Any]:
    """The lead; whoever takes the chair, where the lead has left the panel or has an interest now."""
    case, lead = verification.case, verification.lead.user
    know_hats([lead])
    if permissions.leads_verification(lead, verification, at):
        return [lead]
    acting = Chairs(case.application.round, at).acting(case.application_id)
    return [] if acting is None else [acting.user]


def tell_applicant(kind: str, verification: Verification, *, at: datetime) -> None:
    letters.write_each(
        kind,
        to=verification.case.application.people(),
        key=f"verification-{verification.pk}",
        at=at,
        context=context_of(verification),
    )


def tell_members_it_is_off(verification: Verification, *, why: str, by: Any, at: datetime) -> None:
    """Those who would have taken part, but for whoever calls it off."""
    others = verification.members.select_related("user")
    letters.write_each(
        "panel_verification_part_off",
        to=[member.user for member in others if by is None or member.user_id != by.pk],
        key=f"verification-{verification.pk}",
        at=at,
        context=context_of(verification) | {"why": why},
    )


def context_of(verification: Verification) -> dict[str, Any]:
    application = verification.case.application
    return {"verification": verification, "application": application, "round": application.round}
