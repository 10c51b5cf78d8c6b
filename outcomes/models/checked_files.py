"""What files that staff bring in have in common: looked at first, carried out later, once, by somebody."""

from django.db import models
from django.db.models import Q

from beacons.core.templatetags.govuk import moment
from beacons.directory.models import User


class CheckedFile(models.Model):
    """A file in which nothing was wrong. It changes nothing until somebody carries it out."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    # What it would have changed when it was looked at; afterwards what it changed.
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ("-checked_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True, carried_out_by__isnull=True)
                | Q(carried_out_at__isnull=False, carried_out_by__isnull=False),
                name="%(class)s_carried_out_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def changes_nothing(self) -> bool:
        return not (self.added or self.changed)

    @property
    def looked_at_words(self) -> str:
        return f"{moment(self.checked_at)}, by {self.checked_by}"

    @property
    def brought_in_words(self) -> str:
        return f"{moment(self.carried_out_at)}, by {self.carried_out_by}"
