"""How many hours people say the scheme's work took them: the burden, asked for once and never watched."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.applications.querysets import HoursQuerySet
from beacons.directory.models import User
from beacons.rounds.models import Round

# More than a quarter of a year of one person is a slip of the finger.
MOST_HOURS = 500


class Work(models.TextChoices):
    APPLYING = "applying", "Applying"
    ASSESSING = "assessing", "Assessing"


class HoursSpent(models.Model):
    """What one person answered when asked how long it took: hours, or None for “no thanks”, which is asked no more.

    Nobody but that person is ever shown it; no step is noted of it, since staff read steps. What others see are sums.
    """

    work = models.CharField(max_length=10, choices=Work)
    round = models.ForeignKey(Round, models.CASCADE, related_name="hours_spent")
    # Of what was applied for; an assessor is asked for all papers of a round together.
    application = models.ForeignKey(
        Application, models.CASCADE, null=True, blank=True, related_name="hours_spent"
    )
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    hours = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(MOST_HOURS))],
    )
    # When it was first answered; a later correction leaves it.
    told_at = models.DateTimeField()

    objects = HoursQuerySet.as_manager()

    class Meta:
        ordering = ("round", "told_at", "pk")
        verbose_name_plural = "hours spent"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"],
                condition=Q(application__isnull=False),
                name="hours_spent_once",
                violation_error_message="You have told your hours already.",
            ),
            models.UniqueConstraint(
                fields=["round", "work", "person"],
                condition=Q(application__isnull=True),
                name="hours_spent_once_in_a_round",
                violation_error_message="You have told your hours already.",
            ),
            models.CheckConstraint(
                condition=Q(work=Work.APPLYING, application__isnull=False)
                | (~Q(work=Work.APPLYING) & Q(application__isnull=True)),
                name="hours_spent_on_something",
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gte=0, hours__lte=MOST_HOURS),
                name="hours_spent_within_bounds",
                violation_error_message=f"Hours are between 0 and {MOST_HOURS}.",
            ),
        ]

    def __str__(self) -> str:
        # Neither whose, nor how many.
        return f"Hours spent {self.pk}"
