"""Events, bookings, the library and adoptions, to be looked at by the office. Their pages change them."""

from django.contrib import admin

from beacons.core.admin import ReadOnlyAdmin
from beacons.directory.models import OFFICE_ROLES
from grants.dissemination.models import Activity, Adoption, Booking, Practice

OFFICE = frozenset(OFFICE_ROLES)


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    seen_by = OFFICE
    list_display = ("title", "kind", "grant", "starts_at", "places", "taken", "status")
    list_filter = ("status", "kind")
    search_fields = ("title", "grant__reference", "grant__authority__name")
    list_select_related = ("grant__authority",)
    date_hierarchy = "starts_at"


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    seen_by = OFFICE
    list_display = ("activity", "authority", "people", "booked_at", "cancelled_at", "people_came", "told_at")
    list_filter = ("attended",)
    search_fields = ("activity__title", "authority__name")
    list_select_related = ("activity", "authority")


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    seen_by = OFFICE
    list_display = ("title", "authority", "outcome", "status", "published_at", "review_on")
    list_filter = ("status",)
    search_fields = ("title", "authority__name", "outcome__title")
    list_select_related = ("authority", "outcome")


@admin.register(Adoption)
class AdoptionAdmin(ReadOnlyAdmin):
    seen_by = OFFICE
    list_display = ("practice", "authority", "status", "recorded_at", "moved_at", "asked")
    list_filter = ("status",)
    search_fields = ("practice__title", "authority__name")
    list_select_related = ("practice", "authority")
