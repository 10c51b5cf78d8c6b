"""Why a member may not see or score an application."""

from django.db import models
from django.db.models import F, Q

from beacons.applications.models import Application
from beacons.directory.models import Authority, User
from panel.models.seats import Appointment
from panel.querysets.interests import EmploymentQuerySet, InterestQuerySet


class Employment(models.Model):
    """A council or other authority for which a member has worked, told by the member; asked once, whatever the round."""

    user = models.ForeignKey(User, models.CASCADE, related_name="employments")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    # Without a day the member works there still.
    until = models.DateField("last day", null=True, blank=True)
    told_at = models.DateTimeField()

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = (F("until").desc(nulls_first=True), "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority"],
                name="employment_once",
                violation_error_message="You have named this authority already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.authority}"


class Interest(models.Model):
    """Why a member may not see or score an application. Found by the system or declared by the member."""

    class Kind(models.TextChoices):
        OWN = "own", "Acts for the lead authority"
        AREA = "area", "Acts for an authority of the same area"
        PARTNER = "partner", "Acts for a partner in the bid"
        EMPLOYER = "employer", "Worked for the lead authority or a partner in the last five years"
        DECLARED = "declared", "Declared by the member"

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="interests")
    application = models.ForeignKey(Application, models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(blank=True)
    noted_at = models.DateTimeField()

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "application"], name="interest_once"),
            models.CheckConstraint(
                condition=~Q(kind="declared") | ~Q(reason=""),
                name="interest_declared_says_why",
                violation_error_message="Say in a sentence what your interest is.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.user}: {self.get_kind_display()}"
