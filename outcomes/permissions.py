"""Who may speak for a council on an outcome: its officers and certifiers."""

from typing import Any

from beacons.directory.models import Authority, Role
from beacons.directory.permissions import (
    acts_for,
    certifies_for,
    has_role,
    runs_rounds,
    speaks_for,
    works_in_office,
)
from outcomes.models import Indicator, Issue, SignUp


def may_prepare_sign_up(user: Any, authority: Authority | int) -> bool:
    """An officer prepares what the council signs up to: the terms, and who leads."""
    return acts_for(user, authority)


def may_confirm_sign_up(user: Any, sign_up: SignUp) -> bool:
    """The chief executive stands by it, or whoever else certifies for the council."""
    return certifies_for(user, sign_up.authority_id)


def may_withdraw_sign_up(user: Any, sign_up: SignUp) -> bool:
    """An officer takes back what officers began; what is agreed or confirmed is a certifier's to give up."""
    began = sign_up.source == SignUp.Source.COUNCIL and sign_up.confirmed_at is None
    return certifies_for(user, sign_up.authority_id) or (began and acts_for(user, sign_up.authority_id))


def may_see_sign_ups_of(user: Any, authority: Authority) -> bool:
    """The desk of a council's sign-ups is its own people's, and the office may look over their shoulder."""
    return acts_for(user, authority) or works_in_office(user)


def may_edit_measure(user: Any, measure: Indicator) -> bool:
    return measure.authority_id is not None and acts_for(user, measure.authority_id)


def may_import_agreements(user: Any) -> bool:
    """Scheme managers and case officers bring in whole agreements."""
    return runs_rounds(user)


def may_state_issue(user: Any, authority: Authority) -> bool:
    return acts_for(user, authority)


def may_withdraw_issue(user: Any, issue: Issue) -> bool:
    """Whoever speaks for the council that stated it, or for the one that took it over."""
    return speaks_for(user, issue.authority_id)


def may_merge_issues(user: Any) -> bool:
    """Scheme managers and case officers see what says the same."""
    return runs_rounds(user)


def may_bring_figures_in(user: Any) -> bool:
    """Scheme managers add indicators in the admin, and bring in what is published of them."""
    return has_role(user, Role.SCHEME_MANAGER)
