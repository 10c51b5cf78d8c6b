"""What the applicant will do for others if it wins: the plan that becomes the grant's without retyping."""

from django.core.validators import MinValueValidator
from django.db import models

from beacons.applications.models.applications import Application


class PlannedActivity(models.Model):
    """So many open days, visits or mentoring pairs, until when. The kinds are those of dissemination."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="planned_activities")
    kind = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField("how many", validators=[MinValueValidator(1)])
    until = models.DateField("held by", null=True, blank=True)
    note = models.CharField("for whom, and about what", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("application", "position", "pk")
        verbose_name_plural = "planned activities"

    def __str__(self) -> str:
        return f"{self.count} of {self.kind}"


class NamedPeer(models.Model):
    """A practitioner who would give days to other councils."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="named_peers")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField("days offered", validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("application", "position", "pk")

    def __str__(self) -> str:
        return f"{self.name}, {self.job_title}: {self.days} days"
