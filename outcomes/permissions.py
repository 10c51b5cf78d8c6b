"""Who may speak for a council on an outcome: its officers and certifiers."""

from typing import Any

from beacons.directory.models import Authority
from beacons.directory.permissions import acts_for
from outcomes.models import SignUp


def may_confirm_sign_up(user: Any, sign_up: SignUp) -> bool:
    return acts_for(user, sign_up.authority_id)


def may_state_issue(user: Any, authority: Authority) -> bool:
    return acts_for(user, authority)
