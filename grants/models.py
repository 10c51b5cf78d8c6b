"""What an award leads to: one grant, its agreement, three instalments, payments and two returns."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import guards, workdays
from beacons.directory.models import Authority, User
from beacons.rounds.models import Round
from grants.querysets import GrantQuerySet, PaymentQuerySet, ReturnQuerySet
from grants.statuses import GrantStatus, PaymentStatus


class Grant(models.Model):
    """The single improvement and innovation grant of one award, in whole pounds and four heads."""

    reference = models.CharField(max_length=20, unique=True)
    application = models.OneToOneField(Application, models.PROTECT, related_name="grant")
    round = models.ForeignKey(Round, models.PROTECT, related_name="grants")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="grants")
    status = models.CharField(max_length=20, choices=GrantStatus, default=GrantStatus.DRAFTED)
    amount = models.PositiveIntegerField()
    develop = models.PositiveIntegerField("developing the practice")
    innovate = models.PositiveIntegerField("innovation")
    disseminate = models.PositiveIntegerField("dissemination")
    support = models.PositiveIntegerField("performance support")
    # The sector-wide outcomes that come with the money.
    authorities_to_help = models.PositiveSmallIntegerField(default=12)
    struggling_to_help = models.PositiveSmallIntegerField("of them struggling", default=3)
    lead_officer = models.CharField(max_length=120, blank=True)
    drafted_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Kept by a trigger from the payments that were not rejected.
    paid = models.PositiveIntegerField("prepared or paid", default=0, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("develop") + F("innovate") + F("disseminate") + F("support")),
                name="grant_is_its_four_heads",
                violation_error_message="The four heads must add up to the grant.",
            ),
            models.CheckConstraint(
                condition=Q(paid__lte=F("amount")),
                name="grant_paid_within_amount",
                violation_error_message="The payments would come to more than the grant.",
            ),
            models.CheckConstraint(
                condition=Q(struggling_to_help__lte=F("authorities_to_help")), name="grant_struggling_among_helped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.authority}"

    def get_absolute_url(self) -> str:
        return reverse("grant_detail", args=[self.reference])

    def offer_is_open(self, at: datetime) -> bool:
        return self.status == GrantStatus.OFFERED and self.offer_ends_at is not None and at < self.offer_ends_at


guards.kept_on_parent(
    name="grants_within_the_pot",
    child=Grant,
    key="round_id",
    parent=Round,
    column="granted",
    figure="COALESCE(SUM(CASE WHEN child.status IN ('refused', 'lapsed') THEN 0 ELSE child.amount END), 0)",
)


class Signature(models.Model):
    """A signature under the agreement to share learning, give peer support and pass knowledge on in time."""

    class Part(models.TextChoices):
        COUNCIL = "council", "Council's certifier"
        CHAIR = "chair", "Panel's chair"
        LGA = "lga", "LGA signatory"

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="signatures")
    part = models.CharField(max_length=10, choices=Part)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "part"], name="signature_once"),
            models.UniqueConstraint(
                fields=["grant", "by"],
                name="signature_three_people",
                violation_error_message="One person cannot sign an agreement in two parts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant}: {self.get_part_display()}"


guards.append_only(Signature)


class Return(models.Model):
    """One of the holder's two short reports: what was done, whom it helped, what was spent, what failed."""

    class Kind(models.TextChoices):
        MIDDLE = "middle", "Mid-point return"
        CLOSING = "closing", "Closing return"

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="returns")
    kind = models.CharField(max_length=10, choices=Kind)
    due_on = models.DateField()
    done = models.TextField("what was done", blank=True)
    learned = models.TextField("what was learned, failures too", blank=True)
    authorities_helped = models.PositiveSmallIntegerField(default=0)
    struggling_helped = models.PositiveSmallIntegerField("of them struggling", default=0)
    spent = models.PositiveIntegerField("spent so far (pounds)", default=0)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ("grant", "due_on")
        constraints = [
            models.UniqueConstraint(fields=["grant", "kind"], name="return_once"),
            models.CheckConstraint(
                condition=Q(struggling_helped__lte=F("authorities_helped")),
                name="return_struggling_among_helped",
                violation_error_message="The struggling authorities are among those helped, so there cannot be more.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant}: {self.get_kind_display()}"

    @property
    def due_at(self) -> datetime:
        return workdays.noon(self.due_on)


class Instalment(models.Model):
    """What is due when: on signature, after the mid-point return, after the closing return."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField()
    due_on = models.DateField()
    after = models.ForeignKey(
        Return, models.PROTECT, null=True, blank=True, related_name="instalments", verbose_name="needs this return"
    )

    class Meta:
        ordering = ("grant", "number")
        constraints = [models.UniqueConstraint(fields=["grant", "number"], name="instalment_once")]

    def __str__(self) -> str:
        return f"{self.grant}, instalment {self.number}"


class Payment(models.Model):
    """Money prepared by one officer and approved by another; never the same person."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="payments")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="payments")
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.PREPARED)
    amount = models.PositiveIntegerField()
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=~Q(status="rejected"),
                name="payment_once_for_instalment",
                violation_error_message="A payment for this instalment has been prepared already.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="payment_two_officers",
                violation_error_message="A payment is approved by a different officer from the one who prepared it.",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payment_approved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.instalment}: £{self.amount:,}"


guards.kept_on_parent(
    name="payments_within_the_grant",
    child=Payment,
    key="grant_id",
    parent=Grant,
    column="paid",
    figure="COALESCE(SUM(CASE WHEN child.status = 'rejected' THEN 0 ELSE child.amount END), 0)",
)
