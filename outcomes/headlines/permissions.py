"""Who may keep reports, and choose what a council's report shows."""

from typing import Any

from beacons.directory.models import Authority
from beacons.directory.permissions import acts_for, works_in_office
from outcomes.models import HeadlineReport


def may_save_reports(user: Any) -> bool:
    """Officers of councils, and the scheme's office."""
    return user.is_authenticated and bool(user.authorities or works_in_office(user))


def may_change_report(user: Any, report: HeadlineReport) -> bool:
    """Its maker alone; colleagues copy it."""
    return user.is_authenticated and report.made_by_id == user.pk and may_save_reports(user)


def may_choose_priorities(user: Any, authority: Authority) -> bool:
    return acts_for(user, authority)


def council_of(user: Any, authority: Authority) -> Authority | None:
    """For which council a person saves a report: the one it is about, if it is theirs, else their own; none for staff."""
    own: list[Authority] = user.authorities
    return next((each for each in own if each.pk == authority.pk), own[0] if own else None)
