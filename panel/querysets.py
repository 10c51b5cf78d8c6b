"""What a panel member may know, and when: the seals of the design's section 3, each in one place."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Q

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.directory.permissions import authority_ids, runs_rounds
from panel.statuses import CaseStatus, SheetStatus, Verdict


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

    def of_round(self, a_round: Any) -> Self:
        return self.filter(application__round=a_round)

    def decided(self) -> Self:
        """Both bodies have agreed, or have disagreed for good."""
        return self.filter(status__in=[CaseStatus.AWARDED, CaseStatus.RESERVED, CaseStatus.DECLINED])

    def to_announce(self, at: datetime) -> Self:
        """Decided cases whose round's announcement has come."""
        return self.decided().filter(application__round__announcement__at__lte=at)

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


def touching(user: Any, application: str) -> Q:
    """Bids in which this person has an interest as somebody who acts for an authority, or as a member of a panel.

    `application` is the way from the model to the bid. A council's officer who also signs for a body, or works in
    the scheme's office, learns nothing there about a bid of its own council, of its area, or in which it is partner.
    """
    own = authority_ids(user)
    areas = [authority.area_id for authority in user.authorities]
    return (
        Q(**{f"{application}__authority__in": own})
        | Q(**{f"{application}__authority__in": areas})
        | Q(**{f"{application}__authority__county__in": areas})
        | Q(**{f"{application}__partners__authority__in": own})
        | Q(**{f"{application}__interests__appointment__user": user})
    )


class DecisionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The panel without an interest; signatories from the proposal; who runs rounds once both bodies agree.

        From the announcement on, everybody knows the awards, and an authority what was decided on its own bid.
        """
        announced = Q(settled_at__isnull=False, case__application__round__announcement__at__lte=at)
        known = announced & Q(verdict=Verdict.AWARD)
        if not user.is_authenticated:
            return self.filter(known)
        known |= announced & Q(case__application__authority__in=authority_ids(user))
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        known |= Q(case__in=cases.visible_to(user, at))
        touched = self.filter(touching(user, "case__application")).values("pk")
        if user.bodies_signed_for:
            known |= ~Q(pk__in=touched)
        elif runs_rounds(user):
            known |= Q(settled_at__lte=at) & ~Q(pk__in=touched)
        return self.filter(known)

    def settled(self) -> Self:
        return self.filter(settled_at__isnull=False)

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def announced(self, at: datetime) -> Self:
        """Settled, of bids that still stand, and the announcement has come."""
        return self.settled().filter(case__application__round__announcement__at__lte=at).standing()

    def standing(self) -> Self:
        return self.exclude(case__status=CaseStatus.WITHDRAWN)

    def of_round(self, a_round: Any) -> Self:
        return self.filter(case__application__round=a_round)

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__outcome",
            "case__application__round",
            "proposed_by",
        ).prefetch_related("consents__by")


class AnnouncementQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """When results will be announced is no secret; what they are is."""
        return self

    def come(self, at: datetime) -> Self:
        return self.filter(at__lte=at)
