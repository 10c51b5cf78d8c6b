"""What stands in the way of proposing a decision, and of answering for a body."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Sum

from beacons.core import workdays
from beacons.core.text import is_blank
from beacons.directory.models import Body
from beacons.rounds.models import Round, Stage
from panel.chairing import Chairs
from panel.models import Case, Consent, Decision
from panel.querysets.interests import bids_of_interest
from panel.rules.interests import has_interest
from panel.rules.moderation import reasons_it_stands_still, reasons_not_to_chair, reasons_too_early
from panel.statuses import CaseStatus, Verdict

# After a body refuses, the chair proposes once more within so many working days.
WORKING_DAYS_TO_PROPOSE_AGAIN = 2
MOST_PROPOSALS = 2
STEPS = {Verdict.AWARD: "award", Verdict.RESERVE: "reserve", Verdict.DECLINE: "decline"}


# Proposing


def reasons_not_to_propose(
    case: Case,
    *,
    verdict: str,
    amount: int,
    reasons: str | None = None,
    reserve_place: int | None = None,
    by: Any,
    at: datetime,
) -> list[str]:
    found = reasons_not_to_propose_at_all(case, by=by, at=at)
    if found:
        return found
    found += reasons_it_stands_still(case, STEPS[Verdict(verdict)])
    if verdict == Verdict.DECLINE:
        if amount:
            found.append("A decline has no amount.")
    else:
        found += reasons_against_amount(case, amount)
    if verdict == Verdict.AWARD:
        found += reasons_against_pot(case, amount)
    if verdict == Verdict.RESERVE:
        found += reasons_against_place(case, reserve_place, by=by)
    elif reserve_place is not None:
        found.append("Only a reserve has a place among the reserves.")
    if reasons is not None and is_blank(reasons):
        found.append("Write the reasons: the applicant is sent them.")
    return found


def reasons_not_to_propose_at_all(case: Case, *, by: Any, at: datetime) -> list[str]:
    """Whatever the verdict: the stage, the chair, where the case stands, and what was proposed before."""
    found = reasons_too_early(case, Stage.Key.DECISION, at)
    again = reasons_not_to_propose_again(case, at=at)
    if case.status not in (CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED) and not again:
        words = case.get_status_display().lower()
        found.append(
            f"A decision is proposed on a case that was verified or not shortlisted; this one is “{words}”."
        )
    return [*found, *again] or reasons_not_to_chair(case, by=by, at=at)


def reasons_not_to_propose_again(case: Case, *, at: datetime) -> list[str]:
    decision = Decision.objects.filter(case=case).first()
    if decision is None:
        return []
    if decision.settled_at is not None:
        return ["This decision is settled."]
    refused_at = first_refusal_at(decision)
    if refused_at is None:
        return ["A decision is proposed already, and waits for the answers of both bodies."]
    if decision.proposals >= MOST_PROPOSALS:
        return ["A decision is proposed twice at most."]
    until = propose_again_until(refused_at)
    if at >= until:
        return [f"The time for a second proposal ended at noon on {until.day} {until:%B %Y}."]
    return []


def first_refusal_at(decision: Decision) -> datetime | None:
    """When a body refused the proposal that stands; None as long as none did."""
    return min((answer.at for answer in answers(decision) if not answer.agreed), default=None)


def propose_again_until(refused_at: datetime) -> datetime:
    """Noon of the second working day after a refusal."""
    day = workdays.day_in_london(refused_at)
    return workdays.noon(workdays.add_working_days(day, WORKING_DAYS_TO_PROPOSE_AGAIN))


def reasons_against_amount(case: Case, amount: int) -> list[str]:
    a_round, requested = case.application.round, case.application.requested
    if not a_round.grant_least <= amount <= a_round.grant_most:
        return [
            f"A grant of this round lies between £{a_round.grant_least:,} and £{a_round.grant_most:,}:"
            f" £{amount:,} does not."
        ]
    if amount > requested:
        return [f"The application asks for £{requested:,}, and no grant is larger than what was asked for."]
    return []


def reasons_against_pot(case: Case, amount: int) -> list[str]:
    """Awards proposed and settled count alike, so that proposals can all be agreed to."""
    pot = case.application.round.pot
    if amount + awarded(case.application.round, besides=case) > pot:
        # Without what is left: a chair with an interest elsewhere could work out what was proposed there.
        return [f"With the awards proposed so far, £{amount:,} would take more than the pot of £{pot:,}."]
    return []


def awarded(a_round: Round, *, besides: Case) -> int:
    """What the other awards of a round, proposed and settled, come to in pounds."""
    awards = Decision.objects.of_round(a_round).standing().filter(verdict=Verdict.AWARD)
    awards = awards.exclude(case=besides)
    return awards.aggregate(total=Sum("amount"))["total"] or 0


def reasons_against_place(case: Case, place: int | None, *, by: Any) -> list[str]:
    """A place held by a bid behind an interest is not told of: the verb takes the next one then."""
    if place is None:
        return []
    if place < 1:
        return ["The first reserve has place 1."]
    seen = reserves(case.application.round, besides=case).without_interest(by)
    taken = seen.filter(reserve_place=place).exists()
    return [f"Place {place} among the reserves is taken."] if taken else []


def reserves(a_round: Round, *, besides: Case) -> Any:
    held = Decision.objects.of_round(a_round).standing().filter(verdict=Verdict.RESERVE)
    return held.exclude(case=besides)


def reasons_not_to_propose_declines(
    a_round: Round, *, by: Any, at: datetime, waiting: int | None = None
) -> list[str]:
    """Of proposing to decline, in one act, all that were not shortlisted. How many are `waiting` may be known."""
    stage = a_round.stage_of(Stage.Key.DECISION)
    if at < stage.opens_at:
        return [
            f"This opens with the stage “{stage}”, at noon on {stage.opens_on.day} {stage.opens_on:%B %Y}."
        ]
    if not (len(left_out(a_round, by=by, at=at)) if waiting is None else waiting):
        return ["No application that was not shortlisted waits for a proposal."]
    return []


def left_out(a_round: Round, *, by: Any, at: datetime) -> list[Case]:
    """Cases not shortlisted and without a proposal, for which this person takes the chair."""
    chairs = Chairs(a_round, at)
    cases = Case.objects.of_round(a_round).standing()
    waiting = cases.filter(status=CaseStatus.NOT_SHORTLISTED, decision__isnull=True)
    return [
        case
        for case in waiting.select_related("application__round").order_by("pk")
        if chairs.is_acting(by, case.application_id)
    ]


# Answering


def reasons_not_to_answer(
    decision: Decision,
    *,
    body: str,
    by: Any,
    at: datetime,
    proposal: int,
    agreed: bool | None = None,
    reason: str = "",
) -> list[str]:
    """`proposal` is the one the signatory has read; without `agreed`, of answering at all."""
    if decision.settled_at is not None:
        return ["This decision is settled."]
    if proposal != decision.proposals:
        return ["The chair has made another proposal since. Read it before you answer."]
    found = reasons_not_to_sign(decision, body=body, by=by)
    if not found and has_interest(by, decision.case.application_id):
        found.append(
            f"You have an interest in this application, so another signatory of {Body(body).label} answers."
            " Where there is none, the scheme manager asks the body to name one."
        )
    given = [answer for answer in answers(decision) if answer.body == body]
    if given:
        found.append(f"{Body(body).label} has answered this proposal already.")
    if agreed is False and is_blank(reason):
        found.append("Say why your body does not agree.")
    return found or reasons_it_stands_still(decision.case, STEPS[Verdict(decision.verdict)])


def reasons_not_to_sign(decision: Decision, *, body: str, by: Any) -> list[str]:
    """A signatory of the body, not of the panel, who neither proposed nor answers for the other body."""
    found = reasons_not_to_sign_any(decision.case.application.round, body=body, by=by)
    if by is not None and by.signs_for(body):
        found += reasons_of_two_people(decision, body=body, by=by)
    return found


def reasons_not_to_sign_any(a_round: Round, *, body: str, by: Any) -> list[str]:
    """Whatever the decision: who marked and moderated, or once did, does not agree to what came of it."""
    if by is None or not by.signs_for(body):
        return [f"Only a signatory of {Body(body).label} answers for it."]
    if by.appointments.agreed().filter(seat__round=a_round).exists():
        return [
            f"You sit on this panel, or sat on it, so another signatory of {Body(body).label} answers its decisions."
        ]
    return []


def reasons_of_two_people(decision: Decision, *, body: str, by: Any) -> list[str]:
    found = []
    if by.pk == decision.proposed_by_id:
        found.append("Whoever proposed a decision does not answer it.")
    if any(answer.by_id == by.pk and answer.body != body for answer in answers(decision)):
        found.append("The two bodies answer by two people.")
    return found


def declines_to_answer(a_round: Round, *, body: str, seen: Iterable[int] | None, by: Any) -> list[Decision]:
    """Proposals to decline what was not shortlisted that this signatory may agree to for a body.

    With `seen`, only those: what was proposed after the page was read is not agreed to unread.
    """
    if reasons_not_to_sign_any(a_round, body=body, by=by):
        return []
    found = Decision.objects.of_round(a_round).standing().declines_left_out().unanswered_by(body)
    if seen is not None:
        found = found.filter(pk__in=list(seen))
    found = found.exclude(case__application__in=bids_of_interest(by).values("pk"))
    return [
        decision
        for decision in found.for_answer().order_by("pk")
        if not reasons_of_two_people(decision, body=body, by=by)
    ]


def reasons_not_to_agree_to_declines(
    a_round: Round, *, body: str, seen: Iterable[int], by: Any, at: datetime
) -> list[str]:
    if reasons := reasons_not_to_sign_any(a_round, body=body, by=by):
        return reasons
    if not declines_to_answer(a_round, body=body, seen=seen, by=by):
        return ["None of these proposals waits for your body's answer any more."]
    return []


def answers(decision: Decision) -> list[Consent]:
    """The answers to the proposal that stands."""
    return [answer for answer in decision.consents.all() if answer.proposal == decision.proposals]


def bodies_open(decision: Decision, *, by: Any, at: datetime) -> list[Body]:
    """The bodies for which this person may answer the proposal now."""
    return [
        body
        for body in Body
        if not reasons_not_to_answer(decision, body=body, by=by, at=at, proposal=decision.proposals)
    ]


def reasons_not_to_lapse(decision: Decision, *, at: datetime) -> list[str]:
    """Of declining what a body refused and the chair did not propose again in time."""
    if decision.settled_at is not None:
        return ["This decision is settled."]
    refused_at = first_refusal_at(decision)
    if refused_at is None:
        return ["No body has refused the proposal."]
    until = propose_again_until(refused_at)
    if at < until:
        return [f"The chair may propose again until noon on {until.day} {until:%B %Y}."]
    return []


def words_of_disagreement(refusals: Iterable[Consent]) -> str:
    """The reasons of a decline that the two bodies' disagreement brought about; it names no person and no body."""
    told = ["The two bodies that own the panel did not agree on this application, and an award needs both."]
    told += [f"A reason given: {refusal.reason}" for refusal in refusals]
    return "\n\n".join(told)
