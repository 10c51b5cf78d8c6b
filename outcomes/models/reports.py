"""Headline reports: the six figures a council looks at first, and what it compares them with."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.directory.models import Authority, User
from outcomes.models.indicators import Indicator
from outcomes.querysets import HeadlineReportQuerySet


class LocalPriority(models.Model):
    """A measure that an authority's officers chose to stand in its headline report."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="local_priorities")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="local_priorities")
    position = models.PositiveSmallIntegerField(default=0)
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ("authority", "position", "pk")
        verbose_name_plural = "local priorities"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "indicator"],
                name="local_priority_once",
                violation_error_message="This measure is one of your local priorities already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.indicator}"


class HeadlineReport(models.Model):
    """A report as its maker saved it: whose figures, which measures, compared with whom, shown to whom."""

    class Measures(models.TextChoices):
        HEADLINE = "headline", "The six headline measures"
        BESIDE = "beside", "The six and our local priorities"
        LOCAL = "local", "Our local priorities alone"

    class Comparison(models.TextChoices):
        ENGLAND = "england", "All of England"
        KIND = "kind", "Authorities of the same kind"
        REGION = "region", "Authorities of the same region"
        NEIGHBOURS = "neighbours", "Nearest neighbours"
        OWN = "own", "A list of our own"

    class Sharing(models.TextChoices):
        OWN = "own", "Only me"
        COUNCIL = "council", "Everyone of my council"
        PUBLIC = "public", "Everyone"

    # The address of a report says nothing about it.
    key = models.UUIDField(unique=True, editable=False)
    # Of whom the report speaks, and the council whose officer made it (None: made by the scheme's office).
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="headline_reports")
    council = models.ForeignKey(Authority, models.PROTECT, null=True, blank=True, related_name="reports_made")
    title = models.CharField(max_length=120)
    measures = models.CharField(max_length=10, choices=Measures, default=Measures.HEADLINE)
    comparison = models.CharField(max_length=10, choices=Comparison, default=Comparison.KIND)
    own_list = models.ManyToManyField(Authority, related_name="+", blank=True)
    # {code of a fact: weight}; empty for the house's own facts and weights.
    weights = models.JSONField(default=dict, blank=True)
    sharing = models.CharField(max_length=10, choices=Sharing, default=Sharing.OWN)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="headline_reports")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = HeadlineReportQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(sharing="council") | Q(council__isnull=False),
                name="report_shared_inside_a_council",
                violation_error_message="Only a report of a council can be shared inside it.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report_detail", args=[self.key])
