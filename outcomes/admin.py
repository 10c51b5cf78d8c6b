"""Reference data about outcomes and indicators; what councils said is only looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beacons.core.admin import HouseAdmin, ReadOnlyAdmin
from beacons.directory.admin import MANAGERS, OFFICE
from outcomes.actions import reference
from outcomes.models import Flag, Indicator, Issue, Outcome, SignUp


class KeptAdmin(HouseAdmin):
    """What staff change here is noted as a step."""

    seen_by, changed_by = OFFICE, MANAGERS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reference.keep(obj, changed=form.changed_data, by=request.user, at=request.at)


@admin.register(Indicator)
class IndicatorAdmin(KeptAdmin):
    """Figures come from the compiled tables. Where a title is not known, staff enter it with its source."""

    list_display = ("code", "title", "kind", "unit", "polarity", "laa_choices")
    list_filter = ("kind", "theme")
    search_fields = ("code", "title")
    fields = (
        "code",
        "kind",
        "title",
        "title_source",
        "description",
        "unit",
        "polarity",
        "theme",
        "laa_choices",
        "laa_choices_source",
        "source",
        "licence",
    )
    readonly_fields = ("laa_choices", "laa_choices_source", "source", "licence")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        always = super().get_readonly_fields(request, obj)
        return [*always, "code", "kind"] if obj else always


@admin.register(Outcome)
class OutcomeAdmin(KeptAdmin):
    list_display = ("title", "national_indicator", "measure")
    list_select_related = ("national_indicator", "measure")
    search_fields = ("title", "national_indicator__code")
    autocomplete_fields = ("national_indicator", "measure")
    prepopulated_fields = {"slug": ("title",)}


@admin.register(SignUp)
class SignUpAdmin(KeptAdmin):
    """Sign-ups of agreements. A council confirms its own on the outcome's page, never staff for it."""

    list_display = ("authority", "outcome", "baseline", "target", "target_year", "source", "confirmed_at")
    list_filter = ("outcome", "source")
    list_select_related = ("authority", "outcome")
    search_fields = ("authority__name",)
    autocomplete_fields = ("outcome", "authority")
    readonly_fields = ("lead_officer", "confirmed_at", "confirmed_by")


@admin.register(Issue)
class IssueAdmin(ReadOnlyAdmin):
    seen_by = OFFICE
    list_display = ("authority", "outcome", "text", "stated_at")
    list_filter = ("outcome",)
    list_select_related = ("authority", "outcome")
    search_fields = ("text", "authority__name")


@admin.register(Flag)
class FlagAdmin(KeptAdmin):
    """Flags of inspectorates: for staff, the region's coordinator and the authority itself, never for the public."""

    list_display = ("authority", "colour", "subject", "assessment", "year", "outcome")
    list_filter = ("colour", "year", "subject")
    search_fields = ("authority__name", "assessment")
    list_select_related = ("authority", "outcome")
    autocomplete_fields = ("authority", "outcome")
