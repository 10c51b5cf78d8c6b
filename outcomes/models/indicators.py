"""What is measured, and its figures: official ones, and those of an authority's own measures."""

from decimal import Decimal

from django.db import models
from django.urls import reverse

from beacons.core.charts import figure
from beacons.directory.models import Authority
from outcomes.querysets import IndicatorQuerySet, IndicatorValueQuerySet, SupersededValueQuerySet


class Indicator(models.Model):
    """Something measured for an authority and a period, with a unit and a polarity."""

    class Kind(models.TextChoices):
        NATIONAL = "national", "National Indicator (2008 to 2011)"
        PRESENT = "present", "Present-day measure"
        OWN = "own", "An authority's own measure"

    class Polarity(models.TextChoices):
        HIGH = "high", "High is good"
        LOW = "low", "Low is good"
        NONE = "", "Neither"

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(
        max_length=300, blank=True, help_text="Blank where it is not known; never made up."
    )
    title_source = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=120, blank=True)
    polarity = models.CharField(max_length=4, choices=Polarity, blank=True)
    theme = models.CharField(max_length=120, blank=True)
    # A present-day measure names the national indicator it comes nearest to, and how near.
    stands_for = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="stand_ins", verbose_name="nearest NI"
    )
    nearness = models.CharField(max_length=20, blank=True, help_text="Same concept, similar or weak.")
    laa_choices = models.PositiveSmallIntegerField("areas that chose it in 2008", null=True, blank=True)
    laa_choices_source = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="own_measures"
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code}: {self.title or 'title not known'}"

    def get_absolute_url(self) -> str:
        return reverse("indicator_detail", args=[self.code])

    def written(self, value: Decimal | float | None) -> str:
        """A figure with its unit: 12.5%, 3 per 1,000 homes."""
        return figure(None if value is None else float(value), self.unit)

    @property
    def kind_word(self) -> str:
        """Its kind, where there is little room."""
        return {"national": "National", "present": "Present-day", "own": "A council’s own"}[self.kind]

    @property
    def choices_words(self) -> str:
        """How many areas chose it in 2008, as far as that is known."""
        if self.laa_choices is None:
            return "not known"
        at_least = self.laa_choices_source.endswith("; at least")
        return f"at least {self.laa_choices}" if at_least else f"{self.laa_choices}"

    @property
    def choices_sentence(self) -> str:
        """How many areas chose it, and who says so."""
        if self.laa_choices is None:
            return "It is not known how many areas chose it."
        source = self.laa_choices_source.removesuffix("; at least")
        said = f"{self.choices_words} of 150 areas chose it."
        return f"{said[0].upper()}{said[1:]} Source: {source}." if source else f"{said[0].upper()}{said[1:]}"

    @property
    def source_sentence(self) -> str:
        return f"{self.source} ({self.licence})" if self.licence else self.source

    @property
    def measure_sentence(self) -> str:
        """What is measured, in what, which way is good, and how near it comes to a national indicator."""
        parts = [self.title, self.unit, self.get_polarity_display().lower() if self.polarity else ""]
        said = ", ".join(part for part in parts if part) + "."
        if self.nearness == "same concept":
            return f"{said} Today’s statistic of what the national indicator measured."
        return (
            f"{said} Today’s statistic that comes near to the national indicator." if self.nearness else said
        )

    @property
    def better(self) -> str:
        """Which figures are better, in a word; empty where neither is."""
        return {"high": "higher", "low": "lower"}.get(self.polarity, "")


class IndicatorValue(models.Model):
    """One figure: an indicator, an authority, a year (the one in which the period starts)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values_held")
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="figures")
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    published_on = models.DateField(
        null=True, blank=True, help_text="When this figure was published; blank where it is not known."
    )

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "authority", "year"], name="indicator_value_once_a_year"
            )
        ]
        indexes = [models.Index(fields=["indicator", "year"], name="indicator_value_year")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.authority_id} {self.period}: {self.value}"


class SupersededValue(models.Model):
    """A figure as it was published before it was revised: kept, with the dates of both publications."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="superseded_values")
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="superseded_figures")
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    published_on = models.DateField(null=True, blank=True)
    superseded_on = models.DateField("date of the publication that superseded it")

    objects = SupersededValueQuerySet.as_manager()

    class Meta:
        ordering = ("indicator", "authority", "year", "-superseded_on", "-pk")
        indexes = [
            models.Index(fields=["indicator", "authority", "year"], name="superseded_value_place"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.indicator_id} {self.authority_id} {self.period}: {self.value} until {self.superseded_on}"
        )

    @property
    def words(self) -> str:
        """The figure with its unit."""
        return self.indicator.written(self.value)


class HeadlineMeasure(models.Model):
    """One of the measures that a headline report opens with, for a kind of authority."""

    kind = models.CharField("kind of authority", max_length=20, choices=Authority.Kind)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="headlines")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("kind", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "indicator"],
                name="headline_measure_once",
                violation_error_message="This measure stands in the headline report of this kind already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.indicator}"
