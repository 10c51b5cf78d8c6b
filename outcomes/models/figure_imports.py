"""Files of figures that staff brought in: kept as they came until they are carried out, so that nothing is typed twice."""

import io
import zlib

from django.db import models
from django.urls import reverse

from outcomes.models.checked_files import CheckedFile
from outcomes.querysets import FigureImportQuerySet


class FigureImport(CheckedFile):
    """A file of figures of indicators."""

    # The file itself, packed; empty once it was carried out.
    packed = models.BinaryField(editable=False)
    # Of rows that do not say it themselves.
    published_on = models.DateField(null=True, blank=True)
    superseded = models.PositiveIntegerField("of them superseding another value", default=0)

    objects = FigureImportQuerySet.as_manager()

    class Meta(CheckedFile.Meta):
        verbose_name = "file of figures"
        verbose_name_plural = "files of figures"

    def get_absolute_url(self) -> str:
        return reverse("figure_import_detail", args=[self.pk])

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged

    def unpacked(self) -> io.BytesIO:
        """The file as it was uploaded."""
        return io.BytesIO(zlib.decompress(self.packed))
