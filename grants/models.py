"""What an award leads to: one grant, its agreement, instalments, payments and returns."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import guards, workdays
from beacons.directory.models import Authority, Inherited, User
from beacons.rounds.activities import ActivityKind, counted
from beacons.rounds.models import Round
from grants import sums, timetable
from grants.querysets import GrantQuerySet, InstalmentQuerySet, PaymentQuerySet, ReturnQuerySet
from grants.statuses import PAYING, UNDER_AGREEMENT, GrantStatus, PaymentStatus


class Grant(Inherited):
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
    # Offered to a reserve, with money that an earlier offer set free.
    from_reserve = models.BooleanField(default=False, editable=False)
    drafted_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    # After a merger two officers confirm who signs for the new holder and where its money goes, before any payment.
    inherited_at = models.DateTimeField(null=True, blank=True, editable=False)
    holder_checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    holder_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    holder_confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    holder_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Kept by a trigger from the payments that were not rejected.
    paid = models.PositiveIntegerField("prepared or paid", default=0, editable=False)
    # Kept by a trigger from the money that came back.
    recovered = models.PositiveIntegerField("recovered", default=0, editable=False)

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
                condition=Q(recovered__lte=F("paid")),
                name="grant_recovered_within_paid",
                violation_error_message="No more can come back than was paid.",
            ),
            models.CheckConstraint(
                condition=Q(struggling_to_help__lte=F("authorities_to_help")),
                name="grant_struggling_among_helped",
            ),
            models.CheckConstraint(
                condition=Q(holder_confirmed_at__isnull=True)
                | (
                    Q(holder_confirmed_by__isnull=False, holder_checked_by__isnull=False)
                    & ~Q(holder_confirmed_by=F("holder_checked_by"))
                ),
                name="grant_holder_confirmed_by_two_officers",
                violation_error_message="A different officer confirms what another has checked.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.authority}"

    def get_absolute_url(self) -> str:
        return reverse("grant_detail", args=[self.reference])

    def offer_is_open(self, at: datetime) -> bool:
        return (
            self.status == GrantStatus.OFFERED and self.offer_ends_at is not None and at < self.offer_ends_at
        )

    @property
    def awaits_confirmation(self) -> bool:
        """Did it pass to its holder in a merger, and have not two officers confirmed signatories and bank details?"""
        return self.inherited_at is not None and self.holder_confirmed_at is None

    @property
    def heads(self) -> sums.Heads:
        return sums.Heads(self.develop, self.innovate, self.disseminate, self.support)

    @property
    def has_agreement(self) -> bool:
        """Was the offer accepted, so that there is something to sign or to read again?"""
        return self.status in UNDER_AGREEMENT

    @property
    def is_paying(self) -> bool:
        return self.status in PAYING

    # What follows is worked out from rows that `for_detail()` has loaded.

    def signature(self, part: str) -> "Signature | None":
        return next((signature for signature in self.signatures.all() if signature.part == part), None)

    def return_of(self, kind: str) -> "Return | None":
        return next((due for due in self.returns.all() if due.kind == kind), None)

    @property
    def spent(self) -> int:
        """What the holder has said it spent, in its latest return."""
        handed_in = [due for due in self.returns.all() if due.submitted_at]
        return max(handed_in, key=lambda due: due.due_on).spent if handed_in else 0

    @property
    def awaiting_approval(self) -> int:
        """Pounds that were prepared and not yet approved."""
        return sum(
            payment.amount
            for instalment in self.instalments.all()
            for payment in instalment.payments.all()
            if payment.status == PaymentStatus.PREPARED
        )

    @property
    def paid_out(self) -> int:
        """Pounds that have left the house."""
        return self.paid - self.awaiting_approval

    @property
    def entitlement(self) -> int:
        """Actual cost, up to the grant, by what the holder has reported."""
        return sums.entitlement(self.amount, self.spent)

    @property
    def to_recover(self) -> int:
        """Pounds that were paid, not spent, and have not come back."""
        return max(0, self.paid_out - self.recovered - self.entitlement)

    @property
    def to_pay(self) -> int:
        """Pounds the holder has spent within the grant and not been paid."""
        return max(0, self.entitlement - (self.paid_out - self.recovered))


guards.kept_on_parent(
    name="grants_within_the_pot",
    child=Grant,
    key="round_id",
    parent=Round,
    column="granted",
    figure="COALESCE(SUM(CASE WHEN child.status IN ('refused', 'lapsed') THEN 0 ELSE child.amount END), 0)",
)


class Undertaking(models.Model):
    """What the holder undertook to do for others, taken over from its bid: so many of a kind, held by a day."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="undertakings")
    kind = models.CharField(max_length=20, choices=ActivityKind)
    count = models.PositiveSmallIntegerField("how many")
    until = models.DateField("held by")
    note = models.CharField("for whom, and about what", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("grant", "position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ActivityKind.values), name="undertaking_of_a_known_kind"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="undertaking_of_something"),
        ]

    def __str__(self) -> str:
        return counted(self.kind, self.count)


class OfferedPeer(models.Model):
    """A practitioner whose days the holder offered other councils in its bid."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="offered_peers")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField("days offered")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("grant", "position", "pk")
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="offered_peer_offers_something")]

    def __str__(self) -> str:
        return f"{self.name}, {self.job_title}"


class Signature(models.Model):
    """A signature under the agreement to share learning, give peer support and pass knowledge on in time."""

    class Part(models.TextChoices):
        COUNCIL = "council", "Council's certifier"
        CHAIR = "chair", "Panel's chair"
        LGA = "lga", "LGA signatory"

    # Those who sign after the council.
    COUNTERSIGN: ClassVar = (Part.CHAIR, Part.LGA)

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
    """One of the holder's short reports: what was done, whom it helped, what was spent, what failed."""

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
    # How many of the three reminders have been written.
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)

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
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_by__isnull=False),
                name="return_submitted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("return_detail", args=[self.grant.reference, self.kind])

    @property
    def name(self) -> str:
        """“mid-point return”, in the middle of a sentence."""
        return self.get_kind_display().lower()

    @property
    def button_words(self) -> str:
        return f"Write the {self.name}"

    @property
    def due_at(self) -> datetime:
        return workdays.noon(self.due_on)

    @property
    def opens_on(self) -> date:
        """From when it can be sent: a closing return when the work is nearly done, the other at any time."""
        before = timetable.CLOSING_OPENS_BEFORE if self.kind == self.Kind.CLOSING else 365
        return self.due_on - timedelta(days=before)

    def is_near(self, at: datetime) -> bool:
        """Due within thirty days, or overdue: the page asks for it."""
        return self.submitted_at is None and at >= self.due_at - timedelta(days=30)

    def is_overdue(self, at: datetime) -> bool:
        return self.submitted_at is None and at >= self.due_at

    def reminders_due(self, at: datetime) -> int:
        return timetable.reminders_due(self.due_on, at)


