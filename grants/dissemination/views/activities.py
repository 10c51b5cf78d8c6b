"""Events: what is on, one event, and what its host does with it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView
from django_filters.views import FilterView

from beacons.core.views import PER_PAGE, download
from beacons.directory.models import Authority
from grants.dissemination import actions, permissions, progress, rules
from grants.dissemination.calendars import calendar
from grants.dissemination.filters import ActivityFilter
from grants.dissemination.forms import ActivityForm, attendance_form
from grants.dissemination.models import Activity, Booking, Practice
from grants.dissemination.views.base import (
    ActView,
    Guarded,
    WhyView,
    known_activity,
    known_grant,
    said_at,
)
from grants.models import Grant

# Enough for any round; a calendar is fetched again and again by machines.
MOST_IN_CALENDAR = 500


class ActivityList(FilterView):
    """What is on, the next first."""

    template_name = "dissemination/activity_list.html"
    filterset_class = ActivityFilter
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        return (
            Activity.objects.visible_to(self.request.user, self.request.at)
            .for_list()
            .order_by("starts_at", "pk")
        )


@dataclass(frozen=True)
class Place:
    """Where one of the visitor's councils stands with an event: its booking, or why it cannot book."""

    authority: Authority
    booking: Booking | None
    reasons: list[str]
    reasons_not_to_cancel: list[str]


def places_of(activity: Activity, user: Any, at: datetime) -> list[Place]:
    """One for each of the councils the person acts for, the host left out. A merger may have left one two bookings."""
    guests = [one for one in permissions.councils_of(user) if one.pk != activity.grant.authority_id]
    bookings = activity.bookings.standing().filter(authority__in=guests)
    booked: dict[int, list[Booking]] = {}
    for booking in bookings.select_related("booked_by", "inherited_from").order_by("pk"):
        booking.activity = activity
        booked.setdefault(booking.authority_id, []).append(booking)
    found = []
    for authority in guests:
        if authority.pk not in booked:
            found.append(Place(authority, None, rules.reasons_not_to_book(activity, authority, at=at), []))
        found += [
            Place(authority, booking, [], rules.reasons_not_to_cancel_booking(booking, at=at))
            for booking in booked.get(authority.pk, ())
        ]
    return found


class ActivityDetail(DetailView):
    """One event, for everybody: councils are counted, and nobody is named."""

    template_name = "dissemination/activity_detail.html"

    def get_queryset(self) -> Any:
        known = Activity.objects.visible_to(self.request.user, self.request.at)
        return known.for_detail().with_councils()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        activity, user, at = self.object, self.request.user, self.request.at
        places = places_of(activity, user, at)
        practices = Practice.objects.in_library().filter(grant=activity.grant_id).for_list()
        return super().get_context_data(
            over=activity.is_over(at),
            begun=activity.has_begun(at),
            cohort_first=at < activity.opens_to_all_at,
            closed=rules.reasons_closed(activity, at=at),
            places=places,
            may_book=any(place.booking is None and not place.reasons for place in places),
            is_host=permissions.may_host(user, activity),
            may_see_bookings=permissions.may_see_bookings(user, activity),
            cancelling=rules.reasons_not_to_cancel(activity, at=at),
            recording=rules.reasons_not_to_record(activity, at=at),
            cancelled=said_at(activity, "cancel") if activity.is_cancelled else None,
            practices=practices[:5],
            **context,
        )


@require_safe
def activity_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One event for the visitor's own calendar."""
    activity = known_activity(request, pk)
    return download(calendar([activity], at=request.at), f"event-{activity.pk}.ics")


@require_safe
def activity_feed(request: HttpRequest) -> HttpResponse:
    """All that is to come, for calendars that subscribe."""
    known = Activity.objects.visible_to(request.user, request.at).in_calendars(request.at).for_list()
    coming = known.order_by("starts_at", "pk")[:MOST_IN_CALENDAR]
    return download(calendar(coming, at=request.at, name="Beacons events"), "beacons-events.ics")


class ActivityCreate(ActView):
    """A holder plans an event; the cohort is invited at once."""

    template_name = "dissemination/activity_form.html"
    form_class = ActivityForm
    done = "Event planned. The councils signed up to its outcome have been invited."

    @cached_property
    def grant(self) -> Grant:
        return known_grant(self.request, self.kwargs["reference"])

    def may(self) -> bool:
        return permissions.may_plan(self.request.user, self.grant)

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_plan(self.grant, at=self.request.at)

    def back(self) -> Any:
        return getattr(self, "activity", None) or reverse("spreading_detail", args=[self.grant.reference])

    @cached_property
    def line(self) -> progress.Line | None:
        """What the holder undertook of the kind that it comes to plan."""
        kind = self.request.GET.get("kind", "")
        return progress.to_plan(self.grant, kind) if kind in Activity.Kind.values else None

    def get_initial(self) -> dict[str, Any]:
        if self.line is None:
            return {}
        return {"kind": self.line.undertaking.kind, "description": self.line.undertaking.note}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel": self.back()}

    def act(self, form: ActivityForm, *, by: Any, at: datetime) -> None:
        self.activity = actions.plan_activity(self.grant, **form.facts(), by=by, at=at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        ends = self.grant.round.stage_of("close").closes_at
        return super().get_context_data(grant=self.grant, round_ends=ends, line=self.line, **context)


class HostedMixin(Guarded):
    """Pages of an event for those who hold it."""

    @cached_property
    def activity(self) -> Activity:
        return known_activity(self.request, self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.may_host(self.request.user, self.activity)

    def back(self) -> Any:
        return self.activity

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(activity=self.activity, **context)


class ActivityCancel(HostedMixin, WhyView):
    """Call it off, and tell everybody who booked."""

    heading = "Cancel this event"
    label = "Why is it cancelled?"
    hint = "Everybody who booked reads it, and it stands on the event’s page."
    submit = "Cancel the event"
    done = "Event cancelled. Everybody who booked has been told."

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_cancel(self.activity, at=self.request.at)

    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        actions.cancel_activity(self.activity, why=form.cleaned_data["why"], by=by, at=at)


class AttendanceRecord(HostedMixin, ActView):
    """Once it is over: how many came of each booking."""

    template_name = "dissemination/attendance_record.html"
    done = "Recorded. Those who came are asked what they will change."

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_record(self.activity, at=self.request.at)

    def get_form_class(self) -> Any:
        bookings = (
            self.activity.bookings.standing().select_related("authority").order_by("authority__name", "pk")
        )
        return attendance_form(bookings)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel": self.activity.get_absolute_url()}

    def act(self, form: Any, *, by: Any, at: datetime) -> None:
        actions.record_attendance(self.activity, form.came(), note=form.cleaned_data["note"], by=by, at=at)


class BookingList(HostedMixin, ListView):
    """Who comes, for the host and the scheme's office."""

    template_name = "dissemination/booking_list.html"
    paginate_by = PER_PAGE

    def may(self) -> bool:
        return permissions.may_see_bookings(self.request.user, self.activity)

    def get_queryset(self) -> Any:
        known = Booking.objects.visible_to(self.request.user, self.request.at).filter(activity=self.activity)
        return known.standing().for_list().order_by("authority__name", "pk")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        activity, at = self.activity, self.request.at
        came = activity.bookings.standing().aggregate(people=Sum("people_came", default=0))
        return {
            **context,
            "people_came": came["people"],
            "is_host": permissions.may_host(self.request.user, activity),
            "recording": rules.reasons_not_to_record(activity, at=at),
            "cancelling": rules.reasons_not_to_cancel(activity, at=at),
        }
