"""Score sheets: own ones, and after the seal has opened those of the others."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Count, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.rounds.models import Criterion
from panel.querysets.cases import CaseQuerySet
from panel.statuses import CaseStatus, SheetStatus

# So long a PDF of a member's papers is kept, and so long drawing one may take.
BUNDLE_KEPT = timedelta(hours=24)


BUNDLE_PATIENCE = timedelta(minutes=10)


class AssessmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own sheet; everybody's on a case once its seal is open, for members without an interest in it."""
        if not user.is_authenticated:
            return self.none()
        cases = self._cases().visible_to(user, at)
        return self.filter(case__in=cases).filter(
            Q(appointment__user=user) | ~Q(case__status__in=[CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN])
        )

    def counting(self) -> Self:
        return self.exclude(status=SheetStatus.DISCHARGED)

    def open(self) -> Self:
        return self.filter(status=SheetStatus.OPEN)

    def lodged(self) -> Self:
        return self.filter(status=SheetStatus.LODGED)

    def standing(self) -> Self:
        """Sheets on cases that still count."""
        return self.filter(case__in=self._cases().standing())

    def of(self, user: Any, at: datetime) -> Self:
        """One's own sheets that may be opened now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(case__in=self._cases().visible_to(user, at), appointment__user=user)

    def with_closing(self) -> Self:
        """Annotate `closes_on`, the day at whose noon scoring ends."""
        stages = self.model._meta.apps.get_model("rounds", "Stage").objects
        scoring = stages.filter(round=OuterRef("case__application__round"), key="scoring").order_by()
        return self.annotate(closes_on=Subquery(scoring.values("closes_on")))

    def with_own_progress(self) -> Self:
        """Annotate `judged` of how many `criteria`. Only for one's own sheets: how far others are is sealed too."""
        criteria = self.model._meta.apps.get_model("rounds", "Criterion").objects
        asked = criteria.filter(round=OuterRef("case__application__round")).order_by().values("round")
        marks = self.model._meta.get_field("marks").related_model._base_manager
        judged = marks.filter(Q(score__isnull=False) | Q(cannot_judge=True), assessment=OuterRef("pk"))
        return self.annotate(
            judged=Coalesce(Subquery(judged.values("assessment").annotate(n=Count("pk")).values("n")), 0),
            criteria=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
        )

    def for_desk(self) -> Self:
        """What a list of one's own papers shows of each; a page shows little of an application, which holds much."""
        bid = "case__application"
        told = ("reference", "title", "status", "round_id", "category__name", "outcome__title")
        names = ("authority__name", "councillor__name")
        return self.select_related(
            f"{bid}__authority", f"{bid}__category", f"{bid}__councillor", f"{bid}__outcome"
        ).only("status", "extended_to", "case__status", *(f"{bid}__{name}" for name in (*told, *names)))

    def for_marking(self) -> Self:
        """What the page of one's own sheet shows and its rules ask: `note` and `notes_kept` are one's note and its number."""
        bid = "case__application"
        told = ("reference", "title", "status", "round__name", "round__slug", "outcome_id")
        names = ("authority__name", "councillor__name", "councillor__email")
        notes = self.model._meta.get_field("notes").related_model._base_manager
        last = notes.filter(assessment=OuterRef("pk")).order_by("-number")[:1]
        # Of the round's plan its rules ask for scoring alone.
        scoring = self.model._meta.apps.get_model("rounds", "Stage").objects.filter(key="scoring").order_by()
        own = ("status", "extended_to", "lodged_at", "case__status")
        seat = ("user_id", "agreed_at", "declared_at", "ended_at", "until")
        return (
            self.select_related("appointment", f"{bid}__authority", f"{bid}__councillor", f"{bid}__round")
            .only(
                *own,
                *(f"appointment__{name}" for name in seat),
                *(f"{bid}__{name}" for name in (*told, *names)),
            )
            .annotate(note=Subquery(last.values("text")), notes_kept=Subquery(last.values("number")))
            .prefetch_related(Prefetch(f"{bid}__round__stages", queryset=scoring))
        )

    def due_before(self, at: datetime, end: datetime) -> Self:
        """Open sheets whose time ends between two instants."""
        scoring = Q(
            extended_to__isnull=True,
            case__application__round__stages__key="scoring",
            case__application__round__stages__closes_on__gt=last_noon(at),
            case__application__round__stages__closes_on__lte=last_noon(end),
        )
        soon = self.open().filter(scoring | Q(extended_to__gt=at, extended_to__lte=end)).values("pk")
        return self.filter(pk__in=soon, case__in=self._cases().sealed().standing())

    def overdue(self, at: datetime) -> Self:
        """Open sheets whose time is over."""
        closed = Q(
            extended_to__isnull=True,
            case__application__round__stages__key="scoring",
            case__application__round__stages__closes_on__lte=last_noon(at),
        )
        late = self.open().filter(closed | Q(extended_to__lte=at)).values("pk")
        return self.filter(pk__in=late, case__in=self._cases().sealed().standing())

    def _cases(self) -> CaseQuerySet:
        return CaseQuerySet(self.model._meta.get_field("case").related_model)

    def for_list(self) -> Self:
        return self.select_related(
            "appointment__seat",
            "appointment__user",
            "case__application__authority",
            "case__application__category",
            "case__application__councillor",
            "case__application__outcome",
            "case__application__round",
        )


def criteria_with_marks(sheet: Any) -> Any:
    """The criteria of a sheet's round in their order, each with what this sheet says on it: `mark` is its id, if it has one."""
    return (
        Criterion.objects.filter(round=sheet.case.application.round_id)
        .order_by("position", "pk")
        .annotate(
            mine=FilteredRelation("marks", condition=Q(marks__assessment=sheet.pk)),
            mark=F("mine__pk"),
            score=F("mine__score"),
            cannot_judge=F("mine__cannot_judge"),
            reason=F("mine__reason"),
        )
    )


class NoteQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own, on papers that may be opened now. Nobody else's, ever: a chair's and the office's neither."""
        sheets = AssessmentQuerySet(self.model._meta.get_field("assessment").related_model)
        return self.filter(assessment__in=sheets.of(user, at))


class BundleQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """One's own. What is in it is asked again before it is handed out."""
        return self.filter(reader=user) if user.is_authenticated else self.none()

    def to_draw(self, at: datetime) -> Self:
        """Asked for, and drawn by nobody yet; who began long ago has died."""
        waiting = self.filter(drawn_at__isnull=True).exclude(asked_at__lte=at - BUNDLE_KEPT)
        return waiting.exclude(begun_at__gt=at - BUNDLE_PATIENCE).order_by("asked_at", "pk")

    def stale(self, at: datetime) -> Self:
        return self.filter(asked_at__lte=at - BUNDLE_KEPT)
