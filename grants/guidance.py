"""Where a grant stands and what comes next, in a sentence or two for whoever is looking."""

from datetime import datetime
from typing import Any

from beacons.core.templatetags.govuk import day, moment, pounds
from grants import permissions
from grants.models import Grant, Signature
from grants.statuses import GrantStatus


def next_step(grant: Grant, *, user: Any, at: datetime) -> str:
    """What comes next. A grant on a page was loaded by `for_detail()`."""
    match grant.status:
        case GrantStatus.DRAFTED:
            return "The clock offers it to the council within minutes."
        case GrantStatus.OFFERED:
            return _offered(grant, user, at)
        case GrantStatus.ACCEPTED:
            return _accepted(grant, user, at)
        case GrantStatus.REFUSED:
            return "The council refused the grant. Its money went back into the pot."
        case GrantStatus.LAPSED:
            return f"The offer was not answered before {moment(grant.offer_ends_at)}. Its money went back into the pot."
        case GrantStatus.AGREED:
            return "All have signed. The grant starts within minutes."
        case GrantStatus.ACTIVE:
            return _active(grant, user, at)
        case _:
            return _after(grant)


def _offered(grant: Grant, user: Any, at: datetime) -> str:
    if not grant.offer_is_open(at):
        return f"The offer ended at {moment(grant.offer_ends_at)} without an answer."
    if permissions.may_answer_offer(user, grant):
        return f"Read the agreement, then accept or refuse the offer before {moment(grant.offer_ends_at)}."
    return f"The council's certifier has until {moment(grant.offer_ends_at)} to accept or refuse the offer."


def _accepted(grant: Grant, user: Any, at: datetime) -> str:
    missing = [part for part in Signature.Part if grant.signature(part) is None]
    if Signature.Part.COUNCIL in missing:
        if permissions.may_sign(user, grant, Signature.Part.COUNCIL, at):
            return "Sign the agreement. The panel's chair and an LGA signatory sign after you."
        return "The council's certifier signs the agreement next."
    who = {Signature.Part.CHAIR: "the panel's chair", Signature.Part.LGA: "an LGA signatory"}
    return f"The council has signed. The agreement waits for {' and '.join(who[part] for part in missing)}."


def _active(grant: Grant, user: Any, at: datetime) -> str:
    due = next((due for due in grant.returns.all() if due.submitted_at is None), None)
    if due is None:
        return f"{_all_came(grant)}."
    if due.is_overdue(at):
        return f"The {due.name} was due by noon on {day(due.due_on)}. Payments are stopped until it comes."
    sender = "Send" if permissions.may_report(user, grant) else "The council sends"
    return f"{sender} the {due.name} by noon on {day(due.due_on)}."


def _all_came(grant: Grant) -> str:
    return "Both returns have come" if len(grant.returns.all()) > 1 else "The return has come"


def _after(grant: Grant) -> str:
    """Once the holder has reported, or was stopped."""
    back, due = pounds(grant.to_recover), pounds(grant.to_pay)
    match grant.status:
        case GrantStatus.REPORTED if grant.to_recover:
            return f"{_all_came(grant)}. {back} was paid and not spent, and will be asked back."
        case GrantStatus.REPORTED if grant.to_pay:
            return (
                f"{_all_came(grant)}. {due} is still to be paid; then a finance officer reconciles the grant."
            )
        case GrantStatus.REPORTED:
            return f"{_all_came(grant)} and all is paid. A finance officer reconciles the grant next."
        case GrantStatus.RECONCILED:
            ends = day(grant.round.stage_of("close").closes_on)
            return f"What was paid is what was spent. The grant closes with its round, on {ends}."
        case GrantStatus.RECOVERING if grant.to_recover:
            return f"{back} is still to come back."
        case GrantStatus.RECOVERING:
            return "All that was asked back has come. A finance officer reconciles the grant next."
        case GrantStatus.STOPPED if grant.to_recover:
            return (
                "The grant was stopped, and nothing more is paid. What was paid and not spent will be asked back:"
                " the closing return says what was spent."
            )
        case GrantStatus.STOPPED:
            return "The grant was stopped, and nothing more is paid."
        case _:
            return "The round is over and the money is settled."
