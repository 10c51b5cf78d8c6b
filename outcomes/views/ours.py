"""What the reader's own council has to do with an outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import rules
from outcomes.models import Outcome, SignUp
from outcomes.sign_up_desk import begin


@dataclass(frozen=True)
class Ours:
    """What the reader's council has to do with an outcome."""

    authority: Authority
    sign_up: SignUp | None
    reasons_not_to_confirm: list[str]
    reasons_not_to_state: list[str]
    # Does the reader certify for the council? Officers prepare a sign-up, certifiers confirm it.
    certifies: bool
    # How the council would sign up, or join: what the button says, and where it leads. Empty where it cannot.
    begin: tuple[str, str]

    @property
    def is_own(self) -> bool:
        """Is it the council's own sign-up, rather than its county's?"""
        return self.sign_up is not None and self.sign_up.authority_id == self.authority.pk

    @property
    def may_confirm_now(self) -> bool:
        return self.certifies and self.is_own and not self.reasons_not_to_confirm

    @property
    def may_prepare_now(self) -> bool:
        return not self.certifies and self.is_own and not self.reasons_not_to_confirm


def what_is_ours(outcome: Outcome, user: Any, *, at: datetime, known: Iterable[SignUp]) -> list[Ours]:
    """`known` is the whole cohort, which the page has read already."""
    mine = user.authorities if user.is_authenticated else []
    held = {sign_up.authority_id: sign_up for sign_up in known}
    for authority in mine:
        for each in filter(None, (authority, authority.county)):
            if each.pk in held:
                held[each.pk].authority = each
    found = []
    for authority in mine:
        sign_up = held.get(authority.pk) or held.get(authority.area_id)
        found.append(
            Ours(
                authority,
                sign_up,
                rules.reasons_not_to_confirm_sign_up(sign_up, at=at) if sign_up else [],
                rules.reasons_not_now(outcome, at=at) if sign_up else [],
                user.certifies_for(authority),
                how_to_begin(outcome, authority, held, at=at),
            )
        )
    return found


def how_to_begin(
    outcome: Outcome, authority: Authority, held: Mapping[int, SignUp], *, at: datetime
) -> tuple[str, str]:
    if (
        authority.pk in held
        or authority.is_abolished(day_in_london(at))
        or rules.reasons_not_now(outcome, at=at)
    ):
        return "", ""
    return begin(outcome, authority, held.get(authority.area_id))
