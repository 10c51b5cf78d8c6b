"""The scheme's only kind of theme."""

from decimal import Decimal

from django.db import models
from django.urls import reverse

from beacons.core.charts import figure
from beacons.directory.models import Region
from outcomes.models.indicators import Indicator
from outcomes.querysets import OutcomeQuerySet, RegionObjectiveQuerySet


class Outcome(models.Model):
    """An improvement that Local Area Agreements aim at: the scheme's only kind of theme."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    national_indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes_aimed_at",
        help_text="What the agreements of 2008 named. An outcome need not hang on one.",
    )
    measure = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes_measured",
        help_text="The figures by which progress is shown.",
    )
    flag_subject = models.CharField(
        "what assessments call it",
        max_length=60,
        blank=True,
        help_text="Flags on this subject are signals for this outcome, such as housing. Blank: none are.",
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("outcome_detail", args=[self.slug])

    def written(self, value: Decimal | float | None) -> str:
        """A figure of what this outcome is measured by, with its unit."""
        return (
            self.measure.written(value) if self.measure else figure(None if value is None else float(value))
        )


class RegionObjective(models.Model):
    """What a region's improvement partnership (RIEP) wants to reach, and the outcomes it is about."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="objectives")
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    outcomes = models.ManyToManyField(Outcome, related_name="objectives", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = RegionObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ("region", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "title"],
                name="region_objective_once",
                violation_error_message="This region has an objective of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.title
