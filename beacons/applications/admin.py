"""Applications in the office's admin: to be looked at, and only once they are handed in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beacons.applications.models import Application
from beacons.core.admin import ReadOnlyAdmin
from beacons.directory.models import OFFICE_ROLES


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """A draft is its council's own: lists, counts, search and addresses here know nothing of it."""

    seen_by = frozenset(OFFICE_ROLES)
    list_display = ("reference", "authority", "outcome", "round", "status", "requested", "submitted_at")
    list_filter = ("round", "outcome", "status")
    search_fields = ("reference", "authority__name")
    list_select_related = ("authority", "outcome", "round")
    ordering = ("reference",)
    fields = (
        "reference",
        "round",
        "outcome",
        "category",
        "authority",
        "title",
        "summary",
        "lead_officer",
        "develop",
        "innovate",
        "disseminate",
        "support",
        "certified_by",
        "certified_at",
        "submitted_by",
        "submitted_at",
        "content_hash",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).visible_to(request.user, request.at).handed_in()
