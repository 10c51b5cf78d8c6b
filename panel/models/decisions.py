"""What is decided of a case, by whom it is agreed, and when it is announced."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.core import guards
from beacons.core.workdays import add_working_days, day_in_london, noon
from beacons.directory.models import Body, User
from beacons.rounds.models import Round
from panel.models.cases import Case
from panel.querysets.decisions import AnnouncementQuerySet, DecisionQuerySet
from panel.querysets.feedback import FeedbackLetterQuerySet
from panel.statuses import Verdict


class Decision(models.Model):
    """Award, reserve or decline, with reasons: proposed by the chair, agreed by a signatory of each body."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict)
    # For a reserve: the order in which reserves of the same round are offered what comes free.
    reserve_place = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField("grant (pounds)", default=0)
    reasons = models.TextField(help_text="Sent to the applicant after the announcement.")
    proposals = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="award", amount__gt=0)
                | (~Q(verdict="award") & Q(amount=0))
                | Q(verdict="reserve"),
                name="decision_only_awards_have_amounts",
                violation_error_message="An award needs an amount; a decline has none.",
            )
        ]

    def __str__(self) -> str:
        # Not the verdict: a name turns up in logs, titles and messages.
        return f"Decision on {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("decision_detail", args=[self.case.application.reference])


class Consent(models.Model):
    """A body's answer to a proposed decision, by a signatory. A refusal gives its reason."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="consents")
    proposal = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=3, choices=Body)
    agreed = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "proposal", "body"], name="consent_once"),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(reason=""),
                name="consent_refusal_says_why",
                violation_error_message="Say why your body does not agree.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_body_display()}: {'agreed' if self.agreed else 'refused'}"


guards.append_only(Consent)


class Announcement(models.Model):
    """The instant at which a round's decisions open to everybody. Nothing opens a second earlier."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="announcement")
    at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(at__gte=F("set_at")),
                name="announcement_lies_ahead",
                violation_error_message="The announcement must lie ahead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.at:%d %B %Y %H:%M}"

    def has_come(self, at: datetime) -> bool:
        return at >= self.at

    @property
    def feedback_due_on(self) -> date:
        """By noon of this day every applicant has the feedback on its bid."""
        return add_working_days(day_in_london(self.at), FeedbackLetterQuerySet.WITHIN)

    @property
    def feedback_due_at(self) -> datetime:
        return noon(self.feedback_due_on)


# As `DecisionQuerySet.standing` counts them: what was withdrawn frees the pot.
guards.total_within(
    name="awards_within_pot",
    child=Decision,
    figure="amount",
    columns="verdict, amount, case_id",
    counts="child.verdict = 'award' AND panel_case.status <> 'withdrawn' AND reached_by.status <> 'withdrawn'",
    reached=(
        "JOIN panel_case ON panel_case.id = child.case_id"
        " JOIN applications_application AS reached_by ON reached_by.id = panel_case.application_id"
        " JOIN rounds_round AS reached ON reached.id = reached_by.round_id"
    ),
    parent=Round,
    limit="pot",
    told="The awards of this round would come to more than its pot.",
)
