"""The figures a bid rests on: official ones, frozen when it is handed in, and the council's own with their source."""

from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.directory.models import User
from outcomes.models import Indicator


class EvidenceFigure(models.Model):
    """One figure with what it is compared with. Official ones are filled in and frozen when the bid is handed in."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="figures")
    # None: a figure of the council's own, which names its source.
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="evidence")
    title = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300, blank=True)
    # Rows of year, period and value.
    own_values = models.JSONField(default=list, blank=True)
    # What an official figure said when the bid was handed in: its values, the middle of others, the direction.
    frozen = models.JSONField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField("what it shows", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("application", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "indicator"],
                condition=Q(indicator__isnull=False),
                name="evidence_figure_once",
                violation_error_message="This figure is in the application already.",
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | (~Q(title="") & ~Q(source="")),
                name="evidence_own_figure_has_a_source",
                violation_error_message="A figure of your own needs a title and its source.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.indicator or self.title}"
