"""What must always hold of events, bookings, the library and adoptions."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from beacons.core.invariants import invariant
from beacons.core.steps import Step
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.statuses import IN_LIBRARY, ActivityStatus
from panel.models import Decision
from panel.statuses import Verdict


@invariant
def bookings_fit_the_places() -> Iterator[str]:
    standing = Q(bookings__cancelled_at__isnull=True)
    booked = Activity.objects.annotate(booked=Coalesce(Sum("bookings__people", filter=standing), 0))
    for activity in booked.filter(Q(booked__gt=F("places")) | ~Q(booked=F("taken"))):
        yield (
            f"Event {activity.pk}: {activity.booked} people are booked on {activity.places} places,"
            f" and the event keeps {activity.taken}."
        )


@invariant
def nobody_attends_what_was_not_held() -> Iterator[str]:
    came = Booking.objects.filter(attended__isnull=False)
    for booking in came.exclude(activity__status=ActivityStatus.HELD).select_related("activity"):
        yield f"Booking {booking.pk} says who came to “{booking.activity}”, which is {booking.activity.status}."


@invariant
def of_what_was_held_every_booking_is_answered() -> Iterator[str]:
    silent = Booking.objects.standing().filter(activity__status=ActivityStatus.HELD, attended__isnull=True)
    for booking in silent:
        yield f"Booking {booking.pk} does not say whether its council came."


@invariant
def no_host_books_its_own_event() -> Iterator[str]:
    own = Booking.objects.standing().filter(authority=F("activity__grant__authority"))
    # A merger may join a host and its guest.
    apart = Q(inherited_from__isnull=True, activity__grant__inherited_from__isnull=True)
    for booking in own.filter(apart):
        yield f"Booking {booking.pk} is the host’s own."


@invariant
def what_is_in_the_library_was_published() -> Iterator[str]:
    subject = Practice._meta.label_lower
    published = Step.objects.filter(subject_type=subject, step="publish").values("subject_id")
    for practice in Practice.objects.filter(status__in=IN_LIBRARY).exclude(pk__in=published):
        yield f"Practice {practice.slug} is in the library and no step says who published it."


@invariant
def what_is_in_the_library_has_a_review_date() -> Iterator[str]:
    for practice in Practice.objects.filter(status__in=IN_LIBRARY, review_on__isnull=True):
        yield f"Practice {practice.slug} is in the library without a review date."


@invariant
def a_practice_belongs_to_its_grant() -> Iterator[str]:
    strays = Practice.objects.filter(grant__isnull=False).exclude(
        authority=F("grant__authority"), outcome=F("grant__application__outcome")
    )
    for practice in strays:
        yield f"Practice {practice.slug} is of another council or outcome than its grant."


@invariant
def an_offered_practice_belongs_to_its_application() -> Iterator[str]:
    strays = Practice.objects.filter(application__isnull=False).exclude(
        authority=F("application__authority"), outcome=F("application__outcome")
    )
    for practice in strays:
        yield f"Practice {practice.slug} is of another council or outcome than its application."


@invariant
def only_what_won_nothing_is_offered_and_after_the_announcement() -> Iterator[str]:
    offered = Practice.objects.filter(application__isnull=False)
    won_nothing = Decision.objects.filter(
        verdict__in=[Verdict.RESERVE, Verdict.DECLINE],
        settled_at__isnull=False,
        case__application__round__announcement__at__lte=OuterRef("drafted_at"),
        case__application=OuterRef("application"),
    )
    for practice in offered.exclude(Exists(won_nothing)):
        yield f"Practice {practice.slug} was offered from an application that was not announced as unsuccessful."


@invariant
def nobody_adopts_its_own_practice() -> Iterator[str]:
    apart = Q(inherited_from__isnull=True, practice__inherited_from__isnull=True)
    for adoption in Adoption.objects.filter(apart, authority=F("practice__authority")):
        yield f"Adoption {adoption.pk} is of the council’s own practice."
