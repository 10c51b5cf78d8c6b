"""What a panel member may know, and when: the seals of the design's section 3, each in one place."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.directory.permissions import runs_rounds
from panel.statuses import CaseStatus, SheetStatus


class AppointmentQuerySet(HouseQuerySet):
    def agreed(self) -> Self:
        """Appointments that the bodies they need have agreed."""
        return self.filter(agreed_at__isnull=False)

    def active(self, at: datetime) -> Self:
        return self.agreed().filter(agreed_at__lte=at).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))

    def chairs(self) -> Self:
        """Chairs and vice-chairs."""
        return self.filter(seat__kind__in=["chair", "vice_chair"])

    def declared(self) -> Self:
        """Members who have declared their interests, and so may open papers."""
        return self.filter(declared_at__isnull=False)

    def of(self, user: Any, at: datetime) -> Self:
        """The seats this person holds now."""
        if not user.is_authenticated:
            return self.none()
        return self.active(at).filter(user=user)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who sits on a panel is public once agreed; proposals are known to signatories and staff."""
        if user.is_authenticated and (user.works_in_office or user.bodies_signed_for):
            return self
        return self.agreed()

    def for_list(self) -> Self:
        return self.select_related("seat", "seat__round", "user")


class InterestQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """An interest in a bid is known to its owner, the chairs and staff."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self
        mine = Q(appointment__user=user)
        chaired = Q(appointment__seat__round__in=user.appointments.active(at).chairs().values("seat__round"))
        return self.filter(mine | chaired)


class CaseQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Members who have declared their interests see the cases in which they have none, once scoring opens.

        This is the panel's only door to an application's papers.
        """
        if not user.is_authenticated:
            return self.none()
        rounds = user.appointments.active(at).declared().values("seat__round")
        return (
            self.filter(application__round__in=rounds)
            .filter(
                application__round__stages__key="scoring",
                application__round__stages__opens_on__lte=last_noon(at),
            )
            .exclude(application__interests__appointment__user=user)
        )

    def standing(self) -> Self:
        return self.exclude(status=CaseStatus.WITHDRAWN)

    def sealed(self) -> Self:
        """Cases whose marks are still each assessor's own."""
        return self.filter(status=CaseStatus.ASSIGNED)

    def unsealed(self) -> Self:
        return self.exclude(status__in=[CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN])

    def with_progress(self) -> Self:
        """Annotate `sheets` and `lodged`: the “k of n” that chairs and staff may know while marks are sealed."""
        return self.annotate(
            sheets=Count("assessments", filter=~Q(assessments__status=SheetStatus.DISCHARGED), distinct=True),
            lodged=Count("assessments", filter=Q(assessments__status=SheetStatus.LODGED), distinct=True),
        )

    def for_list(self) -> Self:
        return self.select_related(
            "application", "application__authority", "application__outcome", "application__round"
        )


class AssessmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own sheet; everybody's on a case once its seal is open, for members without an interest in it."""
        if not user.is_authenticated:
            return self.none()
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model).visible_to(user, at)
        return self.filter(case__in=cases).filter(
            Q(appointment__user=user) | ~Q(case__status__in=[CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN])
        )

    def counting(self) -> Self:
        return self.exclude(status=SheetStatus.DISCHARGED)

    def open(self) -> Self:
        return self.filter(status=SheetStatus.OPEN)

    def lodged(self) -> Self:
        return self.filter(status=SheetStatus.LODGED)

    def for_list(self) -> Self:
        return self.select_related(
            "appointment__seat",
            "appointment__user",
            "case__application__authority",
            "case__application__outcome",
            "case__application__round",
        )
