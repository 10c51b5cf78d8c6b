"""To whom of a round's cohort something is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from beacons.core import letters
from beacons.directory.models import COUNCIL_ROLES, Authority, Membership, User
from beacons.rounds.models import Round
from outcomes.models import Outcome, SignUp

Matter = TypeVar("Matter")


def people(matters: Mapping[int, list[Matter]]) -> list[tuple[User, list[tuple[Authority, list[Matter]]]]]:
    """Officers and certifiers of these authorities (by id), each once, with what each authority is written to about."""
    held = (
        Membership.objects.active()
        .filter(role__in=COUNCIL_ROLES, authority__in=matters, user__is_active=True)
        .select_related("user", "authority")
        .order_by("user", "authority__name")
    )
    found: dict[User, dict[Authority, list[Matter]]] = {}
    for hat in held:
        assert hat.authority is not None
        found.setdefault(hat.user, {})[hat.authority] = matters[hat.authority.pk]
    return [(user, list(about.items())) for user, about in found.items()]


def cohort(round: Round) -> list[tuple[User, list[tuple[Authority, list[Outcome]]]]]:
    """The people of the councils signed up to the round's outcomes, and the outcomes of each council."""
    aims: dict[int, list[Outcome]] = {}
    signed_up = (
        SignUp.objects.filter(outcome__rounds=round).select_related("outcome").order_by("outcome__title")
    )
    for sign_up in signed_up:
        aims.setdefault(sign_up.authority_id, []).append(sign_up.outcome)
    return people(aims)


def tell_cohort(round: Round, kind: str, *, at: datetime, **facts: Any) -> None:
    """One letter of this kind for each person and round, however often it is called."""
    for user, invited in cohort(round):
        letters.write(
            kind, to=user, key=f"{round.pk}", at=at, context={"round": round, "invited": invited, **facts}
        )
