"""The figures a bid rests on: official ones, frozen when it is certified, and the council's own with their source."""

from functools import cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from beacons.applications.evidence import facts
from beacons.applications.evidence.facts import Facts
from beacons.applications.models.applications import Application
from beacons.applications.statuses import SIGNED
from beacons.core import guards
from beacons.directory.models import Authority, User
from outcomes.models import HeadlineReport, Indicator, IndicatorValue


@cache
def has_values() -> Exists:
    """Put together once; each query takes a copy of its own."""
    return Exists(
        IndicatorValue.objects.filter(indicator=OuterRef("indicator"), authority=OuterRef("authority"))
    )


class Figures(models.Manager):
    """A figure is never looked at without what it is a figure of, and whether there is any value of that."""

    def get_queryset(self) -> Any:
        found = super().get_queryset().select_related("indicator", "authority__region")
        return found.annotate(has_values=has_values())


class EvidenceFigure(models.Model):
    """One figure with what it is compared with. An official one is filled in by the house, and nothing of it typed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="figures")
    # None: a figure of the council's own, which names its source.
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="evidence")
    # Whose official figure it is. It stays theirs when another authority takes them over.
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="evidence")
    comparison = models.CharField(
        "compared with", max_length=10, choices=HeadlineReport.Comparison, blank=True
    )
    # What an official figure was when it was picked, so that a page can say that it has changed since.
    picked = models.JSONField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    polarity = models.CharField(max_length=4, choices=Indicator.Polarity, blank=True)
    source = models.CharField(max_length=300, blank=True)
    # Rows of place (in months), period and value, oldest first.
    own_values = models.JSONField(default=list, blank=True)
    # What it said when the bid was certified: its values, the middle of others, the direction.
    frozen = models.JSONField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField("what it shows", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = Figures()

    class Meta:
        ordering = ("application", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "indicator", "authority"],
                condition=Q(indicator__isnull=False),
                name="evidence_figure_once",
                violation_error_message="This figure is in the application already.",
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, authority__isnull=False, title="", source="")
                | Q(indicator__isnull=True, authority__isnull=True) & ~Q(title="") & ~Q(source=""),
                name="evidence_official_or_with_a_source",
                violation_error_message="A figure of your own needs a title and its source.",
            ),
            models.CheckConstraint(
                condition=Q(frozen__isnull=True, frozen_at__isnull=True)
                | Q(frozen__isnull=False, frozen_at__isnull=False),
                name="evidence_frozen_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.name}"

    @property
    def is_official(self) -> bool:
        return self.indicator_id is not None

    @property
    def name(self) -> str:
        if self.indicator is None:
            return self.title
        return self.indicator.title or self.indicator.code

    @property
    def own_facts(self) -> Facts:
        """Of a figure that the council typed."""
        rows: Any = self.own_values
        return facts.own_facts(self.title, self.unit, self.polarity, self.source, rows)


guards.refused_while(
    name="figures_frozen_with_the_certificate",
    child=EvidenceFigure,
    key="application_id",
    parent=Application,
    held_back=f"parent.status IN ({', '.join(repr(str(status)) for status in SIGNED)})",
    when="NEW.frozen IS NULL",
    told="the figures of a certified application are frozen",
)
