"""Activities, bookings, the practice library and adoptions: who may know of them, and when."""

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, Count, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from beacons.core.querysets import HouseQuerySet
from beacons.core.workdays import day_in_london
from beacons.directory.permissions import authority_ids, works_in_office
from grants.dissemination import timetable
from grants.dissemination.statuses import (
    CHANGES_MADE,
    ENDED,
    FOR_THE_OFFICE,
    IN_LIBRARY,
    ActivityStatus,
    PracticeStatus,
)


def rows(name: str) -> Any:
    """Another model of this room, whose file stands after this one."""
    return apps.get_model("dissemination", name).objects


class ActivityQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Activities of award holders are public."""
        return self

    def coming(self, at: datetime) -> Self:
        """Planned, and not begun: there is still a way in."""
        return self.filter(status=ActivityStatus.PLANNED, starts_at__gt=at)

    def not_over(self, at: datetime) -> Self:
        """Planned, begun or not, but not over."""
        return self.filter(status=ActivityStatus.PLANNED, ends_at__gt=at)

    def past(self, at: datetime) -> Self:
        """Over, and not cancelled."""
        return self.filter(ends_at__lte=at).exclude(status=ActivityStatus.CANCELLED)

    def to_record(self, at: datetime) -> Self:
        """Over, and nobody has said yet who came."""
        return self.filter(status=ActivityStatus.PLANNED, ends_at__lte=at)

    def in_calendars(self, at: datetime) -> Self:
        """What is to come, and what was to come and is cancelled, so that calendars strike it out."""
        return self.exclude(status=ActivityStatus.HELD).filter(ends_at__gt=at)

    def hosted_by(self, user: Any) -> Self:
        return self.filter(grant__authority__in=authority_ids(user))

    def booked_by(self, user: Any) -> Self:
        booked = rows("Booking").standing().filter(authority__in=authority_ids(user))
        return self.filter(pk__in=booked.values("activity"))

    def with_councils(self) -> Self:
        """Annotate `councils` (that booked), `councils_came`, `people_came` and `changes` (that they will make)."""
        standing = rows("Booking").standing().filter(activity=OuterRef("pk")).order_by().values("activity")
        came = standing.filter(attended=True)

        def counted(found: Any, figure: Any) -> Coalesce:
            return Coalesce(Subquery(found.annotate(figure=figure).values("figure")), 0)

        return self.annotate(
            councils=counted(standing, Count("pk")),
            councils_came=counted(came, Count("pk")),
            people_came=counted(came, Sum("people_came")),
            changes=counted(came.exclude(will_change=""), Count("pk")),
        )

    def for_list(self) -> Self:
        return self.select_related("grant__authority__region", "grant__application__outcome")

    def for_detail(self) -> Self:
        return self.for_list().select_related("grant__round")


class BookingQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The council that booked, the host, and staff."""
        if works_in_office(user):
            return self
        mine = authority_ids(user)
        return self.filter(Q(authority__in=mine) | Q(activity__grant__authority__in=mine))

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def to_remind(self, at: datetime) -> Self:
        """Of activities that are five working days away, or nearer, and whose booker was not reminded."""
        return self.standing().filter(
            reminded_at__isnull=True,
            activity__status=ActivityStatus.PLANNED,
            activity__starts_at__gt=at,
            activity__starts_at__lt=timetable.reminded_up_to(at),
        )

    def for_list(self) -> Self:
        return self.select_related("authority__region", "booked_by", "activity")


class PracticeQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """The library is public; what is not yet published is known to its authority and to staff.

        A council that took a practice up keeps sight of it when it is retired.
        """
        if works_in_office(user):
            return self
        if not user.is_authenticated:
            return self.in_library()
        taken_up = rows("Adoption").filter(authority__in=authority_ids(user)).values("practice")
        return self.filter(
            Q(status__in=IN_LIBRARY)
            | self._written_by(user)
            | Q(status=PracticeStatus.RETIRED, pk__in=taken_up)
        )

    def written_by(self, user: Any) -> Self:
        """Those that this person may write: the council's, or what a councillor offered for themselves."""
        return self.filter(self._written_by(user))

    def _written_by(self, user: Any) -> Q:
        of_council = Q(authority__in=authority_ids(user), application__councillor__isnull=True)
        return of_council | Q(application__councillor=user.pk)

    def in_library(self) -> Self:
        return self.filter(status__in=IN_LIBRARY)

    def unpublished(self) -> Self:
        """On its way into the library."""
        return self.exclude(status__in=[*IN_LIBRARY, PracticeStatus.RETIRED])

    def for_the_office(self) -> Self:
        """To be reviewed, to be published, or to be looked at again."""
        return self.filter(status__in=FOR_THE_OFFICE)

    def due_for_review(self, on: date) -> Self:
        return self.filter(status=PracticeStatus.PUBLISHED, review_on__lte=on)

    def to_fall_due(self, at: datetime) -> Self:
        """Published, and the day of their review has come."""
        return self.due_for_review(day_in_london(at))

    def saying(self, words: str) -> Self:
        """Each of the words stands somewhere in the title, the problem or what was done."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word) | Q(problem__icontains=word) | Q(done__icontains=word)
            )
        return found

    def with_adoptions(self) -> Self:
        """Annotate `adopted`: councils that changed something, or moved their figures."""
        made = (
            rows("Adoption").changes_made().filter(practice=OuterRef("pk")).order_by().values("practice")
        ).annotate(figure=Count("pk"))
        return self.annotate(adopted=Coalesce(Subquery(made.values("figure")), 0))

    def for_list(self) -> Self:
        return self.with_adoptions().select_related("authority__region", "outcome")

    def for_detail(self) -> Self:
        return self.for_list().select_related("grant__authority", "application__round", "drafted_by")


class AdoptionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who made a change is public, the rest is between the council, the practice's authority and staff."""
        if works_in_office(user):
            return self
        mine = authority_ids(user)
        return self.filter(
            Q(status__in=CHANGES_MADE) | Q(authority__in=mine) | Q(practice__authority__in=mine)
        )

    def changes_made(self) -> Self:
        return self.filter(status__in=CHANGES_MADE)

    def of(self, user: Any) -> Self:
        """Those of the councils this person acts for."""
        return self.filter(authority__in=authority_ids(user))

    def to_ask(self, at: datetime) -> Self:
        """Six or twelve months old, not at their end, and not asked since."""
        due = Q()
        for months in timetable.ASK_MONTHS:
            due |= Q(recorded_at__lt=timetable.asked_up_to(at, months), asked__lt=months)
        return self.filter(due).exclude(status__in=ENDED)

    def open_first(self) -> Self:
        """What can still move first, then by when it last moved."""
        ended = Case(When(status__in=ENDED, then=Value(True)), default=Value(False))
        return self.annotate(has_ended=ended).order_by("has_ended", "-moved_at", "pk")

    def for_list(self) -> Self:
        return self.select_related("authority__region", "practice")
