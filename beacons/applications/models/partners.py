"""Who takes part in a bid beside its lead authority, and whether it has said that it does."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.applications import content
from beacons.applications.budget import HEADS, NAMES, sums_of
from beacons.applications.models.applications import Application
from beacons.applications.querysets import PartnerQuerySet
from beacons.core import guards
from beacons.core.templatetags.govuk import day
from beacons.directory.models import Authority, Inherited, User


class Partner(Inherited):
    """Another authority, or a body that is none, with its part in the bid and its answer to being asked."""

    class Standing(models.TextChoices):
        """Worked out from the facts, never kept: whatever changes its part makes an earlier confirmation old."""

        NOT_ASKED = "not_asked", "Not asked yet"
        ASKED = "asked", "Asked"
        CONFIRMED = "confirmed", "Confirmed"
        CHANGED = "changed", "Changed since it was confirmed"
        DECLINED = "declined", "Declined"

    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    name = models.CharField(max_length=160, blank=True, help_text="If it is not an authority of the list.")
    role = models.CharField("its part in the application", max_length=200)
    # Its share of the four heads of the grant, and what it puts into a pooled budget itself; in whole pounds.
    develop = models.PositiveIntegerField("developing the practice", default=0)
    innovate = models.PositiveIntegerField("innovation", default=0)
    disseminate = models.PositiveIntegerField("dissemination", default=0)
    support = models.PositiveIntegerField("performance support", default=0)
    pooled = models.PositiveIntegerField("what it puts into the pooled budget", default=0)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_job = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    # It confirms its part by a link, without an account. Only the SHA-256 of the link's secret is kept.
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What it was asked about, and at which address.
    asked_content = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # As the person wrote it; the account, if it was done with one.
    confirmed_name = models.CharField(max_length=120, blank=True, editable=False)
    confirmed_job = models.CharField(max_length=120, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    # What was confirmed: a change of its part or share afterwards must be confirmed anew.
    confirmed_content = models.CharField(max_length=64, blank=True, editable=False)
    declined_at = models.DateTimeField(null=True, blank=True, editable=False)
    declined_name = models.CharField(max_length=120, blank=True, editable=False)
    declined_job = models.CharField(max_length=120, blank=True, editable=False)
    declined_why = models.TextField(blank=True, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ("application", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "authority"],
                condition=Q(authority__isnull=False),
                name="partner_once",
                violation_error_message="This authority is a partner already.",
            ),
            models.CheckConstraint(
                condition=Q(authority__isnull=False) | ~Q(name=""),
                name="partner_is_somebody",
                violation_error_message="Choose an authority or write the partner's name.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True)
                | (~Q(confirmed_name="") & ~Q(confirmed_content="") & Q(declined_at__isnull=True)),
                name="partner_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True) | (~Q(declined_name="") & ~Q(declined_why="")),
                name="partner_declined_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["secret_hash"], condition=~Q(secret_hash=""), name="partner_secret_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.authority or self.name)

    def get_absolute_url(self) -> str:
        """Its part, as its own people see it."""
        return reverse("part_detail", args=[self.pk])

    @property
    def share(self) -> int:
        """Its share of the grant, in pounds."""
        return sum(sums_of(self))

    @property
    def contact(self) -> str:
        """'Ann Lee, Head of Housing'."""
        return ", ".join(part for part in (self.contact_name, self.contact_job) if part)

    @property
    def contact_lines(self) -> str:
        """Whom to ask, a line for each fact."""
        return "\n".join(part for part in (self.contact, self.contact_email) if part)

    @property
    def heads(self) -> list[tuple[str, int]]:
        """Each head's name with what it has of it."""
        return [(NAMES[head], amount) for head, amount in zip(HEADS, sums_of(self), strict=True)]

    # Its answer. All of these read the application that it belongs to.

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its part as it stands now: what it does, its share, and what it pools."""
        return content.part_fingerprint(self, self.application)

    @property
    def standing(self) -> str:
        if self.declined_at:
            return self.Standing.DECLINED
        if self.confirmed_at:
            current = self.confirmed_content == self.fingerprint
            return self.Standing.CONFIRMED if current else self.Standing.CHANGED
        return self.Standing.ASKED if self.asked_at else self.Standing.NOT_ASKED

    @property
    def standing_label(self) -> str:
        return self.Standing(self.standing).label

    @property
    def standing_colour(self) -> str:
        return {"confirmed": "green", "changed": "yellow", "declined": "red", "asked": "blue"}.get(
            self.standing, "grey"
        )

    @property
    def asked_before_a_change(self) -> bool:
        """Is what it was asked about no longer what it would be asked about now?"""
        waits = self.standing in (self.Standing.ASKED, self.Standing.CHANGED)
        return waits and self.asked_content != self.asked_about

    @property
    def is_confirmed(self) -> bool:
        """Did somebody of it confirm its part exactly as it stands now?"""
        return self.standing == self.Standing.CONFIRMED

    @property
    def has_declined(self) -> bool:
        return self.declined_at is not None

    @property
    def confirmed_person(self) -> str:
        return ", ".join(part for part in (self.confirmed_name, self.confirmed_job) if part)

    @property
    def declined_person(self) -> str:
        return ", ".join(part for part in (self.declined_name, self.declined_job) if part)

    @property
    def said(self) -> str:
        """Its answer in a sentence, as certifier and panel read it. Why it declined is between it and the lead."""
        if self.has_declined:
            return f"Declined on {day(self.declined_at)} by {self.declined_person}."
        if self.is_confirmed:
            return f"Confirmed on {day(self.confirmed_at)} by {self.confirmed_person}."
        if self.confirmed_at:
            return (
                f"Not confirmed as it stands: {self.confirmed_person} confirmed an earlier version on"
                f" {day(self.confirmed_at)}."
            )
        return "Not confirmed."

    @property
    def asked_about(self) -> str:
        """What it is asked about now, and at which address."""
        return content.asked_fingerprint(self, self.application)


guards.kept_on_parent(
    name="parts_within_the_grant",
    child=Partner,
    key="application_id",
    parent=Application,
    column="(parts_develop, parts_innovate, parts_disseminate, parts_support)",
    figure=", ".join(f"COALESCE(SUM(child.{head}), 0)" for head in HEADS),
)
