"""Why a council may not sign up, or say what is hard, now. The page and the verb ask the same functions."""

from collections.abc import Callable, Iterable
from datetime import datetime

from beacons.core.text import is_blank
from beacons.directory.models import Authority
from outcomes.models import Issue, Outcome, SignUp

Door = Callable[[Outcome, datetime], Iterable[str]]
_doors: list[Door] = []


def door(ask: Door) -> Door:
    """Register a function of a later room that says why an outcome's cohort may not act now.

    Rounds know when they let councils sign up, and this room must not know of rounds: so they say it here.
    """
    _doors.append(ask)
    return ask


def reasons_not_now(outcome: Outcome, *, at: datetime) -> list[str]:
    return [reason for ask in _doors for reason in ask(outcome, at)]


def reasons_not_to_confirm_sign_up(sign_up: SignUp, *, at: datetime) -> list[str]:
    if sign_up.confirmed_at is not None:
        return [f"{sign_up.authority} has confirmed its sign-up already."]
    return reasons_not_now(sign_up.outcome, at=at)


def reasons_not_to_lead(lead_officer: str) -> list[str]:
    """A sign-up without a name behind it is nobody's."""
    return ["Name the officer who leads on this outcome."] if is_blank(lead_officer) else []


def reasons_not_to_state_issue(outcome: Outcome, authority: Authority, *, at: datetime) -> list[str]:
    """A district speaks for its county's area."""
    if not outcome.sign_ups.of_areas([authority.area_id, authority.pk]).exists():
        return [f"The area of {authority} is not signed up to this outcome."]
    return reasons_not_now(outcome, at=at)


def reasons_against_issue(outcome: Outcome, authority: Authority, text: str) -> list[str]:
    """What is wrong with the words themselves."""
    if is_blank(text):
        return ["Say what is hard about this outcome."]
    if Issue.objects.filter(outcome=outcome, authority=authority, text=text).exists():
        return [f"{authority} has said this already."]
    return []
