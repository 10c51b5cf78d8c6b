"""Who may do what with an application. Whether it may happen now is a question for `rules`."""

from typing import Any

from beacons.applications.models import Application
from beacons.directory import permissions as directory
from beacons.directory.models import Authority


def may_start(user: Any, authority: Authority) -> bool:
    return directory.acts_for(user, authority)


def may_edit(user: Any, application: Application) -> bool:
    """Officers and certifiers of the lead authority write, hand in, withdraw and reopen."""
    return directory.acts_for(user, application.authority_id)


def may_certify(user: Any, application: Application) -> bool:
    """A certifier of the lead authority who is not the person who began it."""
    return directory.certifies_for(user, application.authority_id) and application.drafted_by_id != user.pk


def may_send_back(user: Any, application: Application) -> bool:
    return directory.certifies_for(user, application.authority_id)


def may_extend(user: Any) -> bool:
    """Two of those who run rounds give an authority more time: one asks, another agrees."""
    return directory.runs_rounds(user)


def may_check(user: Any) -> bool:
    """Scheme managers and case officers check what was handed in, and see who has not handed in."""
    return directory.runs_rounds(user)
