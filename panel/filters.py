"""How lists of the panel are narrowed and ordered. Never by a mark: an order tells as much as a figure."""

import django_filters
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from beacons.core.forms import HouseFilterSet
from outcomes.models import Outcome
from panel.models import Appointment, Assessment, Case, Interest
from panel.statuses import SheetStatus

PROGRESS = [
    ("untouched", "Not started"),
    ("begun", "Begun"),
    ("lodged", "Lodged"),
    ("discharged", "Discharged"),
]


def outcomes_judged(request: HttpRequest) -> QuerySet[Outcome]:
    """Outcomes of rounds that have a panel."""
    return Outcome.objects.filter(rounds__seats__isnull=False).distinct().order_by("title")


def members_of_round(request: HttpRequest) -> QuerySet[Appointment]:
    """Whoever sits, or sat, on the panel of the round in the page's address."""
    slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
    return Appointment.objects.agreed().filter(seat__round__slug=slug).for_list().order_by("user__name")


class PaperFilter(HouseFilterSet):
    """My papers."""

    progress = django_filters.ChoiceFilter(
        choices=PROGRESS, label="Progress", empty_label="Any", method="of_progress"
    )
    outcome = django_filters.ModelChoiceFilter(
        field_name="case__application__outcome",
        queryset=outcomes_judged,
        label="Outcome",
        empty_label="All outcomes",
    )
    sort = django_filters.OrderingFilter(
        label="Order",
        empty_label="What is due first",
        fields=(
            ("case__application__reference", "reference"),
            ("case__application__authority__name", "authority"),
            ("case__application__outcome__title", "outcome"),
            ("judged", "progress"),
        ),
        choices=[
            ("reference", "Reference"),
            ("authority", "Lead authority"),
            ("outcome", "Outcome"),
            ("progress", "Least marked first"),
            ("-progress", "Most marked first"),
        ],
    )

    class Meta:
        model = Assessment
        fields: list[str] = []

    def of_progress(self, papers: QuerySet, name: str, value: str) -> QuerySet:
        if value == "untouched":
            return papers.filter(status=SheetStatus.OPEN, judged=0)
        if value == "begun":
            return papers.filter(status=SheetStatus.OPEN, judged__gt=0)
        return papers.filter(status=value)


class ProgressFilter(HouseFilterSet):
    """Cases and how many of their sheets are lodged."""

    outcome = django_filters.ModelChoiceFilter(
        field_name="application__outcome",
        queryset=outcomes_judged,
        label="Outcome",
        empty_label="All outcomes",
    )
    state = django_filters.ChoiceFilter(
        choices=[
            ("waiting", "Sheets outstanding"),
            ("complete", "All lodged"),
            ("sealed", "Sealed"),
            ("open", "Seal open"),
        ],
        label="State",
        empty_label="Any",
        method="in_state",
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def in_state(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        if value in ("waiting", "complete"):
            all_lodged = Q(lodged=F("sheets"))
            return cases.filter(all_lodged if value == "complete" else ~all_lodged)
        return cases.sealed() if value == "sealed" else cases.unsealed()


class InterestFilter(HouseFilterSet):
    """Who has an interest in what; for chairs and staff."""

    member = django_filters.ModelChoiceFilter(
        field_name="appointment",
        queryset=members_of_round,
        label="Member",
        empty_label="All members",
    )
    kind = django_filters.ChoiceFilter(choices=Interest.Kind, label="Kind", empty_label="Any")

    class Meta:
        model = Interest
        fields = ["kind"]


class RankingFilter(HouseFilterSet):
    """By outcome, and to what the meeting has to talk about, which the page works out from open marks."""

    DISCUSS = "discuss"

    outcome = django_filters.ModelChoiceFilter(
        field_name="application__outcome",
        queryset=outcomes_judged,
        label="Outcome",
        empty_label="All outcomes",
    )
    show = django_filters.ChoiceFilter(
        choices=[(DISCUSS, "To be discussed")],
        label="Show",
        empty_label="All applications",
        method="as_they_are",
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def as_they_are(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        return cases
