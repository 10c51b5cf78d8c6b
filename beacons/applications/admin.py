"""Applications in the office's admin: to be looked at, and only once they are handed in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beacons.applications.models import Application, Extension
from beacons.core.admin import ReadOnlyAdmin
from beacons.directory.models import OFFICE_ROLES


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    """More time that was asked for; it is asked for and agreed to on the pages of its round."""

    seen_by = frozenset({"scheme_manager", "case_officer"})
    list_display = ("authority", "round", "until", "asked_by", "agreed_by", "refused_by")
    list_filter = ("round",)
    search_fields = ("authority__name",)
    list_select_related = ("authority", "round", "asked_by", "agreed_by", "refused_by")
    ordering = ("-asked_at",)
    fields = (
        "round", "authority", "until", "why", "asked_by", "asked_at", "agreed_by", "agreed_at", "refused_by", "refused_at",
        "refused_why",
    )  # fmt: skip


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
