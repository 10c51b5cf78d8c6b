"""How the panel sees for itself whether a shortlisted application holds, and what the applicant says to it."""

from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.directory.models import User
from beacons.rounds.models import Criterion
from panel.models.cases import Case
from panel.models.seats import Appointment
from panel.querysets.verifications import VerificationQuerySet
from panel.statuses import VerificationKind, VerificationStatus


class Verification(models.Model):
    """A visit, a call, a peer challenge or a presentation: who takes part, what was found, and is it right?

    `found` is what the applicant reads and may correct; `for_panel` and the marks stay with the panel.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="verifications")
    kind = models.CharField(max_length=12, choices=VerificationKind)
    status = models.CharField(max_length=10, choices=VerificationStatus, default=VerificationStatus.ARRANGED)
    held_at = models.DateTimeField()
    place = models.CharField("where, or how to join", max_length=200)
    looked_for = models.TextField("what the panel wants to see")
    lead = models.ForeignKey(Appointment, models.PROTECT, related_name="verifications_led")
    members = models.ManyToManyField(Appointment, related_name="verifications")
    arranged_at = models.DateTimeField()

    found = models.TextField("the facts as they were found", blank=True)
    for_panel = models.TextField("what the panel should make of it", blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    reply_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Empty, once answered: the facts are right.
    corrections = models.TextField("what the applicant says is wrong", blank=True)

    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.TextField("what was changed for it, and what was not", blank=True)
    called_off_why = models.TextField(blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["reported", "settled"])
                | (~Q(found="") & Q(reported_at__isnull=False, reply_until__gt=F("reported_at"))),
                name="verification_reported_says_what",
                violation_error_message="A report says what was found, and leaves time to correct it.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, corrections="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, answered_at__lt=F("reply_until")),
                name="verification_answered_in_time",
                violation_error_message="An answer comes from somebody, and in time.",
            ),
            models.CheckConstraint(
                condition=~Q(status="settled")
                | (Q(settled_at__isnull=False) & (Q(corrections="") | ~Q(settlement=""))),
                name="verification_settled_answers_corrections",
                violation_error_message="Say what was changed for the applicant's corrections.",
            ),
            models.CheckConstraint(
                condition=~Q(status="called_off") | ~Q(called_off_why=""),
                name="verification_called_off_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("verification_detail", args=[self.pk])

    @property
    def is_reported(self) -> bool:
        return self.status in (VerificationStatus.REPORTED, VerificationStatus.SETTLED)

    def waits_for_applicant(self, at: datetime) -> bool:
        """Could the applicant still say that a fact is wrong?"""
        open_now = self.status == VerificationStatus.REPORTED and self.answered_at is None
        return open_now and self.reply_until is not None and at < self.reply_until


class VerificationMark(models.Model):
    """What a member who was there would mark on one criterion now, and why. The ranking does not count it."""

    verification = models.ForeignKey(Verification, models.CASCADE, related_name="marks")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="verification_marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(5)])
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "appointment", "criterion"], name="verification_mark_once"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=5),
                name="verification_mark_within_scale",
                violation_error_message="A mark lies between 0 and 5.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="verification_mark_says_why"),
        ]

    def __str__(self) -> str:
        return f"Verification mark {self.pk}"
