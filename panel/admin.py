"""Seats and who holds them, for the office. Sheets and marks are in no admin: a look-up there would be an oracle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beacons.core.admin import HouseAdmin, ReadOnlyAdmin
from beacons.directory.models import Role
from panel.actions import register
from panel.models import Appointment, Seat

MANAGERS = frozenset({Role.SCHEME_MANAGER})
RUNNERS = MANAGERS | {Role.CASE_OFFICER}


@admin.register(Seat)
class SeatAdmin(ReadOnlyAdmin):
    """Seats are made by opening a panel; see the panel's own pages."""

    seen_by = RUNNERS
    list_display = ("round", "kind", "body_words", "holder")
    list_filter = ("round", "kind", "body")
    list_select_related = ("round",)
    fields = ("round", "kind", "body", "holder")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_holders()

    @admin.display(description="holder")
    def holder(self, seat: Seat) -> str:
        held = seat.appointment
        if held is None:
            return "vacant"
        return str(held.user) if held.agreed_at else f"{held.user} (proposed)"


@admin.register(Appointment)
class AppointmentAdmin(HouseAdmin):
    """Who sits is proposed and agreed on the panel's pages; here the register and the expertise are kept up."""

    seen_by, changed_by = RUNNERS, MANAGERS
    list_display = ("user", "seat", "agreed_at", "ended_at")
    list_filter = ("seat__round", "seat__kind", "seat__body")
    search_fields = ("user__name", "user__email")
    list_select_related = ("user", "seat")
    filter_horizontal = ("expertise",)
    fields = (
        "seat",
        "user",
        "register",
        "expertise",
        "agreed_by_clg",
        "agreed_by_lga",
        "agreed_at",
        "ended_at",
    )
    readonly_fields = ("seat", "user", "agreed_by_clg", "agreed_by_lga", "agreed_at", "ended_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        register.keep_up(
            obj,
            register=form.cleaned_data["register"],
            expertise=form.cleaned_data["expertise"],
            by=request.user,
            at=request.at,
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The verb has set the expertise."""
