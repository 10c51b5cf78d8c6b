"""The few small files that go with a bid. They lie outside every static address, under names that say nothing."""

from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.applications.querysets import AttachmentQuerySet
from beacons.directory.models import User
from beacons.rounds.models import Question


class Attachment(models.Model):
    """A file as it came: what its content is (not what its name says), its size, hash and scan."""

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
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    name = models.CharField("name it came with", max_length=200)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.WAITING)
    scanned_at = models.DateTimeField(null=True, blank=True)
    found = models.CharField("what the scanner found", max_length=200, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("application", "added_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name
