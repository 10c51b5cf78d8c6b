"""How what a grant holder knows reaches others: activities, bookings, the practice library, adoptions."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import guards
from beacons.core.templatetags.govuk import day, moment
from beacons.directory.models import Authority, Inherited, User
from beacons.rounds.activities import ActivityKind
from grants.dissemination import timetable
from grants.dissemination.querysets import (
    ActivityQuerySet,
    AdoptionQuerySet,
    BookingQuerySet,
    PracticeQuerySet,
)
from grants.dissemination.statuses import IN_LIBRARY, ActivityStatus, AdoptionStatus, PracticeStatus
from grants.models import Grant
from outcomes.models import Outcome


def clock(at: datetime) -> str:
    """10am, noon: the time without its day."""
    return moment(at).split(" on ")[0]


class Activity(models.Model):
    """An open day, visit, workshop or other way of sharing, planned by a grant holder."""

    Kind = ActivityKind

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OPEN_DAY)
    title = models.CharField(max_length=160)
    description = models.TextField("what will be shown, and for whom")
    place = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField("places for people")
    # Kept by a trigger from the bookings that stand.
    taken = models.PositiveIntegerField("places taken", default=0, editable=False)
    status = models.CharField(max_length=10, choices=ActivityStatus, default=ActivityStatus.PLANNED)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    held_note = models.TextField("what went well and what did not", blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "pk")
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="activity_ends_after_it_starts",
                violation_error_message="The activity must end after it starts.",
            ),
            models.CheckConstraint(condition=Q(places__gt=0), name="activity_has_places"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("places")),
                name="activity_taken_within_places",
                violation_error_message="There are not so many places left.",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="activity_starts")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activity_detail", args=[self.pk])

    @property
    def host(self) -> Authority:
        return self.grant.authority

    @property
    def outcome(self) -> Outcome:
        return self.grant.application.outcome

    @property
    def left(self) -> int:
        """Places that nobody has taken."""
        return self.places - self.taken

    @property
    def opens_to_all_at(self) -> datetime:
        """From when councils outside the cohort may book."""
        return timetable.opens_to_all(self.starts_at)

    @property
    def hours(self) -> str:
        """10am to 3pm; with the last day, if it goes on for longer than one."""
        begins, ends = clock(self.starts_at), clock(self.ends_at)
        if timetable.same_day(self.starts_at, self.ends_at):
            return f"{begins} to {ends}"
        return f"{begins}, until {moment(self.ends_at)}"

    @property
    def when(self) -> str:
        """10am to 3pm on 27 March 2027, on London's clocks."""
        if timetable.same_day(self.starts_at, self.ends_at):
            return f"{self.hours} on {day(self.starts_at)}"
        return f"{moment(self.starts_at)} to {moment(self.ends_at)}"

    @property
    def is_planned(self) -> bool:
        return self.status == ActivityStatus.PLANNED

    @property
    def is_held(self) -> bool:
        return self.status == ActivityStatus.HELD

    @property
    def is_cancelled(self) -> bool:
        return self.status == ActivityStatus.CANCELLED

    @property
    def status_colour(self) -> str:
        if self.is_held:
            return "green"
        return "red" if self.is_cancelled else ""

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at

    def has_begun(self, at: datetime) -> bool:
        return at >= self.starts_at


