"""How visitors narrow events and the library."""

from typing import Any

import django_filters
from django.db.models import Q
from django.http import HttpRequest

from beacons.core.forms import HouseFilterSet
from beacons.directory.models import Authority, Region
from grants.dissemination.models import Activity, Practice
from grants.dissemination.permissions import councils_of
from outcomes.models import Outcome

COMING, PAST, ALL = "", "past", "all"
HOSTED, BOOKED = "hosted", "booked"
# Bands of cost in whole pounds: from the first figure, and below the second.
BANDS = {
    "small": ("Under £10,000", 0, 10_000),
    "medium": ("£10,000 to £49,999", 10_000, 50_000),
    "large": ("£50,000 to £99,999", 50_000, 100_000),
    "larger": ("£100,000 and more", 100_000, None),
}


def outcomes_with_events(request: HttpRequest | None) -> Any:
    shown = Activity.objects.values("grant__application__outcome")
    return Outcome.objects.filter(pk__in=shown)


def outcomes_in_library(request: HttpRequest | None) -> Any:
    return Outcome.objects.filter(pk__in=Practice.objects.in_library().values("outcome"))


def kinds_of_councils() -> list[tuple[str, str]]:
    return [(str(kind), Authority.Kind(kind).label) for kind in Authority.COUNCIL_KINDS]


class ActivityFilter(HouseFilterSet):
    """Coming events unless past ones are asked for; those who act for a council can ask for their own."""

    outcome = django_filters.ModelChoiceFilter(
        "grant__application__outcome",
        queryset=outcomes_with_events,
        label="Outcome",
        empty_label="All outcomes",
    )
    kind = django_filters.ChoiceFilter(choices=Activity.Kind.choices, empty_label="All kinds")
    region = django_filters.ModelChoiceFilter(
        "grant__authority__region", queryset=Region.objects.all(), label="Region", empty_label="All regions"
    )
    when = django_filters.ChoiceFilter(
        choices=[(PAST, "Past events"), (ALL, "All events")],
        method="at_time",
        label="When",
        empty_label="Coming events",
    )
    mine = django_filters.ChoiceFilter(
        choices=[(HOSTED, "That we hold"), (BOOKED, "That we have booked")],
        method="of_user",
        label="Whose",
        empty_label="Everybody’s events",
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not councils_of(self.request.user):
            del self.filters["mine"]

    def at_time(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.past(self.request.at).order_by("-starts_at", "pk") if value == PAST else queryset

    def of_user(self, queryset: Any, name: str, value: str) -> Any:
        user = self.request.user
        return queryset.hosted_by(user) if value == HOSTED else queryset.booked_by(user)

    def filter_queryset(self, queryset: Any) -> Any:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("when") else queryset.not_over(self.request.at)

    @property
    def qs(self) -> Any:
        """Before anything is asked for, only what is to come."""
        return super().qs if self.is_bound else self.queryset.all().not_over(self.request.at)


class PracticeFilter(HouseFilterSet):
    words = django_filters.CharFilter(method="saying", label="Words in the entry")
    outcome = django_filters.ModelChoiceFilter(queryset=outcomes_in_library, empty_label="All outcomes")
    kind = django_filters.ChoiceFilter(
        "authority__kind", choices=kinds_of_councils(), label="Kind of council", empty_label="All kinds"
    )
    region = django_filters.ModelChoiceFilter(
        "authority__region", queryset=Region.objects.all(), label="Region", empty_label="All regions"
    )
    cost = django_filters.ChoiceFilter(
        choices=[(key, label) for key, (label, _, _) in BANDS.items()],
        method="costing",
        empty_label="Any cost",
    )

    class Meta:
        model = Practice
        fields: list[str] = []

    def saying(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.saying(value)

    def costing(self, queryset: Any, name: str, value: str) -> Any:
        _, least, below = BANDS[value]
        band = Q(cost__gte=least) if below is None else Q(cost__gte=least, cost__lt=below)
        return queryset.filter(band)
