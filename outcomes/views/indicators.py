"""What is measured, for everybody: the list of indicators, one indicator's page, and its figures to take away."""

from statistics import median
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django.views.generic import DetailView
from django_filters.views import FilterView

from beacons.core import charts, exports
from beacons.core.charts import Chart
from beacons.core.views import download
from outcomes import permissions
from outcomes.filters import IndicatorFilter
from outcomes.models import Indicator, IndicatorValue, Outcome, SupersededValue
from outcomes.spread import NAMELESS
from outcomes.views.base import PAGE, page_of

SUPERSEDED = 20


class IndicatorList(FilterView):
    filterset_class = IndicatorFilter
    template_name = "outcomes/indicator_list.html"
    context_object_name = "indicators"
    paginate_by = PAGE
    strict = False

    def get_queryset(self) -> Any:
        return Indicator.objects.visible_to(self.request.user, self.request.at).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = permissions.may_bring_figures_in(self.request.user)
        return super().get_context_data(**kwargs, may_bring_in=may)


class IndicatorDetail(DetailView):
    """What it measures, who says so, what is held of it, and what was published before."""

    template_name = "outcomes/indicator_detail.html"
    slug_field = "code"
    slug_url_kwarg = "code"

    def get_queryset(self) -> Any:
        known = Indicator.objects.visible_to(self.request.user, self.request.at)
        return known.select_related("stands_for", "authority")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicator, user, at = self.object, self.request.user, self.request.at
        held = indicator.values_held.visible_to(user, at)
        years = list(
            held.order_by("-year")
            .values("year")
            .annotate(authorities=Count("pk"), period=Max("period"), published_on=Max("published_on"))
        )
        superseded = indicator.superseded_values.visible_to(user, at).for_list()
        outcomes = Outcome.objects.visible_to(user, at)
        shown = page_of(superseded, SUPERSEDED, superseded.count(), self.request.GET.get("superseded"))
        for old in shown:
            old.indicator = indicator
        aimed = outcomes.filter(measure=indicator) | outcomes.filter(national_indicator=indicator)
        return super().get_context_data(
            **kwargs,
            years=years,
            spread=spread_of(indicator, newest_of_most(years)) if years else None,
            superseded=shown,
            outcomes=aimed.order_by("title"),
            may_bring_in=permissions.may_bring_figures_in(user),
        )


def newest_of_most(years: list[dict[str, Any]]) -> dict[str, Any]:
    """The newest year with at least half as many figures as any other: a new one may have come in part only."""
    fullest = max(year["authorities"] for year in years)
    return next(year for year in years if 2 * year["authorities"] >= fullest)


def spread_of(indicator: Indicator, newest: dict[str, Any]) -> Chart:
    """The figures of one year, without names."""
    held = IndicatorValue.objects.filter(indicator=indicator, year=newest["year"])
    values = [float(value) for value in held.values_list("value", flat=True)]
    middle = ("Middle of all", median(values)) if values else None
    return charts.spread(
        f"{indicator.title or indicator.code}, {newest['period']}",
        groups=[("All authorities", [(NAMELESS, value) for value in values])],
        unit=indicator.unit,
        better=indicator.better,
        reference=middle,
    )


WHOSE = ("Authority code", "GSS code", "Authority", "Year", "Period", "Value", "Published on")
FIELDS = (
    "authority__code",
    "authority__gss_code",
    "authority__name",
    "year",
    "period",
    "value",
    "published_on",
)


@require_safe
def indicator_figures(request: HttpRequest, code: str) -> HttpResponse:
    """All figures that are held of an indicator."""
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user, request.at), code=code)
    held = IndicatorValue.objects.visible_to(request.user, request.at).filter(indicator=indicator)
    rows = held.order_by("authority__name", "year").values_list(*FIELDS)
    return download(exports.csv_bytes(WHOSE, rows.iterator()), f"{file_name(indicator)}.csv")


@require_safe
def indicator_superseded(request: HttpRequest, code: str) -> HttpResponse:
    """All figures of an indicator that later publications superseded."""
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user, request.at), code=code)
    held = SupersededValue.objects.visible_to(request.user, request.at).filter(indicator=indicator)
    rows = held.order_by("authority__name", "year", "superseded_on", "pk").values_list(
        *FIELDS, "superseded_on"
    )
    columns = (*WHOSE, "Superseded on")
    return download(exports.csv_bytes(columns, rows.iterator()), f"{file_name(indicator)}-superseded.csv")


def file_name(indicator: Indicator) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in indicator.code.lower()) or "figures"
