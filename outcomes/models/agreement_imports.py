"""Files of agreements that staff brought in: what they said, who looked at it, and who let it in."""

from django.db import models
from django.urls import reverse

from outcomes.models.checked_files import CheckedFile
from outcomes.querysets import AgreementImportQuerySet


class AgreementImport(CheckedFile):
    """A file of Local Area Agreements."""

    # What was read, and what it would have changed when it was: the very content that is carried out later.
    rows = models.JSONField()
    lines = models.JSONField()

    objects = AgreementImportQuerySet.as_manager()

    class Meta(CheckedFile.Meta):
        verbose_name = "file of agreements"
        verbose_name_plural = "files of agreements"

    def get_absolute_url(self) -> str:
        return reverse("agreement_import_detail", args=[self.pk])

    @property
    def reopened(self) -> int:
        """Sign-ups that their councils have to confirm again."""
        return sum(line["reopens"] for line in self.lines)
