"""Who takes the chair: the chair, or the vice-chair where the chair's seat is empty or the chair has an interest."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from beacons.applications.models import Application
from beacons.directory.models import Membership, User
from beacons.rounds.models import Round
from panel.models import Appointment, Seat
from panel.querysets.interests import bids_of_interest, of_interest_to

WAY_OUT = "The scheme manager proposes another holder for one of the two seats, and a signatory of each body agrees to it."


class Chairs:
    """The chair and the vice-chair of a round at an instant, and with which bids each of them has to do.

    A handful of queries, whatever the number of bids. A chair who has not declared interests yet does not act; nor does
    one who is `absent`, by the key of the seat's holder.
    """

    def __init__(
        self,
        a_round: Round,
        at: datetime,
        *,
        absent: Collection[int] = (),
        held: Iterable[Appointment] | None = None,
    ) -> None:
        if held is None:
            found = Appointment.objects.active(at).chairs().filter(seat__round=a_round)
            held = found.select_related("seat", "user")
        self.round = a_round
        # In the order of the choices: the chair first.
        self.holders = sorted(
            (one for one in held if one.chairs and one.declared_at is not None and one.pk not in absent),
            key=lambda one: Seat.CHAIRS.index(one.seat.kind),
        )

    @cached_property
    def interests(self) -> dict[int, set[int]]:
        """By holder, the keys of the bids in which each has an interest."""
        know_hats([held.user for held in self.holders])
        return {
            held.user_id: set(
                Application.objects.filter(
                    round=self.round, pk__in=bids_of_interest(held.user).values("pk")
                ).values_list("pk", flat=True)
            )
            for held in self.holders
        }

    def cases_of(self, user: Any) -> Q:
        """The cases for which this person takes the chair, as a condition: however many there are, none is read."""
        others = Q()
        for held in self.holders:
            if held.user_id == user.pk:
                return others & ~of_interest_to(user)
            know_hats([held.user])
            others &= of_interest_to(held.user)
        return Q(pk__in=[])

    def cases_of_nobody(self, user: Any) -> Q:
        """The cases for which neither takes the chair; `user` is one of them, whose memberships are known."""
        found = Q()
        for held in self.holders:
            if held.user_id != user.pk:
                know_hats([held.user])
            found &= of_interest_to(user if held.user_id == user.pk else held.user)
        return found

    def acting(self, *applications: Application | int) -> Appointment | None:
        """Who takes the chair for these bids together; without a bid, for the round. None where both have an interest."""
        pks = {getattr(application, "pk", application) for application in applications}
        if not pks:
            return next(iter(self.holders), None)
        return next((held for held in self.holders if not pks & self.interests[held.user_id]), None)

    def is_acting(self, user: Any, *applications: Application | int) -> bool:
        acting = self.acting(*applications)
        return acting is not None and user is not None and acting.user_id == user.pk

    def holds(self, user: Any) -> bool:
        """Is this person the chair or the vice-chair?"""
        return user is not None and any(held.user_id == user.pk for held in self.holders)

    def reasons_not_to_act(self, user: Any, *applications: Application | int) -> list[str]:
        """Why this person may not take the chair for these bids (or, without a bid, for the round)."""
        if self.is_acting(user, *applications):
            return []
        if not self.holders:
            return [f"The seats of the chair and the vice-chair are empty. {WAY_OUT}"]
        # An interest is known to its owner, the chairs and staff: other members are not told of it.
        if self.holds(user) and self.acting(*applications) is None:
            return [
                "Neither the chair nor the vice-chair may act on this application: whoever holds the seat has an"
                f" interest in it. {WAY_OUT}"
            ]
        return ["Only the chair may do this, or the vice-chair in the chair's place."]


def own_and_chairs(a_round: Round, user: Any, at: datetime) -> list[Appointment]:
    """The seats of this person and of both chairs, the chairs' first, in one query."""
    if not user.is_authenticated:
        return []
    held = Appointment.objects.active(at).filter(seat__round=a_round)
    held = held.filter(Q(user=user) | Q(seat__kind__in=Seat.CHAIRS)).select_related("seat", "user")
    return sorted(held, key=lambda one: one.seat.rank)


def know_hats(users: list[User]) -> None:
    """Read for whom these people act in one query, instead of one for each, unless it is known."""
    users = [user for user in users if "hats" not in user.__dict__]
    if not users:
        return
    held = Membership.objects.active().filter(user__in=users)
    hats = list(held.select_related("authority", "authority__county", "region"))
    for user in users:
        user.hats = [hat for hat in hats if hat.user_id == user.pk]