class Booking(Inherited):
    """Places that a council took at an activity, whether it came, and what it will change."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="bookings")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="bookings")
    people = models.PositiveSmallIntegerField(default=1)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # When the booker was reminded; for a booking made shortly before the day, its receipt is the reminder.
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    attended = models.BooleanField(null=True, blank=True)
    people_came = models.PositiveSmallIntegerField(null=True, blank=True)
    will_change = models.TextField("what you will change", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "authority"],
                condition=Q(cancelled_at__isnull=True, inherited_from__isnull=True),
                name="booking_once",
                violation_error_message="Your council has booked places already.",
            ),
            models.UniqueConstraint(
                fields=["activity", "inherited_from"],
                condition=Q(cancelled_at__isnull=True, inherited_from__isnull=False),
                name="booking_once_of_a_predecessor",
            ),
            models.CheckConstraint(condition=Q(people__gt=0), name="booking_for_somebody"),
            models.CheckConstraint(
                condition=Q(attended__isnull=True, people_came__isnull=True)
                | Q(attended=True, people_came__gt=0)
                | Q(attended=False, people_came=0),
                name="booking_attended_by_those_who_came",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(attended__isnull=True),
                name="booking_cancelled_is_not_attended",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(attended=True), name="booking_told_by_those_who_came"
            ),
        ]
        indexes = [
            models.Index(
                fields=["activity"],
                condition=Q(cancelled_at__isnull=True, reminded_at__isnull=True),
                name="booking_to_remind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.activity}"


guards.kept_on_parent(
    name="bookings_within_places",
    child=Booking,
    key="activity_id",
    parent=Activity,
    column="taken",
    figure="COALESCE(SUM(CASE WHEN child.cancelled_at IS NULL THEN child.people ELSE 0 END), 0)",
)


class Practice(Inherited):
    """An entry in the library: problem, what was done, cost, result, conditions for transfer, review date."""

    slug = models.SlugField(max_length=120, unique=True)
    # Where it comes from: a grant, or an application that won none and was offered to the library after the announcement.
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, blank=True, related_name="practices")
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, blank=True, related_name="offered_practice"
    )
    # Only the council itself may wish that: unasked, the library says nothing of what did not win.
    tells_of_bid = models.BooleanField(
        "say that it comes from an application that did not win", default=False
    )
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="practices")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="practices")
    status = models.CharField(max_length=20, choices=PracticeStatus, default=PracticeStatus.DRAFTED)
    title = models.CharField(max_length=160)
    problem = models.TextField()
    done = models.TextField("what was done", blank=True)
    cost = models.PositiveIntegerField("cost (pounds)", null=True, blank=True)
    result = models.TextField(blank=True)
    conditions = models.TextField("what others need for it to work", blank=True)
    lessons = models.TextField("lessons, failures too", blank=True)
    contact = models.EmailField("contact for other councils", blank=True)
    review_on = models.DateField(null=True, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ("title",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["published", "due_for_review"])
                | Q(published_at__isnull=False, review_on__isnull=False),
                name="practice_published_has_review_date",
            ),
            models.CheckConstraint(
                condition=Q(grant__isnull=False, application__isnull=True)
                | Q(grant__isnull=True, application__isnull=False),
                name="practice_comes_from_a_grant_or_a_bid",
                violation_error_message="A practice comes from a grant, or from an application that won none.",
            ),
            models.CheckConstraint(
                condition=Q(tells_of_bid=False) | Q(application__isnull=False),
                name="practice_tells_of_its_own_bid",
                violation_error_message="Only an entry that comes from an application can say so.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("practice_detail", args=[self.slug])

    @property
    def councillor_id(self) -> int | None:
        """Whose it is where a councillor applied for themselves: not the council's officers'."""
        return self.application.councillor_id if self.application else None

    @property
    def is_in_library(self) -> bool:
        """Can everybody read it?"""
        return self.status in IN_LIBRARY

    @property
    def is_retired(self) -> bool:
        return self.status == PracticeStatus.RETIRED


class Adoption(Inherited):
    """What a council did with a practice."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="adoptions")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="adoptions")
    status = models.CharField(max_length=12, choices=AdoptionStatus, default=AdoptionStatus.CONSIDERING)
    note = models.TextField("what you are doing, or what you learned", blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    moved_at = models.DateTimeField("when its status last changed", null=True, blank=True)
    # How many months after it was recorded its council was last asked how far it has come.
    asked = models.PositiveSmallIntegerField("asked after so many months", default=0, editable=False)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "authority"],
                condition=Q(inherited_from__isnull=True),
                name="adoption_once",
                violation_error_message="Your council has recorded this practice already.",
            ),
            models.UniqueConstraint(
                fields=["practice", "inherited_from"],
                condition=Q(inherited_from__isnull=False),
                name="adoption_once_of_a_predecessor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.practice}"

    def get_absolute_url(self) -> str:
        return reverse("adoption_move", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Can it still move on?"""
        return self.status not in (AdoptionStatus.MOVED, AdoptionStatus.GIVEN_UP)

    @property
    def status_colour(self) -> str:
        return "green" if self.status == AdoptionStatus.MOVED else ""
