"""The few small files that go with a bid. They lie outside every static address, under names that say nothing."""

from django.db import models
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from beacons.applications.models.applications import Application
from beacons.applications.querysets import AttachmentQuerySet
from beacons.core.files import names
from beacons.directory.models import User
from beacons.rounds.models import Question


class Attachment(models.Model):
    """A file as it came: what its content is (not what its name says), its size, hash and scan.

    What is taken out stays, so that it can be put back, until somebody or the clock deletes its bytes for good; the row
    then says that there was a file.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word document"
        XLSX = "xlsx", "Excel workbook"
        PNG = "png", "PNG picture"
        JPEG = "jpeg", "JPEG picture"

    class Scan(models.TextChoices):
        WAITING = "waiting", "Not yet scanned"
        CLEAN = "clean", "No virus found"
        INFECTED = "infected", "A virus was found"
        NOT_SET_UP = "not_set_up", "No scanner is set up"

    application = models.ForeignKey(Application, models.CASCADE, related_name="attachments")
    # None: goes with the application as a whole.
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="attachments")
    # The name in the address, and the one under which the bytes lie; neither says anything about the other.
    key = models.UUIDField(unique=True, editable=False)
    stored_as = models.CharField(max_length=80, unique=True, null=True, blank=True, editable=False)
    name = models.CharField("name it came with", max_length=200)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.WAITING)
    scanned_at = models.DateTimeField(null=True, blank=True)
    found = models.CharField("what the scanner found", max_length=200, blank=True)
    # Until then another clerk has it in hand, or the scanner is given time.
    scan_not_before = models.DateTimeField(null=True, blank=True, editable=False)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    # Deleted for good. None beside an instant: by the clock, after the closing.
    erased_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("application", "added_at", "pk")
        verbose_name = "file"
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["application", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="attachment_once",
                violation_error_message="This file is in the application already.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, erased_by__isnull=True)
                | Q(erased_at__isnull=False, removed_at__isnull=False),
                name="attachment_erased_after_it_was_taken_out",
            ),
            models.CheckConstraint(
                condition=Q(stored_as__isnull=False) | Q(erased_at__isnull=False),
                name="attachment_has_its_bytes",
            ),
            models.CheckConstraint(
                condition=(Q(scan="infected") & ~Q(found="")) | (~Q(scan="infected") & Q(found="")),
                name="attachment_infected_by_something",
            ),
            models.CheckConstraint(
                condition=Q(scanned_at__isnull=False) | Q(scan__in=["waiting", "not_set_up"]),
                name="attachment_scanned_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("attachment_download", args=[self.key])

    @property
    def is_infected(self) -> bool:
        return self.scan == self.Scan.INFECTED

    @property
    def is_waiting(self) -> bool:
        return self.scan == self.Scan.WAITING

    @property
    def is_safe(self) -> bool:
        """May others than its own people open it? Nobody may on the strength of a scan that did not happen."""
        return self.scan in (self.Scan.CLEAN, self.Scan.NOT_SET_UP)

    @property
    def size_in_words(self) -> str:
        """12.3 KB."""
        return filesizeformat(self.size).replace("\xa0", " ")

    @property
    def saved_as(self) -> str:
        """The name under which a browser saves it."""
        return names.to_save(self.name, self.kind)
