"""What the applicant will do for others if it wins: the plan that becomes the grant's without retyping.

Half a plan may be saved, so numbers and days may be missing; the rules say what is still to be filled in.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.rounds.activities import ActivityKind, counted


class PlannedActivity(models.Model):
    """So many open days, visits or mentoring pairs, until when."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="planned_activities")
    kind = models.CharField(max_length=20, choices=ActivityKind)
    count = models.PositiveSmallIntegerField(
        "how many", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    until = models.DateField("held by", null=True, blank=True)
    note = models.CharField("for whom, and about what", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("application", "position", "pk")
        verbose_name_plural = "planned activities"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ActivityKind.values), name="planned_activity_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(count__gt=0),
                name="planned_activity_of_something",
                violation_error_message="Plan one at least, or take the activity out.",
            ),
        ]

    def __str__(self) -> str:
        return counted(self.kind, self.count)


class NamedPeer(models.Model):
    """A practitioner who would give days to other councils."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="named_peers")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    days = models.PositiveSmallIntegerField(
        "days offered", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("application", "position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gt=0),
                name="named_peer_offers_something",
                violation_error_message="A named person offers one day at least.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.job_title}" if self.job_title else self.name
