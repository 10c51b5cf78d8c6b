"""What the scheme is about: indicators and their figures, outcomes, who signed up, what is hard about them."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.core.charts import figure
from beacons.directory.models import Authority, User
from outcomes.querysets import (
    FlagQuerySet,
    IndicatorQuerySet,
    IndicatorValueQuerySet,
    IssueQuerySet,
    OutcomeQuerySet,
    SignUpQuerySet,
)


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

    def written(self, value: Decimal | float | None) -> str:
        """A figure with its unit: 12.5%, 3 per 1,000 homes."""
        return figure(None if value is None else float(value), self.unit)

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

    # Whether its authority is signed up to an outcome; given by `with_cohort`.
    in_cohort: bool

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


class SignUp(models.Model):
    """An authority's commitment to an outcome: baseline, target, year, lead officer."""

    class Source(models.TextChoices):
        AGREEMENT = "agreement", "Local Area Agreement"
        COUNCIL = "council", "The council itself"
        DEMONSTRATION = "demonstration", "Demonstration"

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="sign_ups")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="sign_ups")
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)
    lead_officer = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SignUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "authority"],
                name="sign_up_once",
                violation_error_message="This authority has signed up to this outcome already.",
            ),
            models.CheckConstraint(
                condition=Q(target_year__isnull=True)
                | Q(baseline_year__isnull=True)
                | Q(target_year__gt=models.F("baseline_year")),
                name="sign_up_target_after_baseline",
                violation_error_message="The target's year must come after the baseline's year.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=False),
                name="sign_up_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.outcome}"

    @property
    def target_words(self) -> str:
        """From 6% in 2023 to 4% by 2026."""
        parts = (
            ("from", self.baseline, "in", self.baseline_year),
            ("to", self.target, "by", self.target_year),
        )
        said = [
            f"{before} {self.outcome.written(value)}{f' {joined} {year}' if year else ''}"
            for before, value, joined, year in parts
            if value is not None
        ]
        return " ".join(said)


class Issue(models.Model):
    """What a cohort member says is hard about the outcome. Issues make the criteria."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="issues")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="issues")
    text = models.TextField("what is hard about it")
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    objects = IssueQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.authority}: {self.text[:60]}"


class Flag(models.Model):
    """A red or green flag of an inspectorate: a signal of who needs help and who can give it."""

    class Colour(models.TextChoices):
        RED = "red", "Red"
        GREEN = "green", "Green"

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="flags")
    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, blank=True, related_name="flags")
    colour = models.CharField(max_length=5, choices=Colour)
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2009)])
    assessment = models.CharField(max_length=200)
    source = models.CharField(max_length=300)

    objects = FlagQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.authority}: {self.colour} flag, {self.year}"
