"""Files of figures that staff brought in: kept as they came until they are carried out, so that nothing is typed twice."""

import io
import zlib

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.core.templatetags.govuk import moment
from beacons.directory.models import User
from outcomes.querysets import FigureImportQuerySet


class FigureImport(models.Model):
    """A file of figures in which nothing was wrong. It changes nothing until somebody carries it out."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    # The file itself, packed; empty once it was carried out.
    packed = models.BinaryField(editable=False)
    # Of rows that do not say it themselves.
    published_on = models.DateField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    superseded = models.PositiveIntegerField("of them superseding another value", default=0)
    unchanged = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = FigureImportQuerySet.as_manager()

    class Meta:
        ordering = ("-checked_at", "-pk")
        verbose_name = "file of figures"
        verbose_name_plural = "files of figures"
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True, carried_out_by__isnull=True)
                | Q(carried_out_at__isnull=False, carried_out_by__isnull=False),
                name="figure_import_carried_out_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("figure_import_detail", args=[self.pk])

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged

    @property
    def changes_nothing(self) -> bool:
        return not (self.added or self.changed)

    @property
    def looked_at_words(self) -> str:
        return f"{moment(self.checked_at)}, by {self.checked_by}"

    @property
    def brought_in_words(self) -> str:
        return f"{moment(self.carried_out_at)}, by {self.carried_out_by}"

    def unpacked(self) -> io.BytesIO:
        """The file as it was uploaded."""
        return io.BytesIO(zlib.decompress(self.packed))
