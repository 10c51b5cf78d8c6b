"""Award, reserve or decline: the chair proposes, a signatory of each body answers, and so it is settled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Body, Role, User
from beacons.rounds.models import Round
from panel.models import Case, Consent, Decision
from panel.rules import decisions as rules
from panel.statuses import CASE, Verdict


@verb
def propose(
    case: Case,
    *,
    verdict: str,
    amount: int,
    reasons: str,
    by: Any,
    at: datetime,
    reserve_place: int | None = None,
) -> Decision:
    """Propose a decision, or, after a body has refused, the second and last one."""
    # The round first: proposals of one round queue, so that together they never exceed the pot.
    Round.objects.lock(case.application.round_id)
    case = Case.objects.lock(case.pk)
    refuse_if(
        rules.reasons_not_to_propose(
            case, verdict=verdict, amount=amount, reasons=reasons, reserve_place=reserve_place, by=by, at=at
        )
    )
    decision = Decision.objects.filter(case=case).first() or Decision(case=case, proposals=0)
    if verdict == Verdict.RESERVE:
        reserve_place = free_place(case, reserve_place or decision.reserve_place)
    decision.verdict, decision.amount, decision.reasons = verdict, amount, reasons
    decision.reserve_place = reserve_place
    decision.proposals += 1
    decision.proposed_by, decision.proposed_at = by, at
    decision.save()
    note_proposal(decision, by=by, at=at)
    tell_signatories(case.application.round, at=at)
    return decision


def free_place(case: Case, wanted: int | None) -> int:
    """The place that is wanted, or the next one that is free; after all others if none is wanted."""
    held = set(rules.reserves(case.application.round, besides=case).values_list("reserve_place", flat=True))
    place = wanted or max(held, default=0) + 1
    while place in held:
        place += 1
    return place


@verb
def propose_declines(a_round: Round, *, by: Any, at: datetime) -> list[Decision]:
    """Propose to decline all that were not shortlisted, each for the reason it was left out."""
    a_round = Round.objects.lock(a_round.pk)
    Case.objects.of_round(a_round).lock_all()
    refuse_if(rules.reasons_not_to_propose_declines(a_round, by=by, at=at))
    decisions = [
        Decision.objects.create(
            case=case,
            verdict=Verdict.DECLINE,
            reasons=case.shortlist_reason,
            proposed_by=by,
            proposed_at=at,
        )
        for case in rules.left_out(a_round, by=by, at=at)
    ]
    for decision in decisions:
        note_proposal(decision, by=by, at=at)
    tell_signatories(a_round, at=at)
    return decisions


def note_proposal(decision: Decision, *, by: Any, at: datetime) -> None:
    steps.note(
        decision,
        "propose",
        by=by,
        at=at,
        why=decision.reasons,
        verdict=decision.verdict,
        amount=decision.amount,
        reserve_place=decision.reserve_place,
        proposal=decision.proposals,
    )


@verb
def answer(
    decision: Decision,
    *,
    body: str,
    agreed: bool,
    reason: str,
    by: Any,
    at: datetime,
    proposal: int | None = None,
) -> Decision:
    """Answer for a body. Both agree: it is settled. One refuses the second proposal: it is declined.

    `proposal` is the one the signatory read; it is taken from `decision` as it was loaded when it is left out.
    """
    read = decision.proposals if proposal is None else proposal
    # The case's row is the lock of all that is decided on it, the chair's next proposal included.
    Case.objects.lock(decision.case_id)
    decision = Decision.objects.for_answer().get(pk=decision.pk)
    refuse_if(
        rules.reasons_not_to_answer(
            decision, body=body, by=by, at=at, proposal=read, agreed=agreed, reason=reason
        )
    )
    return record_answer(decision, body=body, agreed=agreed, reason=reason, by=by, at=at)


@verb
def agree_to_declines(
    a_round: Round, *, body: str, seen: Iterable[int], by: Any, at: datetime
) -> list[Decision]:
    """Agree for a body, in one act, to the proposals to decline what was not shortlisted, of those that were seen."""
    Case.objects.of_round(a_round).lock_all()
    refuse_if(rules.reasons_not_to_agree_to_declines(a_round, body=body, seen=seen, by=by, at=at))
    return [
        record_answer(decision, body=body, agreed=True, reason="", by=by, at=at)
        for decision in rules.declines_to_answer(a_round, body=body, seen=seen, by=by)
    ]


def record_answer(
    decision: Decision, *, body: str, agreed: bool, reason: str, by: Any, at: datetime
) -> Decision:
    """Write a body's answer down, and do what follows from it. The decision comes with its consents read."""
    given = Consent.objects.create(
        decision=decision,
        proposal=decision.proposals,
        body=body,
        agreed=agreed,
        reason=reason,
        by=by,
        at=at,
    )
    step = "agree" if agreed else "refuse"
    steps.note(decision, step, by=by, at=at, why=reason, body=body, proposal=decision.proposals)
    answers = [*rules.answers(decision), given]
    if {answer.body for answer in answers if answer.agreed} == set(Body):
        settle(decision, by=by, at=at)
    elif not agreed and decision.proposals >= rules.MOST_PROPOSALS:
        decline_undecided(decision, by=by, at=at)
    elif not agreed:
        tell_proposer(decision, at=at)
    return decision


