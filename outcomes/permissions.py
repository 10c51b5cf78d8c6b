"""Who may speak for a council on an outcome: its officers and certifiers."""

from typing import Any

from beacons.directory.models import Authority
from beacons.directory.permissions import acts_for, runs_rounds
from outcomes.models import Issue, SignUp


def may_confirm_sign_up(user: Any, sign_up: SignUp) -> bool:
    return acts_for(user, sign_up.authority_id)


def may_state_issue(user: Any, authority: Authority) -> bool:
    return acts_for(user, authority)


def may_withdraw_issue(user: Any, issue: Issue) -> bool:
    return acts_for(user, issue.authority_id)


def may_merge_issues(user: Any) -> bool:
    """Scheme managers and case officers see what says the same."""
    return runs_rounds(user)
