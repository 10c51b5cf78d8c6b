"""To whom of those concerned by a round something is written."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from beacons.core import letters
from beacons.directory.models import COUNCIL_ROLES, Authority, Membership, Role, User
from beacons.rounds.models import Round
from outcomes.models import Outcome, SignUp

Matter = TypeVar("Matter")
Addressed = list[tuple[User, list[tuple[Authority, list[Outcome]]]]]
Audience = Callable[[Round, datetime], Mapping[int, list[Outcome]]]
_audiences: list[Audience] = []


def audience(ask: Audience) -> Audience:
    """Register a function of a later room that says whom a round without sign-ups concerns.

    It gives the ids of authorities, each with the outcomes of the round for which it may apply, or applied.
    """
    _audiences.append(ask)
    return ask


def people(
    matters: Mapping[int, list[Matter]], roles: Collection[str] = COUNCIL_ROLES
) -> list[tuple[User, list[tuple[Authority, list[Matter]]]]]:
    """Officers and certifiers of these authorities (by id), each once, with what each authority is written to about."""
    held = (
        Membership.objects.active()
        .filter(role__in=roles, authority__in=matters, user__is_active=True)
        .select_related("user", "authority")
        .order_by("user", "authority__name")
    )
    found: dict[User, dict[Authority, list[Matter]]] = {}
    for hat in held:
        assert hat.authority is not None
        found.setdefault(hat.user, {})[hat.authority] = matters[hat.authority.pk]
    return [(user, list(about.items())) for user, about in found.items()]


def concerned(round: Round, at: datetime) -> Addressed:
    """The people of the councils that may apply, or have applied, and the outcomes that concern each council.

    Where councillors apply for themselves it is the councillors who are written to.
    """
    if round.needs_sign_up:
        return people(cohort(round))
    aims: dict[int, list[Outcome]] = {}
    for ask in _audiences:
        for authority, outcomes in ask(round, at).items():
            aims.setdefault(authority, []).extend(outcomes)
    return people(aims, (Role.COUNCILLOR,) if round.is_for_councillors else COUNCIL_ROLES)


def cohort(round: Round) -> Mapping[int, list[Outcome]]:
    """The councils signed up to the round's outcomes, and the outcomes of each."""
    aims: dict[int, list[Outcome]] = {}
    signed_up = (
        SignUp.objects.filter(outcome__rounds=round).select_related("outcome").order_by("outcome__title")
    )
    for sign_up in signed_up:
        aims.setdefault(sign_up.authority_id, []).append(sign_up.outcome)
    return aims


def tell(round: Round, kind: str, *, at: datetime, **facts: Any) -> None:
    """One letter of this kind for each person and round, however often it is called."""
    for user, invited in concerned(round, at):
        letters.write(
            kind, to=user, key=f"{round.pk}", at=at, context={"round": round, "invited": invited, **facts}
        )
