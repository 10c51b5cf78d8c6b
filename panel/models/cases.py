"""What the panel makes of one application, and how applications are shared out among its members."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.applications.models import Application
from beacons.directory.models import User
from beacons.rounds.models import Round
from panel.models.seats import Appointment
from panel.querysets.cases import CaseQuerySet, ConcernQuerySet, SharingOutQuerySet
from panel.statuses import SAYS_HOW, CaseStatus


class Case(models.Model):
    """What the panel makes of one eligible application: sealed, and the only door to its papers."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="case")
    status = models.CharField(max_length=20, choices=CaseStatus, default=CaseStatus.ASSIGNED)
    opened_at = models.DateTimeField()
    moderation_note = models.TextField(blank=True)
    # Where it stands among equals, and why: the chair's word where marks cannot part them.
    tie_place = models.PositiveSmallIntegerField(null=True, blank=True)
    tie_reason = models.TextField(blank=True)
    # A later status no longer says which way it went, and the applicant may know that before the verdict.
    shortlisted_at = models.DateTimeField(null=True, blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True)
    shortlist_reason = models.TextField("why it was, or was not, shortlisted", blank=True)
    verification_note = models.TextField(blank=True)

    objects = CaseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.application.reference

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.application.reference])

    def status_for(self, knows_shortlist: bool) -> str:
        """In words, for somebody who may or may not know how the shortlist went."""
        hidden = self.status in SAYS_HOW and not knows_shortlist
        return CaseStatus.MODERATED.label if hidden else self.get_status_display()

    @property
    def is_sealed(self) -> bool:
        """Are the marks still each assessor's own?"""
        return self.status in (CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN)


class SharingOut(models.Model):
    """A plan of who reads what that a chair asked for and the clock works out, for panels too large to wait for.

    `found` holds the readings as [application, appointment, is it new], what is in the way as [application or None,
    sentence], and the loads' least and most; `inputs` is the digest of the facts that it rests on (`readers.Plan`).
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="sharings_out")
    least_fit = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    # How many degrees of evenness have been tried so far.
    tried = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    inputs = models.CharField(max_length=64, blank=True)
    found = models.JSONField(null=True, blank=True)

    objects = SharingOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | (Q(found__isnull=False) & ~Q(inputs="")),
                name="sharing_out_done_with_what_was_found",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: who reads what, asked at {self.asked_at:%d %B %Y %H:%M}"


class Concern(models.Model):
    """A member asks that the meeting talks about a case, and says why."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="concerns")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="concerns")
    reason = models.TextField()
    at = models.DateTimeField()

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "appointment"],
                name="concern_once",
                violation_error_message="You have asked to talk about this application.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="concern_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: asked by {self.appointment.user}"
