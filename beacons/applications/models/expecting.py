"""What is known of those who are expected to apply: how far a draft is, who will not, and who was reminded."""

from django.db import models
from django.db.models import F, Q

from beacons.applications.models.applications import Application
from beacons.applications.querysets import AbstentionQuerySet
from beacons.directory.models import Authority, User
from beacons.rounds.models import Round
from outcomes.models import Outcome


class Abstention(models.Model):
    """An authority says that it will not apply for an outcome in a round. It may take that back, or just apply."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="abstentions")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="abstentions")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="abstentions")
    why = models.TextField(blank=True)
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = AbstentionQuerySet.as_manager()

    class Meta:
        ordering = ("round", "authority__name", "outcome__title", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "outcome", "authority"],
                condition=Q(taken_back_at__isnull=True),
                name="abstention_once",
                violation_error_message="This authority has said so already.",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__gte=F("said_at"), taken_back_by__isnull=False),
                name="abstention_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} will not apply for “{self.outcome}” in {self.round}"


class Progress(models.Model):
    """How complete a draft is, in per cent, as the clock worked it out: all that the office may know of what it says.

    Kept, so that no page of the office reads a draft, and none costs what reading hundreds of them would.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="progress", primary_key=True)
    percent = models.PositiveSmallIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_in_per_cent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}%"


class Reminder(models.Model):
    """That the people of an authority were reminded of a round's closing: once for each day on which it fell due."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="reminders")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    # The day before its closing for which it was; the clock may have come round to it later.
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    # None where whoever is left was written to today already.
    letters = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("round", "authority", "due_at")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "authority", "due_at"],
                name="reminder_once",
                violation_error_message="This authority was reminded already.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__gte=F("due_at")), name="reminder_not_before_it_is_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {self.round}: {self.due_at:%Y-%m-%d}"
