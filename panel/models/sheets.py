"""Score sheets with their marks, a member's own notes, and papers that are taken away to read."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.core import guards
from beacons.directory.models import User
from beacons.rounds.models import Criterion
from panel.models.cases import Case
from panel.models.seats import Appointment
from panel.querysets.sheets import BUNDLE_KEPT, AssessmentQuerySet, BundleQuerySet, NoteQuerySet
from panel.statuses import SheetStatus

if TYPE_CHECKING:
    from panel.models.meetings import MarkChange

# A mark as it is said: its score or none, that it cannot be judged, and the reason.
Said = tuple[int | None, bool, str]


class Assessment(models.Model):
    """A member's score sheet on a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assessments")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="assessments")
    status = models.CharField(max_length=12, choices=SheetStatus, default=SheetStatus.OPEN)
    assigned_at = models.DateTimeField()
    # The chair may give one sheet more time, with a reason (kept in its steps).
    extended_to = models.DateTimeField(null=True, blank=True)
    lodged_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "appointment"], name="assessment_once"),
            models.CheckConstraint(
                condition=~Q(status="lodged") | Q(lodged_at__isnull=False), name="assessment_lodged_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.appointment.user}"

    def get_absolute_url(self) -> str:
        return reverse("assessment_edit", args=[self.case.application.reference])

    @property
    def due_at(self) -> datetime:
        """At this very instant it is too late to save or lodge: scoring closes, or the longer time given ends."""
        return self.extended_to or self.case.application.round.stage_of("scoring").closes_at

    @property
    def body(self) -> str:
        return self.appointment.seat.body


class Mark(models.Model):
    """One criterion's score, 0 to 5, with its reason. “Cannot judge” is no score, which is not nought."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks")
    score = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    cannot_judge = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    # The page from which it was last saved, and how often that page had sent by then (decision 23).
    page = models.CharField(max_length=32, blank=True, editable=False)
    turn = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=5), name="mark_nought_to_five"
            ),
            models.CheckConstraint(
                condition=Q(cannot_judge=False) | Q(score__isnull=True), name="mark_or_cannot_judge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {'cannot judge' if self.cannot_judge else self.score}"

    @property
    def said(self) -> Said:
        return self.score, self.cannot_judge, self.reason

    @property
    def history(self) -> "list[MarkChange]":
        """What a meeting changed of it, the first change first; load it with `marks__changes`."""
        return sorted(self.changes.all(), key=lambda change: change.number)


class Note(models.Model):
    """What a member wrote down about a paper for themselves alone. Every text that was saved stays; the last one stands."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="notes")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    # The page from which it was saved, and how often that page had sent by then (decision 23).
    page = models.CharField(max_length=32, blank=True)
    turn = models.PositiveIntegerField(default=0)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="note_once")]

    def __str__(self) -> str:
        # Not a word of it: a name turns up in logs, titles and messages.
        return f"Note {self.number}"


guards.unchanged(Note)


class Bundle(models.Model):
    """All papers of one member as one PDF, to be read offline: asked for, drawn by the clock, and thrown away soon after."""

    reader = models.OneToOneField(User, models.CASCADE, related_name="bundle")
    asked_at = models.DateTimeField()
    # When somebody began to draw it; another may begin again after a while.
    begun_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    # The references of its papers, in their order.
    papers = models.JSONField(default=list)
    # Empty where this machine cannot make PDFs.
    content = models.BinaryField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Papers of {self.reader}"

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None

    def is_over(self, at: datetime) -> bool:
        """Has its day passed?"""
        return at >= self.asked_at + BUNDLE_KEPT