class Instalment(models.Model):
    """What is due when: on signature, after the mid-point return, after the closing return, as the round shares it out."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField()
    due_on = models.DateField()
    after = models.ForeignKey(
        Return,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instalments",
        verbose_name="needs this return",
    )

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ("grant", "number")
        constraints = [models.UniqueConstraint(fields=["grant", "number"], name="instalment_once")]

    def __str__(self) -> str:
        return f"{self.grant}, instalment {self.number}"

    @property
    def payment(self) -> "Payment | None":
        """The payment that stands for it: prepared or approved."""
        return next((made for made in self.payments.all() if made.status != PaymentStatus.REJECTED), None)

    @property
    def is_paid(self) -> bool:
        return self.payment is not None and self.payment.status == PaymentStatus.APPROVED

    @property
    def payable(self) -> int:
        """What would be paid now: the instalment, or, once the holder has reported its whole cost, what is left of it."""
        if self.grant.status == GrantStatus.REPORTED:
            return min(self.amount, self.grant.to_pay)
        return self.amount


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

    @property
    def status_colour(self) -> str:
        return "red" if self.status == PaymentStatus.REJECTED else ""


guards.kept_on_parent(
    name="payments_within_the_grant",
    child=Payment,
    key="grant_id",
    parent=Grant,
    column="paid",
    figure="COALESCE(SUM(CASE WHEN child.status = 'rejected' THEN 0 ELSE child.amount END), 0)",
)


# An old payment may still be rejected; none is prepared or approved.
guards.refused_while(
    name="no_payment_before_the_successor_is_confirmed",
    child=Payment,
    key="grant_id",
    parent=Grant,
    held_back="parent.inherited_at IS NOT NULL AND parent.holder_confirmed_at IS NULL",
    when="NEW.status <> 'rejected'",
    told="two officers must confirm the successor first",
)


class Recovery(models.Model):
    """Money that came back: paid, not spent."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="recoveries")
    amount = models.PositiveIntegerField()
    note = models.CharField("how it came back", max_length=200, help_text="For example, the bank reference.")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("grant", "pk")
        verbose_name_plural = "recoveries"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_of_something")]

    def __str__(self) -> str:
        return f"{self.grant}: £{self.amount:,} came back"


guards.kept_on_parent(
    name="recoveries_within_the_paid",
    child=Recovery,
    key="grant_id",
    parent=Grant,
    column="recovered",
    figure="COALESCE(SUM(child.amount), 0)",
)
