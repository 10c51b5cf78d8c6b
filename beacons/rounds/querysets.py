"""Rounds and where they stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from beacons.core.querysets import HouseQuerySet
from beacons.core.steps import Step
from beacons.core.workdays import add_working_days, day_in_london, last_noon
from beacons.directory.permissions import authority_ids, works_in_office
from beacons.rounds.timeline import EARLIEST_REMINDER
from outcomes.models import Issue, IssueSupport, Outcome, SignUp

Door = Callable[[Any, datetime], Q]
_doors: list[Door] = []


def door(ask: Door) -> Door:
    """Register a function of a later room that says which rounds somebody knows before they are public.

    Who sits on the panel approves the round, and rounds must not know of panels: so the panel says it here.
    """
    _doors.append(ask)
    return ask


class RoundQuerySet(HouseQuerySet):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """A round is public once it is approved; before that staff, signatories and its panel see it."""
        if works_in_office(user) or (user.is_authenticated and user.bodies_signed_for):
            return self
        known = Q(approved_at__isnull=False, approved_at__lte=at)
        if user.is_authenticated:
            for ask in _doors:
                known |= ask(user, at)
        return self.filter(known)

    def running(self, at: datetime) -> Self:
        """Approved rounds whose year has begun and not ended, by London's calendar."""
        noon = last_noon(at)
        return self.approved().filter(starts_on__lte=noon, ends_on__gt=noon)

    def unfinished(self, at: datetime) -> Self:
        """Approved rounds that have not ended, those that have not begun included."""
        return self.approved().filter(ends_on__gt=last_noon(at))

    def with_plan(self) -> Self:
        """With the stages, which say where a round stands."""
        return self.prefetch_related("stages")

    def for_list(self) -> Self:
        return self.select_related("programme").with_plan().prefetch_related("outcomes")

    def for_detail(self) -> Self:
        return (
            self.select_related("programme")
            .with_plan()
            .prefetch_related(
                Prefetch("outcomes", Outcome.objects.for_list()),
                "criteria",
                "questions__criterion",
                "categories",
            )
        )


class StageQuerySet(HouseQuerySet):
    def open_at(self, at: datetime) -> Self:
        noon = last_noon(at)
        return self.filter(opens_on__lte=noon, closes_on__gt=noon)

    def closed_at(self, at: datetime) -> Self:
        return self.filter(closes_on__lte=last_noon(at))

    def to_open(self, at: datetime) -> Self:
        """Stages of approved rounds that have opened, and whose opening nobody has noted yet."""
        return self._unnoted("open").filter(opens_on__lte=last_noon(at))

    def to_close(self, at: datetime) -> Self:
        return self._unnoted("close").filter(closes_on__lte=last_noon(at))

    def to_remind(self, at: datetime) -> Self:
        """Sign-up stages near their closing, with when their cohort was last reminded: `reminded_at`.

        Whether the day has come is for each round to say: `rules.is_reminder_due`.
        """
        near = add_working_days(day_in_london(at), EARLIEST_REMINDER)
        reminded = Step.objects.filter(
            subject_type=self.model._meta.label_lower, subject_id=OuterRef("pk"), step="remind"
        ).order_by("-pk")
        return (
            self.open_at(at)
            .filter(key="sign_up", closes_on__lte=near, round__approved_at__lte=at, round__reminds=True)
            .select_related("round")
            .annotate(reminded_at=Subquery(reminded.values("at")[:1]))
            .order_by("pk")
        )

    def _unnoted(self, step: str) -> Self:
        noted = Step.objects.filter(
            subject_type=self.model._meta.label_lower, subject_id=OuterRef("pk"), step=step
        )
        return (
            self.filter(~Exists(noted), round__approved_at__isnull=False)
            .select_related("round")
            .order_by("round", "position")
        )


def voices() -> dict[str, Exists]:
    """Annotations of what has an outcome and an authority: did the council say what is hard, itself or with another?"""
    same = {"outcome": OuterRef("outcome"), "authority": OuterRef("authority")}
    return {
        "has_stated": Exists(Issue.objects.filter(**same, withdrawn_at__isnull=True)),
        # Who supports words says them, also when the council that wrote them took them back.
        "has_supported": Exists(
            IssueSupport.objects.filter(issue__outcome=OuterRef("outcome"), authority=OuterRef("authority"))
        ),
    }


class InvitationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Known to staff, to the region's coordinator, and to whoever acts for the authority invited."""
        if works_in_office(user):
            return self
        if not user.is_authenticated:
            return self.none()
        regions = [hat.region_id for hat in user.hats if hat.region_id]
        return self.filter(Q(authority__in=authority_ids(user)) | Q(authority__region__in=regions))

    def unopened(self) -> Self:
        return self.filter(opened_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("authority", "authority__region", "outcome", "round")

    def with_answers(self) -> Self:
        """What the council has done of what it is asked.

        `sign_up_id`, `lead_officer`, `confirmed_at`, `has_stated`, `has_supported`.
        """
        same = {"outcome": OuterRef("outcome"), "authority": OuterRef("authority")}
        signed_up = SignUp.objects.filter(**same)
        return self.annotate(
            sign_up_id=Subquery(signed_up.values("pk")[:1]),
            lead_officer=Subquery(signed_up.values("lead_officer")[:1]),
            confirmed_at=Subquery(signed_up.values("confirmed_at")[:1]),
            **voices(),
        )

    def for_detail(self) -> Self:
        """With its round's plan, its answers, and how many issues there are to support: `issue_count`."""
        standing = Issue.objects.standing().filter(outcome=OuterRef("outcome")).order_by().values("outcome")
        return (
            self.for_list()
            .prefetch_related("round__stages")
            .with_answers()
            .annotate(issue_count=Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0))
        )
