"""Cases, which are the only door to an application's papers, and who may look into which."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from beacons.applications.statuses import Status
from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import last_noon
from beacons.directory.models import Body
from beacons.directory.permissions import runs_rounds
from panel.querysets.interests import bids_of_interest, of_interest_to
from panel.statuses import CaseStatus, SheetStatus
from panel.terms import RECENT


class Listed(Aggregate):
    """Two columns of many rows as one text, "1:2,5:1", in no certain order."""

    name = "Listed"
    output_field = models.TextField()

    def __init__(self, first: str, second: str, **more: Any) -> None:
        pair = Concat(first, Value(":"), second, output_field=models.TextField())
        super().__init__(pair, Value(","), **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, function="STRING_AGG", **more)


class HowMany(Subquery):
    """How many rows a query finds, as one number in another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS _counted)"
    output_field = models.IntegerField()


# Cases that still count, and those on which both bodies have agreed or have disagreed for good.
STANDING = ~Q(status=CaseStatus.WITHDRAWN) & ~Q(application__status=Status.WITHDRAWN)


DECIDED = (CaseStatus.AWARDED, CaseStatus.RESERVED, CaseStatus.DECLINED)


class CaseQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Members who have declared their interests see the cases in which they have none, once scoring opens.

        This is the panel's only door to an application's papers.
        """
        if not user.is_authenticated:
            return self.none()
        rounds = user.appointments.active(at).declared().values("seat__round")
        return self.filter(
            ~of_interest_to(user),
            application__round__in=rounds,
            application__round__stages__key="scoring",
            application__round__stages__opens_on__lte=last_noon(at),
        )

    def hidden_from(self, user: Any) -> Self:
        """Cases that an interest takes away, whatever else this person may see."""
        return self.filter(of_interest_to(user))

    def watched_by(self, user: Any, at: datetime) -> Self:
        """Cases whose progress (“k of n lodged”) a person may follow: staff and chairs where they have no interest."""
        if not user.is_authenticated:
            return self.none()
        if runs_rounds(user):
            return self.exclude(application__in=bids_of_interest(user).values("pk"))
        chaired = user.appointments.active(at).chairs().values("seat__round")
        return self.visible_to(user, at).filter(application__round__in=chaired)

    def shortlist_known_to(self, user: Any, at: datetime) -> Self:
        """Cases of which a member knows whether they were shortlisted: chairs of all, readers of what they marked.

        The others learn it with the announcement.
        """
        mine = user.appointments.active(at)
        read = self.model._meta.get_field("assessments").related_model.objects.lodged()
        return self.filter(
            Q(application__round__announcement__at__lte=at)
            | Q(application__round__in=mine.chairs().values("seat__round"))
            | Q(pk__in=read.filter(appointment__in=mine.values("pk")).values("case"))
        )

    def standing(self) -> Self:
        """Cases that still count; a bid that was withdrawn counts no longer, whether or not the clock saw it yet."""
        return self.filter(STANDING)

    def to_withdraw(self) -> Self:
        """Cases whose application was withdrawn before the announcement: decided ones too, which frees the pot."""
        return self.filter(application__status=Status.WITHDRAWN).exclude(
            status__in=[CaseStatus.WITHDRAWN, CaseStatus.ANNOUNCED]
        )

    def to_open(self, at: datetime) -> Self:
        """Sealed cases whose marks are all there after scoring has closed; `rules.sheets` asks again."""
        lodged = Q(assessments__status=SheetStatus.LODGED)
        return (
            self.sealed()
            .standing()
            .filter(
                application__round__stages__key="scoring",
                application__round__stages__closes_on__lte=last_noon(at),
            )
            .annotate(
                unlodged=Count("assessments", filter=Q(assessments__status=SheetStatus.OPEN)),
                by_clg=Count("assessments", filter=lodged & Q(assessments__appointment__seat__body=Body.CLG)),
                by_lga=Count("assessments", filter=lodged & Q(assessments__appointment__seat__body=Body.LGA)),
            )
            .filter(unlodged=0, by_clg__gte=1, by_lga__gte=1)
        )

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

    def bereft(self) -> Self:
        """Sealed cases from which an interest, or a member's leaving, took a reader whom nobody has replaced yet."""
        sheets = self.model._meta.get_field("assessments").related_model._base_manager
        gone = Q(appointment__ended_at__isnull=False)
        gone |= Q(appointment__interests__application=F("case__application"))
        taken = sheets.filter(gone, case=OuterRef("pk"), status=SheetStatus.DISCHARGED)
        short = (
            self.sealed()
            .standing()
            .with_progress()
            .filter(sheets__lt=F("application__round__assessors_each"))
        )
        return short.filter(Exists(taken))

    def of_round(self, a_round: Any) -> Self:
        return self.filter(application__round=a_round)

    def lock_all(self) -> list[Any]:
        """These rows, locked in the order of their keys, so that two acts on many never wait for each other."""
        locked = self.model._base_manager.select_for_update().filter(pk__in=self.values("pk"))
        return list(locked.order_by("pk"))

    def undiscussed(self) -> Self:
        """Cases that no member asked to talk about, and that are on no agenda of a meeting ahead."""
        items = self.model._meta.get_field("items").related_model._default_manager.unfinished()
        return self.filter(concerns__isnull=True).exclude(pk__in=items.values("case"))

    def decided(self) -> Self:
        """Both bodies have agreed, or have disagreed for good."""
        return self.filter(status__in=DECIDED)

    def to_draft_feedback(self, at: datetime) -> Self:
        """Settled, and without a feedback letter; not what was announced long ago, before there were such letters."""
        recent = Q(
            status=CaseStatus.ANNOUNCED,
            application__round__announcement__at__gt=at - RECENT,
        )
        settled = Q(status__in=DECIDED) | recent
        return self.standing().filter(settled, decision__settled_at__isnull=False, feedback__isnull=True)

    def to_announce(self, at: datetime) -> Self:
        """Decided cases whose round's announcement has come."""
        return self.decided().standing().filter(application__round__announcement__at__lte=at)

    def for_list(self) -> Self:
        return self.select_related(
            "application__authority",
            "application__category",
            "application__councillor",
            "application__outcome",
            "application__round",
        )


class SharingOutQuerySet(HouseQuerySet):
    # Whoever works one out has at most so long; then another takes it up.
    LEASE = timedelta(minutes=10)

    def visible_to(self, user: Any, at: datetime) -> Self:
        """Chairs, to whom the page leaves out the bids of an interest of theirs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(round__in=user.appointments.active(at).chairs().values("seat__round"))

    def newest(self, a_round: Any, least_fit: int) -> Any:
        return self.filter(round=a_round, least_fit=least_fit).order_by("-pk").first()

    def unfinished(self) -> Self:
        return self.filter(done_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Those nobody is working out."""
        free = Q(begun_at__isnull=True) | Q(begun_at__lte=at - self.LEASE)
        return self.unfinished().filter(free).order_by("pk")


class ConcernQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """As secret as the marks of its case."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))
