"""Files of agreements that staff brought in: what they said, who looked at it, and who let it in."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.directory.models import User
from outcomes.querysets import AgreementImportQuerySet


class AgreementImport(models.Model):
    """A file of Local Area Agreements that was read without a fault. It changes nothing until it is carried out."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    # What was read, and what it would have changed when it was: the very content that is carried out later.
    rows = models.JSONField()
    lines = models.JSONField()
    notes = models.JSONField(default=list, blank=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AgreementImportQuerySet.as_manager()

    class Meta:
        ordering = ("-checked_at", "-pk")
        verbose_name = "file of agreements"
        verbose_name_plural = "files of agreements"
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True, carried_out_by__isnull=True)
                | Q(carried_out_at__isnull=False, carried_out_by__isnull=False),
                name="agreement_import_carried_out_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("agreement_import_detail", args=[self.pk])

    @property
    def reopened(self) -> int:
        """Sign-ups that their councils have to confirm again."""
        return sum(line["reopens"] for line in self.lines)
