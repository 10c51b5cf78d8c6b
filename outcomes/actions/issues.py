"""Councils say what is hard, and support what others say; staff merge what says the same.

Every verb here locks the outcome first. So no two of them wait for each other, and each reads what stands.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import COUNCIL_ROLES, Authority, User
from outcomes import rules
from outcomes.models import Issue, IssueSupport, Outcome


@verb
def state_issue(outcome: Outcome, authority: Authority, *, text: str, by: User, at: datetime) -> Issue:
    """The council says what is hard about the outcome; the panel makes the criteria from what it reads here."""
    outcome = Outcome.objects.lock(outcome.pk)
    text = clean(text)
    refuse_if(
        rules.reasons_not_to_state_issue(outcome, authority, at=at)
        or rules.reasons_against_issue(outcome, authority, text)
    )
    issue = Issue.objects.create(outcome=outcome, authority=authority, text=text, stated_by=by, stated_at=at)
    steps.note(issue, "state", by=by, at=at)
    letters.write("issue_stated", to=by, key=f"{issue.pk}", at=at, context={"issue": issue})
    return issue


# One voice for each council


@verb
def support_issue(issue: Issue, authority: Authority, *, by: User, at: datetime) -> Issue:
    """The council finds the same hard. It says so once, however often the button is pressed."""
    issue = _locked(issue)
    if _voices_of(issue, authority).exists():
        return issue
    refuse_if(rules.reasons_not_to_support(issue, authority, at=at))
    IssueSupport.objects.create(issue=issue, authority=authority, supported_by=by, supported_at=at)
    steps.note(issue, "support", by=by, at=at, council=authority.code)
    return issue


@verb
def withdraw_support(issue: Issue, authority: Authority, *, by: User, at: datetime) -> Issue:
    """The council takes its voice back."""
    issue = _locked(issue)
    given = _voices_of(issue, authority)
    if not given.exists():
        return issue
    refuse_if(rules.reasons_not_now(issue.outcome, at=at))
    given.delete()
    steps.note(issue, "withdraw_support", by=by, at=at, council=authority.code)
    return issue


@verb
def withdraw_issue(issue: Issue, *, by: User, at: datetime) -> Issue:
    """The council takes its own issue back. Where others support it, their voices stay, and they are told."""
    issue = _locked(issue)
    refuse_if(rules.reasons_not_to_withdraw_issue(issue, at=at))
    issue.withdrawn_at, issue.withdrawn_by = at, by
    issue.save(update_fields=["withdrawn_at", "withdrawn_by"])
    steps.note(issue, "withdraw", by=by, at=at)
    for council in Authority.objects.filter(supported_issues__issue=issue).order_by("name"):
        _tell(council, "issue_withdrawn", issue, at=at)
    return issue


# Merging what says the same. Nothing moves: voices are counted over an issue and all that is merged into it.


@verb
def merge_issues(stays: Issue, others: Collection[Issue], *, why: str, by: User, at: datetime) -> Issue:
    """These issues say the same as the one that stays, which from now on counts the voices of all of them, each once."""
    outcome = Outcome.objects.lock(stays.outcome_id)
    why = clean(why)
    held = Issue.objects.select_related(
        "authority", "outcome", "merged_into__authority", "merged_into__outcome"
    )
    found = held.in_bulk([stays.pk, *(other.pk for other in others)])
    stays = found[stays.pk].counts_as
    roots = {root.pk: root for root in (found[other.pk].counts_as for other in others)}
    refuse_if(rules.reasons_not_to_merge(stays, list(roots.values()), why, at=at))
    roots.pop(stays.pk, None)
    for issue in roots.values():
        under = list(Issue.objects.filter(merged_into=issue).order_by("pk"))
        for lower in under:
            lower.merged_into, lower.merged_through_id = stays, lower.merged_through_id or issue.pk
        Issue.objects.bulk_update(under, ["merged_into", "merged_through"])
        issue.merged_into, issue.merged_at, issue.merged_by, issue.merged_why = stays, at, by, why
        issue.save(update_fields=["merged_into", "merged_at", "merged_by", "merged_why"])
        steps.note(issue, "merge", by=by, at=at, why=why, into=stays.pk, along=[lower.pk for lower in under])
        _tell(issue.authority, "issue_merged", issue, at=at, why=why)
    steps.note(stays, "take_in", by=by, at=at, why=why, issues=sorted(roots))
    stays.outcome = outcome
    return stays


@verb
def unmerge_issue(issue: Issue, *, by: User, at: datetime) -> Issue:
    """The issue stands by itself again, with every voice it had, and with what had been merged into it before."""
    issue = _locked(issue)
    refuse_if(rules.reasons_not_to_unmerge(issue, at=at))
    root = issue.merged_into_id
    along = _merged_through(issue)
    issue.merged_into = issue.merged_through = issue.merged_at = issue.merged_by = None
    issue.merged_why = ""
    issue.save(update_fields=["merged_into", "merged_through", "merged_at", "merged_by", "merged_why"])
    for lower in along:
        lower.merged_into = issue
        if lower.merged_through_id == issue.pk:
            lower.merged_through = None
    Issue.objects.bulk_update(along, ["merged_into", "merged_through"])
    steps.note(issue, "unmerge", by=by, at=at, out_of=root, along=[lower.pk for lower in along])
    _tell(issue.authority, "issue_unmerged", issue, at=at)
    return issue


def _locked(issue: Issue) -> Issue:
    outcome = Outcome.objects.lock(issue.outcome_id)
    found = Issue.objects.select_related("authority", "merged_into").get(pk=issue.pk)
    found.outcome = outcome
    return found


def _merged_through(issue: Issue) -> list[Issue]:
    """What came to where an issue was merged only because the issue did."""
    beside = list(Issue.objects.filter(merged_into=issue.merged_into_id).exclude(pk=issue.pk).order_by("pk"))
    found: list[Issue] = []
    through = {issue.pk}
    while more := [other for other in beside if other.merged_through_id in through and other not in found]:
        found += more
        through = {other.pk for other in more}
    return found


def _voices_of(issue: Issue, authority: Authority) -> Any:
    """The supports that a council gave to an issue, in whichever of the words that were merged."""
    whole = rules.whole_issue(issue).values("pk")
    return IssueSupport.objects.filter(issue__in=whole, authority=authority)


def _tell(council: Authority, kind: str, issue: Issue, *, at: datetime, **facts: Any) -> None:
    people = User.objects.filter(
        is_active=True,
        memberships__in=council.memberships.active().filter(role__in=COUNCIL_ROLES),
    )
    for person in people.distinct().order_by("pk"):
        letters.write(
            kind,
            to=person,
            key=f"{issue.pk}:{at:%Y%m%dT%H%M%S%f}",
            at=at,
            context={"issue": issue, "council": council, **facts},
        )
