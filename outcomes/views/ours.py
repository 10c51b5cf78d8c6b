"""What the reader's own council has to do with an outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from beacons.directory.models import Authority
from outcomes import rules
from outcomes.models import Outcome, SignUp


@dataclass(frozen=True)
class Ours:
    """What the reader's council has to do with an outcome."""

    authority: Authority
    sign_up: SignUp | None
    reasons_not_to_confirm: list[str]
    reasons_not_to_state: list[str]

    @property
    def is_own(self) -> bool:
        """Is it the council's own sign-up, rather than its county's?"""
        return self.sign_up is not None and self.sign_up.authority_id == self.authority.pk

    @property
    def may_confirm_now(self) -> bool:
        return self.is_own and not self.reasons_not_to_confirm


def what_is_ours(
    outcome: Outcome, mine: list[Authority], *, at: datetime, known: Iterable[SignUp]
) -> list[Ours]:
    """`known` is the whole cohort, which the page has read already."""
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
            )
        )
    return found
