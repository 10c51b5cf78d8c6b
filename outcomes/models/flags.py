"""Signals of who needs help and who can give it."""

from django.core.validators import MinValueValidator
from django.db import models

from beacons.directory.models import Authority
from outcomes.models.outcomes import Outcome
from outcomes.querysets import FlagQuerySet


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
