"""Reference data about outcomes and indicators; what councils said is only looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beacons.core.admin import HouseAdmin, ReadOnlyAdmin
from beacons.directory.admin import MANAGERS, OFFICE
from outcomes.actions import objectives, reference
from outcomes.forms.indicators import IndicatorForm
from outcomes.models import (
    Flag,
    HeadlineMeasure,
    Indicator,
    Issue,
    Outcome,
    RegionObjective,
    SignUp,
    SupersededValue,
)


class KeptAdmin(HouseAdmin):
    """What staff change here is noted as a step."""

    seen_by, changed_by = OFFICE, MANAGERS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reference.keep(obj, changed=form.changed_data, by=request.user, at=request.at)


@admin.register(Indicator)
class IndicatorAdmin(KeptAdmin):
    """What is measured. Figures come in from files; where a title is not known, staff enter it with its source."""

    form = IndicatorForm
    autocomplete_fields = ("stands_for",)
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
        "stands_for",
        "nearness",
        "source",
        "licence",
        "laa_choices",
        "laa_choices_source",
    )
    readonly_fields = ("laa_choices", "laa_choices_source")

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
class SignUpAdmin(ReadOnlyAdmin):
    """Sign-ups of agreements. Staff bring them in from files, and councils speak for themselves on their desk:
    both keep what was agreed before, which saving a row here would not.
    """

    seen_by = OFFICE

    list_display = ("authority", "outcome", "baseline", "target", "target_year", "source", "confirmed_at")
    list_filter = ("outcome", "source")
    list_select_related = ("authority", "outcome")
    search_fields = ("authority__name",)


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


@admin.register(RegionObjective)
class RegionObjectiveAdmin(HouseAdmin):
    """What the regions' partnerships want to reach. Each region's coordinator writes them on the desk as well."""

    seen_by, changed_by = OFFICE, MANAGERS
    list_display = ("title", "region")
    list_filter = ("region",)
    list_select_related = ("region",)
    search_fields = ("title",)
    fields = ("region", "title", "description", "outcomes")
    filter_horizontal = ("outcomes",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        always = super().get_readonly_fields(request, obj)
        return [*always, "region"] if obj else always

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        saved = objectives.save_objective(
            obj.region,
            obj if change else None,
            title=typed["title"],
            description=typed["description"],
            outcomes=typed["outcomes"],
            by=request.user,
            at=request.at,
        )
        obj.pk = saved.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing more: the verb has set the outcomes."""


@admin.register(SupersededValue)
class SupersededValueAdmin(ReadOnlyAdmin):
    """Figures as they were published before they were revised."""

    seen_by = OFFICE
    list_display = ("indicator", "authority", "period", "value", "published_on", "superseded_on")
    list_filter = ("superseded_on",)
    list_select_related = ("indicator", "authority")
    search_fields = ("indicator__code", "indicator__title", "authority__name")
    ordering = ("-superseded_on", "-pk")


@admin.register(HeadlineMeasure)
class HeadlineMeasureAdmin(KeptAdmin):
    """Which measures the headline reports of a kind of authority open with, and in which order."""

    list_display = ("kind", "position", "indicator")
    list_display_links = ("indicator",)
    list_filter = ("kind",)
    list_select_related = ("indicator",)
    autocomplete_fields = ("indicator",)
