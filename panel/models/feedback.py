"""What an applicant is told of its application, criterion by criterion."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.directory.models import User
from beacons.rounds.models import Criterion
from panel.models.cases import Case
from panel.models.seats import Appointment
from panel.querysets.feedback import FeedbackLetterQuerySet
from panel.statuses import FeedbackStatus


class FeedbackLetter(models.Model):
    """What an applicant is told of its bid by criterion: drafted from the readers' reasons, written by one of them.

    It leaves once the acting chair has approved it and the announcement has come.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="feedback")
    # The reader who writes it; nobody while no reader is left who may.
    lead = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="feedback_letters"
    )
    status = models.CharField(max_length=10, choices=FeedbackStatus, default=FeedbackStatus.DRAFTED)
    # Goes up with each change of a text: what a page has seen.
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_why = models.TextField("why it was sent back", blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False, approved_by__isnull=False)
                | (~Q(status="approved") & Q(approved_at__isnull=True, approved_by__isnull=True)),
                name="feedback_letter_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("approved_at")),
                name="feedback_letter_leaves_approved",
            ),
        ]

    def __str__(self) -> str:
        # Not a word of it: a name turns up in logs, titles and messages.
        return f"Feedback letter {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("feedback_edit", args=[self.case.application.reference])

    @property
    def is_approved(self) -> bool:
        return self.status == FeedbackStatus.APPROVED

    @property
    def due_at(self) -> datetime | None:
        """When the applicant is to have it; None while no announcement is set."""
        announcement = getattr(self.case.application.round, "announcement", None)
        return None if announcement is None else announcement.feedback_due_at

    def is_overdue(self, at: datetime) -> bool:
        return not self.is_approved and self.due_at is not None and at >= self.due_at

    @property
    def seen(self) -> str:
        """What a page names that approves it among others: which letter, and as it was read."""
        return f"{self.pk}:{self.version}"


class FeedbackText(models.Model):
    """What the letter says on one criterion."""

    letter = models.ForeignKey(FeedbackLetter, models.CASCADE, related_name="texts")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "criterion"], name="feedback_text_once"),
        ]

    def __str__(self) -> str:
        return f"Feedback text {self.pk}"
