"""How staff narrow the list of what was handed in."""

from typing import Any

import django_filters
from django.http import HttpRequest

from beacons.applications.models import Application
from beacons.applications.statuses import HANDED_IN, Status
from beacons.core.forms import HouseFilterSet
from outcomes.models import Outcome


def outcomes_of_the_round(request: HttpRequest | None) -> Any:
    slug = request.resolver_match.kwargs["slug"] if request and request.resolver_match else ""
    return Outcome.objects.filter(rounds__slug=slug)


class ApplicationFilter(HouseFilterSet):
    outcome = django_filters.ModelChoiceFilter(queryset=outcomes_of_the_round, empty_label="All outcomes")
    status = django_filters.ChoiceFilter(
        choices=[(status, Status(status).label) for status in HANDED_IN], empty_label="All statuses"
    )
    council = django_filters.CharFilter(
        "authority__name", lookup_expr="icontains", label="Words in the council's name"
    )

    class Meta:
        model = Application
        fields: list[str] = []
