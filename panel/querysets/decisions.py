"""Decisions, sealed until their announcement, and announcements."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, Subquery

from beacons.applications.querysets import own
from beacons.applications.statuses import Status
from beacons.core.querysets import HouseQuerySet
from beacons.directory.models import Body
from beacons.directory.permissions import runs_rounds
from panel.querysets.cases import CaseQuerySet
from panel.querysets.interests import bids_of_interest
from panel.statuses import CaseStatus, Verdict


class DecisionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The panel without an interest; signatories from the proposal; who runs rounds once both bodies agree.

        From the announcement on, everybody knows the awards, and an authority what was decided on its own bid.
        """
        announced = Q(settled_at__isnull=False, case__application__round__announcement__at__lte=at)
        announced &= ~Q(case__status=CaseStatus.WITHDRAWN) & ~Q(case__application__status=Status.WITHDRAWN)
        known = announced & Q(verdict=Verdict.AWARD)
        if not user.is_authenticated:
            return self.filter(known)
        known |= announced & own(user, "case__application__")
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        known |= Q(case__in=cases.visible_to(user, at))
        without_interest = ~Q(case__application__in=bids_of_interest(user).values("pk"))
        if user.bodies_signed_for:
            known |= without_interest
        elif runs_rounds(user):
            known |= Q(settled_at__lte=at) & without_interest
        return self.filter(known)

    def without_interest(self, user: Any) -> Self:
        """All but those on bids in which this person has an interest: of these only the results are open to it."""
        return self.exclude(case__application__in=bids_of_interest(user).values("pk"))

    def settled(self) -> Self:
        return self.filter(settled_at__isnull=False)

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def announced(self, at: datetime) -> Self:
        """Settled, of bids that still stand, and the announcement has come."""
        return self.settled().filter(case__application__round__announcement__at__lte=at).standing()

    def for_page(self) -> Self:
        """For a list: each with what either body answered to the proposal that stands (None as long as it did not)."""
        consents = self.model._meta.get_field("consents").related_model.objects
        given = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"))
        return self.select_related(
            "case__application__authority", "case__application__category", "case__application__councillor"
        ).annotate(
            **{f"by_{body}": Subquery(given.filter(body=body).values("agreed")[:1]) for body in Body.values}
        )

    def for_answer(self) -> Self:
        """With all that an answer to a proposal asks about."""
        return self.select_related("case__application__round").prefetch_related("consents")

    def declines_left_out(self) -> Self:
        """Proposals to decline what was not shortlisted."""
        return self.filter(verdict=Verdict.DECLINE, case__status=CaseStatus.NOT_SHORTLISTED)

    def unanswered_by(self, body: str) -> Self:
        """Unsettled proposals to which this body has not answered."""
        consents = self.model._meta.get_field("consents").related_model.objects
        given = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"), body=body)
        return self.unsettled().exclude(Exists(given))

    def refused(self) -> Self:
        """Unsettled, and a body has refused the proposal that stands."""
        consents = self.model._meta.get_field("consents").related_model.objects
        refusals = consents.filter(decision=OuterRef("pk"), proposal=OuterRef("proposals"), agreed=False)
        return self.unsettled().filter(Exists(refusals))

    def standing(self) -> Self:
        return self.exclude(case__status=CaseStatus.WITHDRAWN).exclude(
            case__application__status=Status.WITHDRAWN
        )

    def of_round(self, a_round: Any) -> Self:
        return self.filter(case__application__round=a_round)

    def for_list(self) -> Self:
        return self.select_related(
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
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
