"""Who is committed to an outcome, to which figure and by when; and what was agreed before."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from beacons.directory.models import Authority, Inherited, User
from outcomes.models.indicators import Indicator
from outcomes.models.outcomes import Outcome
from outcomes.querysets import SignUpQuerySet


class SignUp(Inherited):
    """An authority's commitment to an outcome: baseline, target, year, lead officer."""

    class Source(models.TextChoices):
        AGREEMENT = "agreement", "Local Area Agreement"
        COUNCIL = "council", "The council itself"
        DEMONSTRATION = "demonstration", "Demonstration"

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="sign_ups")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="sign_ups")
    # A district, fire, police or park body joins the sign-up of an area; the area's own stands by itself.
    joins = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined", verbose_name="the area it joins"
    )
    # Instead of the outcome's own measure: one that the council set itself (a self-regulation measure).
    measure = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="sign_ups", verbose_name="own measure"
    )
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)
    lead_officer = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    signed_up_at = models.DateTimeField(null=True, blank=True)
    signed_up_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

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
            models.CheckConstraint(
                condition=Q(joins__isnull=True) | ~Q(joins=models.F("pk")),
                name="sign_up_joins_another",
                violation_error_message="A sign-up cannot join itself.",
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
            f"{before} {self.written(value)}{f' {joined} {year}' if year else ''}"
            for before, value, joined, year in parts
            if value is not None
        ]
        return " ".join(said)

    @property
    def measured_by(self) -> Indicator | None:
        """The measure its baseline and target speak of: its own, or else the outcome's."""
        return self.measure or self.outcome.measure

    def written(self, value: Decimal | float | None) -> str:
        return self.measure.written(value) if self.measure else self.outcome.written(value)


class FormerTerms(models.Model):
    """What a sign-up said before it was refreshed or corrected. Nothing that was agreed is forgotten."""

    sign_up = models.ForeignKey(SignUp, models.CASCADE, related_name="former_terms")
    # Filled where these are the terms of a council that was taken over by one with a sign-up of its own.
    agreed_by = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    measure = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(null=True, blank=True)
    lead_officer = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=20, choices=SignUp.Source)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # When the new terms took their place, by whom (empty: a file that staff loaded from the command line), and why.
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("sign_up", "-replaced_at", "-pk")
        verbose_name_plural = "former terms"

    def __str__(self) -> str:
        return f"{self.sign_up} until {self.replaced_at:%Y-%m-%d}"
