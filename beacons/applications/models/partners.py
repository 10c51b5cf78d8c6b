"""Who takes part in a bid beside its lead authority."""

from django.db import models
from django.db.models import Q

from beacons.applications.models.applications import Application
from beacons.directory.models import Authority, Inherited


class Partner(Inherited):
    """Another authority, or a body that is none, with its part in the bid."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    name = models.CharField(max_length=160, blank=True, help_text="If it is not an authority of the list.")
    role = models.CharField("its part in the bid", max_length=200)

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
        ]

    def __str__(self) -> str:
        return str(self.authority or self.name)
