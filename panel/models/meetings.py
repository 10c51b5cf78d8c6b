"""The panel's meeting: its agenda, who is here and who left, and the marks it changed."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.core import guards
from beacons.directory.models import User
from beacons.rounds.models import Round
from panel.models.cases import Case
from panel.models.seats import Appointment
from panel.models.sheets import Mark
from panel.querysets.meetings import ItemQuerySet, MeetingQuerySet
from panel.statuses import ItemStatus, MeetingStatus, Presence, Recommendation


class Meeting(models.Model):
    """The panel's talk about cases before any is shortlisted: its agenda is kept, and one item is on at a time."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.PREPARED)
    prepared_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note_taker = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    # Goes up whenever everybody's view changes: what a page has seen, and what it asks for.
    turn = models.PositiveIntegerField(default=0)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="meeting_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status__in=["prepared", "open"]),
                name="meeting_one_ahead",
                violation_error_message="This panel has a meeting that is not closed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: meeting {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("meeting_room", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == MeetingStatus.OPEN

    @property
    def is_over(self) -> bool:
        return self.status in (MeetingStatus.CLOSED, MeetingStatus.APPROVED)


class Item(models.Model):
    """A case on a meeting's agenda: why it is there, what was said, and what the meeting makes of it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=ItemStatus, default=ItemStatus.WAITING)
    # As the agenda was made: [kind, sentence] pairs (`agenda.Kind`).
    why = models.JSONField(default=list)
    called_at = models.DateTimeField(null=True, blank=True)
    deferred_why = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    notes_version = models.PositiveIntegerField(default=0)
    recommendation = models.CharField(max_length=10, choices=Recommendation, blank=True)
    said = models.TextField("what the meeting said", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="item_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(status="called"),
                name="item_one_at_a_time",
                violation_error_message="Another item is being discussed.",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | (~Q(recommendation="") & Q(decided_at__isnull=False)),
                name="item_decided_says_what",
                violation_error_message="A decided item says what the meeting makes of it, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: item of a meeting"

    @property
    def is_called(self) -> bool:
        return self.status == ItemStatus.CALLED


class Attendance(models.Model):
    """Whether a member is in the room, away but with us, or absent, as the chair last noted it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="attendances")
    presence = models.CharField(max_length=6, choices=Presence)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "appointment"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.user}: {self.get_presence_display()}"

    @property
    def is_present(self) -> bool:
        return self.presence != Presence.ABSENT


class Departure(models.Model):
    """A member left, because of an interest, while an item was discussed."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="departures")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "appointment"], name="departure_once")]

    def __str__(self) -> str:
        return f"{self.appointment.user} left"


guards.append_only(Departure)


class MarkChange(models.Model):
    """A lodged mark that its reader changed in a meeting. The mark as it was stays here for good."""

    mark = models.ForeignKey(Mark, models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    old_score = models.PositiveSmallIntegerField(null=True)
    old_reason = models.TextField(blank=True)
    new_score = models.PositiveSmallIntegerField(null=True)
    why = models.TextField("why it was changed")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark", "number"], name="mark_change_number"),
            models.CheckConstraint(condition=~Q(why=""), name="mark_change_says_why"),
            models.CheckConstraint(
                condition=~Q(old_score=F("new_score"))
                | Q(old_score__isnull=True)
                | Q(new_score__isnull=True),
                name="mark_change_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark}: changed"

    @property
    def words(self) -> str:
        """From what to what."""
        was, now = ("no mark" if score is None else f"{score}" for score in (self.old_score, self.new_score))
        return f"{was} to {now}"


guards.append_only(MarkChange)
