"""Letters of feedback: who works on them, and when an applicant may read its own."""

from datetime import datetime
from typing import Any, Self

from django.db.models import F, Q

from beacons.applications.querysets import own
from beacons.applications.statuses import Status
from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import add_working_days, last_noon, midnight, working_day_on_or_before
from beacons.directory.permissions import runs_rounds
from panel.querysets.interests import bids_of_interest
from panel.querysets.seats import AppointmentQuerySet
from panel.statuses import CaseStatus, FeedbackStatus


class FeedbackLetterQuerySet(HouseQuerySet):
    # The applicant has it so many working days after the announcement, at noon.
    WITHIN = 10

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Chairs, who runs rounds, and the member that writes it, without an interest; its authority once it is open."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=self.worked_on_by(user, at).values("pk")) | self._open_to(user, at))

    def worked_on_by(self, user: Any, at: datetime) -> Self:
        """Those that a person may look at before they leave."""
        if not user.is_authenticated:
            return self.none()
        free = self.standing().exclude(case__application__in=bids_of_interest(user).values("pk"))
        if runs_rounds(user):
            return free
        seats = user.appointments.active(at).declared()
        chaired = Q(case__application__round__in=seats.chairs().values("seat__round"))
        return free.filter(chaired | Q(lead__in=seats.values("pk")))

    def opened(self, at: datetime) -> Self:
        """Approved, and the announcement has come: whether or not the clock has seen it yet."""
        return self.standing().filter(
            status=FeedbackStatus.APPROVED,
            approved_at__lte=at,
            case__application__round__announcement__at__lte=at,
        )

    def to_send(self, at: datetime) -> Self:
        return self.opened(at).filter(sent_at__isnull=True)

    def standing(self) -> Self:
        return self.exclude(case__status=CaseStatus.WITHDRAWN).exclude(
            case__application__status=Status.WITHDRAWN
        )

    def of_round(self, a_round: Any) -> Self:
        return self.filter(case__application__round=a_round)

    def unapproved(self) -> Self:
        return self.exclude(status=FeedbackStatus.APPROVED)

    def drafted(self) -> Self:
        return self.filter(status=FeedbackStatus.DRAFTED)

    def written(self) -> Self:
        return self.filter(status=FeedbackStatus.WRITTEN)

    def overdue(self, at: datetime) -> Self:
        """Not approved, and the noon by which its applicant was to have it has come."""
        latest = add_working_days(working_day_on_or_before(last_noon(at)), -self.WITHIN)
        # Days without work count with the working day before them.
        before = midnight(add_working_days(latest, 1))
        return self.standing().unapproved().filter(case__application__round__announcement__at__lt=before)

    def of_leads_gone(self, at: datetime) -> Self:
        """Unapproved, and nobody is there to write it: the lead has left, or is known to have an interest."""
        seats = self.model._meta.get_field("lead").related_model._base_manager
        there = AppointmentQuerySet(seats.model).active(at).declared()
        gone = Q(lead__isnull=True) | ~Q(lead__in=there.values("pk"))
        gone |= Q(lead__user__appointments__interests__application=F("case__application"))
        return self.filter(pk__in=self.standing().unapproved().filter(gone).values("pk"))

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__councillor",
            "case__application__round__announcement",
            "lead__user",
            "lead__seat",
        )

    def _open_to(self, user: Any, at: datetime) -> Q:
        return Q(pk__in=self.opened(at).values("pk")) & own(user, "case__application__")