@verb
def lapse(decision: Decision, *, by: Any, at: datetime) -> Decision:
    """Decline what a body refused and the chair did not propose again within the time."""
    Case.objects.lock(decision.case_id)
    decision = Decision.objects.for_answer().get(pk=decision.pk)
    refuse_if(rules.reasons_not_to_lapse(decision, at=at))
    decline_undecided(decision, by=by, at=at)
    return decision


def settle(decision: Decision, *, by: Any, at: datetime) -> None:
    """Both bodies agree."""
    decision.settled_at = at
    decision.save(update_fields=["settled_at"])
    CASE.advance(decision.case, rules.STEPS[Verdict(decision.verdict)], by=by, at=at)


def decline_undecided(decision: Decision, *, by: Any, at: datetime) -> None:
    """The bodies do not agree: the case is declined, and every reason stays on record."""
    refusals = list(decision.consents.filter(agreed=False).order_by("pk"))
    decision.verdict, decision.amount, decision.reserve_place = Verdict.DECLINE, 0, None
    decision.reasons = rules.words_of_disagreement(refusals)
    decision.settled_at = at
    decision.save(update_fields=["verdict", "amount", "reserve_place", "reasons", "settled_at"])
    CASE.advance(decision.case, "decline", by=by, at=at, why=decision.reasons)


@verb
def view(decision: Decision, *, by: Any, at: datetime) -> Decision:
    """Note that somebody of the office looked at a settled decision before its announcement."""
    steps.note(decision, "view", by=by, at=at)
    return decision


@verb
def view_list(a_round: Round, decisions: Iterable[Decision], *, by: Any, at: datetime) -> Round:
    """Note that somebody of the office looked through a round's settled decisions, and which these were."""
    steps.note(a_round, "view_decisions", by=by, at=at, decisions=[decision.pk for decision in decisions])
    return a_round


# Letters. None of them says what is proposed: a mailbox is not sealed.


def tell_signatories(a_round: Round, *, at: datetime) -> None:
    """Tell every signatory, once an hour at most, that proposals wait for an answer."""
    for user in User.objects.with_role(Role.SIGNATORY):
        letters.write(
            "panel_proposals",
            to=user,
            key=f"{a_round.slug}:{at:%Y-%m-%dT%H}",
            at=at,
            context={"round": a_round},
        )


def tell_proposer(decision: Decision, *, at: datetime) -> None:
    """Tell whoever proposed it that a body has refused, and until when another proposal may be made."""
    letters.write(
        "panel_refused",
        to=decision.proposed_by,
        key=f"{decision.pk}:{decision.proposals}",
        at=at,
        context={
            "round": decision.case.application.round,
            "decision": decision,
            "until": rules.propose_again_until(at),
        },
    )
