"""Why a council may not sign up, or say what is hard, now. The page and the verb ask the same functions."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from beacons.core.text import is_blank
from beacons.directory.models import Authority
from outcomes.models import Issue, Outcome, SignUp
from outcomes.models.checked_files import CheckedFile

Door = Callable[[Outcome, datetime], Iterable[str]]
Reader = Callable[[Sequence[Outcome], datetime], None]
_doors: list[Door] = []
_readers: list[Reader] = []
_merging_doors: list[Door] = []
MOST_WHY = 300


def door(ask: Door) -> Door:
    """Register a function of a later room that says why an outcome's cohort may not act now.

    Rounds know when they let councils sign up, and this room must not know of rounds: so they say it here.
    """
    _doors.append(ask)
    return ask


def merging_door(ask: Door) -> Door:
    """Register a function of a later room that says why an outcome's issues may not be merged now."""
    _merging_doors.append(ask)
    return ask


def reader(read: Reader) -> Reader:
    """Register a function of a later room that reads at once, for many outcomes, what its doors ask of each."""
    _readers.append(read)
    return read


def read_at_once(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """For pages that ask the doors of many outcomes."""
    for read in _readers:
        read(outcomes, at)


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
    said = Issue.objects.filter(outcome=outcome, authority=authority, text=text, withdrawn_at__isnull=True)
    if said.exists():
        return [f"{authority} has said this already."]
    return []


# One voice for each council


def reasons_not_to_support(issue: Issue, authority: Authority, *, at: datetime) -> list[str]:
    """The council says the same, once: whoever stated it has its voice already."""
    if not Issue.objects.heard().filter(pk=issue.pk).exists():
        return [f"{issue.authority} has withdrawn this issue."]
    if whole_issue(issue).filter(authority=authority, withdrawn_at__isnull=True).exists():
        return [f"{authority} stated this issue itself, and so has its voice."]
    return reasons_not_to_state_issue(issue.outcome, authority, at=at)


def reasons_not_to_withdraw_issue(issue: Issue, *, at: datetime) -> list[str]:
    if issue.withdrawn_at is not None:
        return [f"{issue.authority} has withdrawn this issue already."]
    return reasons_not_now(issue.outcome, at=at)


def whole_issue(issue: Issue) -> Any:
    """The issue that counts, and all that was merged into it."""
    root = issue.merged_into_id or issue.pk
    return Issue.objects.filter(Q(pk=root) | Q(merged_into=root))


# Merging what says the same


def reasons_not_to_merge_now(outcome: Outcome, *, at: datetime) -> list[str]:
    return [reason for ask in _merging_doors for reason in ask(outcome, at)]


def reasons_not_to_merge(stays: Issue, others: Collection[Issue], why: str, *, at: datetime) -> list[str]:
    """Why these issues do not become one now; each stands by itself, as `stays` does."""
    if reasons := reasons_not_to_merge_now(stays.outcome, at=at):
        return reasons
    reasons = []
    if any(other.outcome_id != stays.outcome_id for other in others):
        reasons.append("Only issues of one outcome can be merged.")
    if not [other for other in others if other.pk != stays.pk]:
        reasons.append("These issues are one already. Choose two at least that stand by themselves.")
    known = set(
        Issue.objects.heard()
        .filter(pk__in=[each.pk for each in (stays, *others)])
        .values_list("pk", flat=True)
    )
    reasons += [
        f"{each.authority} has withdrawn its issue." for each in (stays, *others) if each.pk not in known
    ]
    if is_blank(why):
        reasons.append("Say why they are the same.")
    elif len(why) > MOST_WHY:
        reasons.append(f"Say why they are the same in {MOST_WHY} characters at most.")
    return reasons


def reasons_not_to_unmerge(issue: Issue, *, at: datetime) -> list[str]:
    if issue.merged_into_id is None:
        return ["This issue stands by itself already."]
    return reasons_not_to_merge_now(issue.outcome, at=at)


# Files that staff bring in


def reasons_not_to_carry_out(kept: CheckedFile) -> list[str]:
    if kept.carried_out_at is not None:
        return ["This file has been brought in already."]
    if kept.changes_nothing:
        return ["This file changes nothing: all that it says is known already."]
    return []
