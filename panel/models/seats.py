"""Who sits on a round's panel, and the four agreements that make the round."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from beacons.core.workdays import day_in_london
from beacons.directory.models import Body, User
from beacons.rounds.models import Round
from panel.querysets.seats import AppointmentQuerySet, SeatQuerySet


class Seat(models.Model):
    """A place on a round's panel. Chair and vice-chair are joint; other seats are CLG's, the LGA's or independent."""

    class Kind(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice_chair", "Vice-chair"
        MEMBER = "member", "Member"

    CHAIRS: ClassVar = (Kind.CHAIR, Kind.VICE_CHAIR)

    round = models.ForeignKey(Round, models.CASCADE, related_name="seats")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEMBER)
    body = models.CharField(max_length=3, choices=Body, blank=True, help_text="Blank: joint, or independent.")

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "kind"],
                condition=Q(kind__in=["chair", "vice_chair"]),
                name="seat_one_chair_one_vice_chair",
                violation_error_message="This panel has this seat already.",
            ),
            models.CheckConstraint(
                condition=Q(kind="member") | Q(body=""),
                name="seat_chairs_are_joint",
                violation_error_message="The chair and the vice-chair belong to both bodies.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.body_words}"

    @property
    def body_words(self) -> str:
        if self.body:
            return self.get_body_display()
        return "joint" if self.kind in self.CHAIRS else "independent"

    @property
    def bodies_to_agree(self) -> tuple[str, ...]:
        """The bodies whose signatories must agree who sits here: the seat's own, or both."""
        return (self.body,) if self.body else (Body.CLG, Body.LGA)

    @property
    def rank(self) -> tuple[int, str, int]:
        """The order in which a panel is listed: chair, vice-chair, CLG, LGA, independent."""
        return list(Seat.Kind).index(Seat.Kind(self.kind)), self.body or "~", self.pk

    @property
    def appointment(self) -> "Appointment | None":
        """Who sits here or is proposed to; load it with `with_holders()`."""
        return next((held for held in self.appointments.all() if held.ended_at is None), None)

    @property
    def is_vacant(self) -> bool:
        return self.appointment is None or self.appointment.agreed_at is None


class Appointment(models.Model):
    """Who sits in a seat. It counts once every body it needs has agreed."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="appointments")
    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    # In which outcomes and regions this member knows most; used for a good fit, never for exclusion.
    expertise = models.ManyToManyField("outcomes.Outcome", blank=True, related_name="+")
    register = models.TextField("general register of interests (published)", blank=True)
    agreed_by_clg = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_by_lga = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    # The last day of the term; without one it ends with the round.
    until = models.DateField("last day of the term", null=True, blank=True)
    # When the member declared the interests it has in this round's bids; no paper opens before.
    declared_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(ended_at__isnull=True),
                name="appointment_one_holder",
                violation_error_message="This seat has a holder.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.seat}"

    @property
    def chairs(self) -> bool:
        return self.seat.kind in Seat.CHAIRS

    def agreed_by(self, body: str) -> User | None:
        """The signatory who agreed for this body."""
        return self.agreed_by_clg if body == Body.CLG else self.agreed_by_lga

    @property
    def bodies_missing(self) -> list[Body]:
        """The bodies that have yet to agree."""
        if self.agreed_at is not None:
            return []
        return [Body(body) for body in self.seat.bodies_to_agree if self.agreed_by(body) is None]

    def is_active(self, at: datetime) -> bool:
        """Does this person sit on the panel at this instant?"""
        begun = self.agreed_at is not None and self.agreed_at <= at
        over = self.until is not None and self.until < day_in_london(at)
        return begun and not over and (self.ended_at is None or self.ended_at > at)

    @property
    def last_day(self) -> date | None:
        """Of the term, or of the round."""
        return self.until or self.seat.round.ends_on


class Approval(models.Model):
    """One of the four agreements that make a round: chair, vice-chair and a signatory of each body."""

    class Part(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice_chair", "Vice-chair"
        CLG = "clg", "CLG signatory"
        LGA = "lga", "LGA signatory"

    round = models.ForeignKey(Round, models.CASCADE, related_name="approvals")
    part = models.CharField(max_length=12, choices=Part)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "part"], name="approval_once"),
            models.UniqueConstraint(
                fields=["round", "by"],
                name="approval_four_people",
                violation_error_message="One person cannot approve a round in two parts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_part_display()}"
