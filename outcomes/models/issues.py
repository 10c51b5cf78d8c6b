"""What councils find hard, and which other councils find the same."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.directory.models import Authority, User
from outcomes.models.outcomes import Outcome
from outcomes.querysets import IssueQuerySet


class Issue(models.Model):
    """What a cohort member says is hard about the outcome. Issues make the criteria."""

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="issues")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="issues")
    text = models.TextField("what is hard about it")
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Staff merge what says the same; the words of each council are kept, and the trail leads both ways.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    # `merged_into` is never merged itself. Where the issue that this one was merged into was merged further, it is
    # kept here, and un-merging that one takes this one along: exactly as it was before.
    merged_through = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    merged_why = models.CharField("why they are the same", max_length=300, blank=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="issue_merged_into_another",
                violation_error_message="An issue cannot be merged into itself.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True, merged_by__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False, merged_by__isnull=False),
                name="issue_merged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(merged_through__isnull=True)
                | Q(merged_into__isnull=False)
                & ~Q(merged_through=models.F("merged_into"))
                & ~Q(merged_through=models.F("pk")),
                name="issue_merged_through_another",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="issue_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("issue_detail", args=[self.pk])

    @property
    def counts_as(self) -> "Issue":
        """The issue whose voices are counted: itself, or the one it was merged into."""
        return self.merged_into or self


class IssueSupport(models.Model):
    """A council finds the same thing hard. One voice for each council; the one that stated it has its own."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="supports")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="supported_issues")
    supported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    supported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "authority"],
                name="issue_support_one_voice",
                violation_error_message="Your council supports this issue already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority} supports {self.issue_id}"
