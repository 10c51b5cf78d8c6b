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
    # Without an outcome of its own a flag counts for every outcome whose `flag_subject` it is about.
    subject = models.CharField(max_length=60, blank=True, help_text="What it is about, such as housing.")
    source = models.CharField(max_length=300)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "assessment", "year", "subject"],
                name="flag_once",
                violation_error_message="This assessment has given this authority a flag on this subject already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.colour} flag, {self.year}"

    @property
    def words(self) -> str:
        return flag_words(self.colour, self.subject, self.assessment, self.year)


def flag_words(colour: str, subject: str, assessment: str, year: int) -> str:
    """Red flag for housing, Comprehensive Area Assessment 2009."""
    about = f" for {subject}" if subject else ""
    return f"{Flag.Colour(colour).label} flag{about}, {assessment} {year}"
