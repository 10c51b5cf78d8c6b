"""Verifications: for those of the panel who know the shortlist, and for the applicant its own facts."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core.querysets import HouseQuerySet
from panel.statuses import CaseStatus, VerificationStatus


class VerificationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What the panel may see of them, and what the applicant may see of its own."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk__in=self.seen_by_panel(user, at).values("pk"))
        return self.filter(seen | Q(pk__in=self.of_applicant(user).values("pk")))

    def seen_by_panel(self, user: Any, at: datetime) -> Self:
        """Those of cases without an interest: for who knows that the case was shortlisted, and who takes part."""
        if not user.is_authenticated:
            return self.none()
        # What is withdrawn is sealed again.
        cases = self.model._meta.get_field("case").related_model.objects.visible_to(user, at)
        cases = cases.exclude(status=CaseStatus.WITHDRAWN)
        seats = user.appointments.active(at).declared()
        known = Q(case__in=cases.shortlist_known_to(user, at).values("pk"))
        part = Q(pk__in=self.filter(members__in=seats.values("pk")).values("pk"))
        return self.filter(known | part, case__in=cases.values("pk"))

    def led_by(self, user: Any, at: datetime) -> Self:
        """Those on which this person leads; for a chair also those whose lead sits on the panel no more."""
        chaired = user.appointments.active(at).chairs().values("seat__round")
        sitting = self.model._meta.get_field("lead").related_model.objects.active(at)
        without = Q(case__application__round__in=chaired) & ~Q(lead__in=sitting.values("pk"))
        return self.filter(Q(lead__user=user) | without)

    def of_applicant(self, user: Any) -> Self:
        """Those of the person's own applications, and of councillors whose group the person leads: who is told of each."""
        return self.filter(case__application__in=Application.objects.led_by(user).values("pk"))

    def to_answer(self, user: Any, at: datetime) -> Self:
        """Whose facts wait for the applicant's word."""
        return (
            self.of_applicant(user)
            .standing()
            .filter(status=VerificationStatus.REPORTED, answered_at__isnull=True, reply_until__gt=at)
        )

    def to_report(self, at: datetime) -> Self:
        """Held, and nobody has written what was found."""
        return self.standing().filter(status=VerificationStatus.ARRANGED, held_at__lte=at)

    def to_settle(self, at: datetime) -> Self:
        """The applicant has answered, or its time is over."""
        return self.standing().filter(
            Q(answered_at__isnull=False) | Q(reply_until__lte=at), status=VerificationStatus.REPORTED
        )

    def unfinished(self) -> Self:
        return self.filter(status__in=[VerificationStatus.ARRANGED, VerificationStatus.REPORTED])

    def standing(self) -> Self:
        """Of cases that still count, and are not verified yet."""
        return self.filter(case__status=CaseStatus.SHORTLISTED).exclude(
            case__application__status=Status.WITHDRAWN
        )

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__round",
            "case__application__authority",
            "case__application__councillor",
            "lead__user",
            "lead__seat",
        ).order_by("held_at", "pk")

    def with_marks(self) -> Self:
        return self.prefetch_related("members__user", "members__seat", "marks")
