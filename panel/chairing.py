"""Who takes the chair: the chair, or the vice-chair where the chair's seat is empty or the chair has an interest."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from beacons.applications.models import Application
from beacons.directory.models import Membership, User
from beacons.rounds.models import Round
from panel.models import Appointment, Seat
from panel.querysets import bids_of_interest

WAY_OUT = "The scheme manager proposes another holder for one of the two seats, and a signatory of each body agrees to it."


class Chairs:
    """The chair and the vice-chair of a round at an instant, and with which bids each of them has to do.

    A handful of queries, whatever the number of bids. A chair who has not declared interests yet does not act; nor does
    one who is `absent`, by the key of the seat's holder.
    """

    def __init__(self, a_round: Round, at: datetime, *, absent: Collection[int] = ()) -> None:
        held = (
            Appointment.objects.active(at)
            .declared()
            .chairs()
            .filter(seat__round=a_round)
            .select_related("seat", "user")
        )
        # In the order of the choices: the chair first.
        self.holders = [
            one
            for one in sorted(held, key=lambda held: Seat.CHAIRS.index(held.seat.kind))
            if one.pk not in absent
        ]
        know_hats([held.user for held in self.holders])
        self.interests: dict[int, set[int]] = {
            held.user_id: set(
                Application.objects.filter(
                    round=a_round, pk__in=bids_of_interest(held.user).values("pk")
                ).values_list("pk", flat=True)
            )
            for held in self.holders
        }

    def acting(self, *applications: Application | int) -> Appointment | None:
        """Who takes the chair for these bids together; without a bid, for the round. None where both have an interest."""
        pks = {getattr(application, "pk", application) for application in applications}
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


def know_hats(users: list[User]) -> None:
    """Read for whom these people act in one query, instead of one for each."""
    held = Membership.objects.active().filter(user__in=users)
    hats = list(held.select_related("authority", "authority__county", "region"))
    for user in users:
        user.hats = [hat for hat in hats if hat.user_id == user.pk]
