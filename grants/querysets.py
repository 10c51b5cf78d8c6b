"""Grants and money: who may know of them, and what is due."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from beacons.core.querysets import HouseQuerySet
from beacons.core.steps import Step
from beacons.core.workdays import day_in_london, last_noon
from beacons.directory.models import Body, Role
from beacons.directory.permissions import authority_ids, works_in_office
from grants.statuses import FREED, PAYING, RUNNING, GrantStatus, PaymentStatus
from panel.chairing import Chairs
from panel.models import Appointment

# The first reminder is written five working days before a return is due; a fortnight holds them at Christmas too.
REMINDERS_WITHIN = timedelta(days=14)


def rows(name: str) -> Any:
    """Another model of this room, whose file stands after this one."""
    return apps.get_model("grants", name).objects


class GrantQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Staff see all; the holder its own once it is offered; those who sign for the panel what they sign.

        A region's coordinator sees, from the acceptance on, the grants whose lead authority lies in the region.
        """
        if not user.is_authenticated:
            return self.none()
        if works_in_office(user):
            return self
        held = Q(authority__in=authority_ids(user)) & ~Q(status=GrantStatus.DRAFTED)
        answered = ~Q(status__in=[GrantStatus.DRAFTED, GrantStatus.OFFERED])
        chaired = user.appointments.active(at).chairs().values("seat__round")
        known = held | (Q(round__in=chaired) & answered)
        regions = [hat.region_id for hat in user.hats if hat.role == Role.COORDINATOR]
        if regions:
            known |= Q(authority__region__in=regions) & answered
        if user.signs_for("lga"):
            known |= answered
        return self.filter(known)

    def standing(self) -> Self:
        """Grants that hold money of the pot."""
        return self.exclude(status__in=FREED)

    def freed(self) -> Self:
        """Grants whose money went back into the pot: refused or lapsed."""
        return self.filter(status__in=FREED)

    def stopped_once(self) -> Self:
        """Grants that were stopped, also those whose money has been settled since."""
        told = {"subject_type": self.model._meta.label_lower, "subject_id": OuterRef("pk"), "step": "stop"}
        return self.filter(Exists(Step.objects.filter(**told)))

    def drafted(self) -> Self:
        return self.filter(status=GrantStatus.DRAFTED)

    def running(self) -> Self:
        """Grants whose dates may still move with the round's plan."""
        return self.filter(status__in=RUNNING)

    def offers_to_lapse(self, at: datetime) -> Self:
        return self.filter(status=GrantStatus.OFFERED, offer_ends_at__lte=at)

    def to_start(self) -> Self:
        """Agreements with all their signatures whose grant has not started."""
        return self.filter(status=GrantStatus.AGREED)

    def to_countersign(self) -> Self:
        """Agreements the council has signed and one of the others has not."""
        return self.filter(self.signed("council"), status=GrantStatus.ACCEPTED)

    def to_countersign_by(self, user: Any, at: datetime) -> Self:
        """Agreements that this chair, vice-chair or LGA signatory has to sign: see `rules.reasons_not_to_sign`."""
        waiting = self.to_countersign().exclude(pk__in=rows("Signature").filter(by=user).values("grant"))
        mine = Q(application__in=self._chaired_by(user, at)) & Q(~self.signed("chair"))
        if user.signs_for(Body.LGA):
            mine |= Q(~self.signed("lga")) & ~Q(authority__in=authority_ids(user))
        return waiting.filter(mine)

    def _chaired_by(self, user: Any, at: datetime) -> list[int]:
        """Applications with an agreement to countersign for which this person takes the chair.

        `Chairs` alone says who does: a handful of queries for each round in which the person holds such a seat.
        """
        found: list[int] = []
        for held in Appointment.objects.of(user, at).chairs().select_related("seat__round"):
            chairs = Chairs(held.seat.round, at)
            waiting = (
                self.to_countersign().filter(round=held.seat.round).values_list("application", flat=True)
            )
            found += [application for application in waiting if chairs.is_acting(user, application)]
        return found

    def signed(self, part: str) -> Exists:
        """Is the agreement signed in this part?"""
        return Exists(rows("Signature").filter(grant=OuterRef("pk"), part=part))

    def with_signatures(self) -> Self:
        return self.prefetch_related("signatures__by")

    def to_close(self, at: datetime) -> Self:
        """Reconciled, and the round is over."""
        return self._of_rounds_over(at).filter(status=GrantStatus.RECONCILED)

    def stopped_to_close(self, at: datetime) -> Self:
        """Stopped, and the round is over; `rules.reasons_not_to_close` asks whether the money is settled."""
        return self._of_rounds_over(at).filter(status=GrantStatus.STOPPED)

    def _of_rounds_over(self, at: datetime) -> Self:
        return self.filter(round__stages__key="close", round__stages__closes_on__lte=last_noon(at))

    def with_money(self, at: datetime) -> Self:
        """Annotate `waiting` (prepared, not approved), `gone` (approved) and `is_late` (a return is overdue)."""
        payments = rows("Payment").filter(grant=OuterRef("pk"))
        prepared = payments.awaiting_approval().order_by().values("grant").annotate(pounds=Sum("amount"))
        return self.annotate(waiting=Coalesce(Subquery(prepared.values("pounds")), 0)).annotate(
            gone=F("paid") - F("waiting"),
            left=F("amount") - F("paid"),
            is_late=Exists(rows("Return").overdue(at).filter(grant=OuterRef("pk"))),
        )

    def awaiting_confirmation(self) -> Self:
        """Passed to their holder in a merger, and two officers have not confirmed its signatories and bank details."""
        return self.filter(inherited_at__isnull=False, holder_confirmed_at__isnull=True)

    def with_late_returns(self, at: datetime) -> Self:
        return self.filter(pk__in=rows("Return").overdue(at).values("grant"))

    def with_instalments_to_prepare(self, at: datetime) -> Self:
        return self.filter(pk__in=rows("Instalment").to_prepare(at).values("grant"))

    def with_payments_to_approve(self) -> Self:
        return self.filter(pk__in=rows("Payment").awaiting_approval().values("grant"))

    def for_list(self) -> Self:
        return self.select_related(
            "authority", "inherited_from", "round", "application", "application__outcome"
        ).order_by("reference")

    def for_dates(self) -> Self:
        """With what says when its instalments and returns are due."""
        dated = ("returns", "instalments__payments", "round__stages")
        return self.select_related("round").prefetch_related(*dated).order_by("reference")

    def for_detail(self) -> Self:
        return self.for_list().prefetch_related(
            "signatures__by",
            "returns__submitted_by",
            "instalments__payments",
            "instalments__after",
            "recoveries",
            "undertakings",
            "offered_peers",
            "round__stages",
        )


class InstalmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        return self.filter(grant__in=rows("Grant").visible_to(user, at))

    def to_prepare(self, at: datetime) -> Self:
        """Instalments whose payment nothing but an officer's hand waits for, as far as SQL can tell."""
        payments = rows("Payment").standing()
        earlier = self.model.objects.filter(grant=OuterRef("grant"), number__lt=OuterRef("number"))
        unpaid = earlier.exclude(payments__status=PaymentStatus.APPROVED)
        late = rows("Return").overdue(at).filter(grant=OuterRef("grant"))
        return (
            self.filter(grant__status__in=PAYING, due_on__lte=day_in_london(at))
            .exclude(grant__in=rows("Grant").awaiting_confirmation())
            .filter(Q(after__isnull=True) | Q(after__submitted_at__isnull=False))
            .exclude(Exists(payments.filter(instalment=OuterRef("pk"))))
            .exclude(Exists(unpaid))
            .exclude(Exists(late))
        )


class PaymentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        return self.filter(grant__in=rows("Grant").visible_to(user, at))

    def standing(self) -> Self:
        return self.exclude(status=PaymentStatus.REJECTED)

    def awaiting_approval(self) -> Self:
        return self.filter(status=PaymentStatus.PREPARED)

    def for_list(self) -> Self:
        return self.select_related(
            "grant__authority", "grant__round", "instalment__grant__authority", "prepared_by", "approved_by"
        )


class ReturnQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        return self.filter(grant__in=rows("Grant").visible_to(user, at))

    def for_detail(self) -> Self:
        return self.select_related(
            "submitted_by", "grant__authority", "grant__round", "grant__application__outcome"
        ).prefetch_related("grant__returns", "grant__round__stages")

    def outstanding(self) -> Self:
        return self.filter(submitted_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        return self.outstanding().filter(due_on__lte=last_noon(at), grant__status=GrantStatus.ACTIVE)

    def to_remind(self, at: datetime) -> Self:
        """Outstanding returns of active grants near their day, some of whose three reminders are unwritten."""
        return (
            self.outstanding()
            .filter(
                grant__status=GrantStatus.ACTIVE,
                reminders__lt=3,
                due_on__lte=day_in_london(at) + REMINDERS_WITHIN,
            )
            .select_related("grant__authority")
        )
