"""Who takes part in a bid beside its lead authority."""

from django.db import models
from django.db.models import Q

from beacons.applications.budget import HEADS, sums_of
from beacons.applications.models.applications import Application
from beacons.applications.querysets import PartnerQuerySet
from beacons.core import guards
from beacons.directory.models import Authority, Inherited


class Partner(Inherited):
    """Another authority, or a body that is none, with its part in the bid."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    name = models.CharField(max_length=160, blank=True, help_text="If it is not an authority of the list.")
    role = models.CharField("its part in the bid", max_length=200)
    # Its share of the four heads of the grant, and what it puts into a pooled budget itself; in whole pounds.
    develop = models.PositiveIntegerField("developing the practice", default=0)
    innovate = models.PositiveIntegerField("innovation", default=0)
    disseminate = models.PositiveIntegerField("dissemination", default=0)
    support = models.PositiveIntegerField("performance support", default=0)
    pooled = models.PositiveIntegerField("what it puts into the pooled budget", default=0)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    # It confirms its part by a link, without an account. Only the SHA-256 of the link's secret is kept.
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_name = models.CharField(max_length=120, blank=True, editable=False)
    # What was confirmed: a change of its part or share afterwards must be confirmed anew.
    confirmed_content = models.CharField(max_length=64, blank=True, editable=False)
    declined_at = models.DateTimeField(null=True, blank=True, editable=False)
    declined_why = models.TextField(blank=True, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
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
                | (~Q(confirmed_name="") & Q(declined_at__isnull=True)),
                name="partner_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.authority or self.name)

    @property
    def share(self) -> int:
        """Its share of the grant, in pounds."""
        return sum(sums_of(self))


guards.kept_on_parent(
    name="parts_within_the_grant",
    child=Partner,
    key="application_id",
    parent=Application,
    column="(parts_develop, parts_innovate, parts_disseminate, parts_support)",
    figure=", ".join(f"COALESCE(SUM(child.{head}), 0)" for head in HEADS),
)
