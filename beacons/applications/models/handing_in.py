"""What is kept of handing in, more time for one authority, and an endorsement."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.applications.models.applications import Application
from beacons.applications.querysets import ExtensionQuerySet
from beacons.core import guards
from beacons.directory.models import Authority, User
from beacons.rounds.models import Round


class Certification(models.Model):
    """What a certifier stood by: the very bytes, the paper as it was read, and the statements that were confirmed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="certifications")
    certified_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    certified_at = models.DateTimeField()
    statements = models.JSONField(default=list)
    # What `content.canonical` gave then, and its SHA-256.
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    # What it says, as HTML: with the questions, choices and names that stood then, which may be put right later.
    paper = models.TextField()

    class Meta:
        ordering = ("application", "pk")
        constraints = [models.CheckConstraint(condition=~Q(sha256=""), name="certification_has_its_hash")]

    def __str__(self) -> str:
        return f"{self.application.reference}, certified by {self.certified_by}"


guards.append_only(Certification)


class Submission(models.Model):
    """That what was certified was handed in, by whom and when. It stays when the application is withdrawn."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    certification = models.OneToOneField(Certification, models.PROTECT, related_name="submission")
    number = models.PositiveSmallIntegerField("which of the application's")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    # The closing of its authority, as it stood then.
    closes_at = models.DateTimeField()
    # What each partner had said by then: partners answer beside what is certified. [{"partner": "..", "said": ".."}]
    partners = models.JSONField("what partners had said", default=list)

    class Meta:
        ordering = ("application", "number")
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__lt=F("closes_at")),
                name="submission_before_its_closing",
                violation_error_message="An application is submitted before its closing.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference}, submitted {self.submitted_at:%Y-%m-%d %H:%M:%S}"

    @property
    def content(self) -> bytes:
        """The very bytes whose SHA-256 is on the receipt."""
        return bytes(self.certification.content)


guards.append_only(Submission)


class Extension(models.Model):
    """More time for one authority, asked by one person of the office and agreed by another, with the reason."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="extensions")
    until = models.DateTimeField()
    why = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    # Refused by a second person, or taken back by the one who asked.
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.TextField(blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ("round", "authority__name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="extension_by_two_people",
                violation_error_message="A second person agrees to an extension, not the one who asked for it.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, refused_at__isnull=True),
                name="extension_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False) & ~Q(refused_why=""),
                name="extension_refused_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(why="") & Q(asked_at__lt=F("until")),
                name="extension_asked_for_a_reason_and_ahead",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True)
                | Q(agreed_at__gte=F("asked_at"), agreed_at__lt=F("until")),
                name="extension_agreed_before_it_ends",
            ),
            models.UniqueConstraint(
                fields=["round", "authority"],
                condition=Q(agreed_at__isnull=True, refused_at__isnull=True),
                name="extension_one_waiting",
                violation_error_message="An extension for this authority waits for an answer already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: until {self.until:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("extension_detail", args=[self.pk])

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.agreed_at is None and self.refused_at is None


class Endorsement(models.Model):
    """A lead member of the LGA's board stands behind a cluster's bid (Future Councils)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="endorsements")
    endorsed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    endorsed_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("application", "endorsed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "endorsed_by"],
                name="endorsement_once",
                violation_error_message="You have endorsed this application already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.endorsed_by}: {self.application}"
