"""What the applicant says to each question, every text that was ever saved, and what colleagues remark."""

from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.applications.querysets import CommentQuerySet
from beacons.core import guards
from beacons.directory.models import User
from beacons.rounds.models import Question


class Answer(models.Model):
    """What the applicant says to one question. `version` grows with each save."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    # The answer of the first phase with which it began.
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("question__position", "pk")
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.application}: {self.question}"

    @property
    def is_as_carried(self) -> bool:
        """Was it carried over from the first phase, and saved by nobody since?"""
        return self.carried_from_id is not None and self.version == 1


class Version(models.Model):
    """A text as it was saved, by whom and when. Nothing a person typed is thrown away."""

    version = models.PositiveIntegerField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    # The page it was typed on, and the number of its sending (`overtaking.Page`).
    page = models.CharField(max_length=32, blank=True)
    turn = models.PositiveIntegerField(default=0)
    # The earlier version that was written again.
    restored_from = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class AnswerVersion(Version):
    """Every text of an answer that was ever saved."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="versions")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("answer", "-version")
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_version_once")]

    def __str__(self) -> str:
        return f"{self.answer}, version {self.version}"


class DetailsVersion(Version):
    """The title, summary and lead officer of an application as they were ever saved, all three together."""

    TEXTS = ("title", "summary", "lead_officer")

    application = models.ForeignKey(Application, models.CASCADE, related_name="details_versions")
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    lead_officer = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("application", "-version")
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="details_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.application}: details, version {self.version}"

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.TEXTS}


guards.append_only(DetailsVersion)
guards.append_only(AnswerVersion)


class Comment(models.Model):
    """What a colleague remarks beside an answer, what others answer to it, and that somebody settled it.

    It is the council's own, for good: neither the office nor the panel nor a partner ever learns of one.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="comments")
    # None: about the application as a whole.
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="comments")
    # The remark that this one answers; None: it is a remark itself, and may be settled.
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    text = models.TextField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    # The last time that somebody took up again what was settled.
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("written_at", "pk")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True)
                | Q(reopened_at__isnull=False, reopened_by__isnull=False),
                name="comment_reopened_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=True) | Q(resolved_at__isnull=True, reopened_at__isnull=True),
                name="comment_settled_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        # Not a word of it: what prints a row may print it into a log.
        return f"Comment {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
