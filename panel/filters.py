"""How lists of the panel are narrowed and ordered. Never by a mark: an order tells as much as a figure."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from beacons.core.forms import HouseFilterSet
from outcomes.models import Outcome
from panel.models import Appointment, Assessment, Case, FeedbackLetter, Interest, RankingRow
from panel.statuses import FeedbackStatus, SheetStatus

Choices = Sequence[tuple[Any, str]]
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


class RoundFilterSet(HouseFilterSet):
    """Of a page of one round: by its categories too, where it has some. The page knows them already."""

    def __init__(self, *args: Any, categories: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if categories:
            self.filters["category"].extra["choices"] = [(str(pk), name) for pk, name in categories]
        else:
            del self.filters["category"]


class PaperFilter(HouseFilterSet):
    """My papers. The page knows the outcomes they are on."""

    papers = django_filters.ChoiceFilter(
        choices=[("earlier", "Those with which the panel has done")],
        label="Papers",
        empty_label="Those that are before the panel",
        method="of_pile",
    )
    progress = django_filters.ChoiceFilter(
        choices=PROGRESS, label="Progress", empty_label="Any", method="of_progress"
    )
    outcome = django_filters.ChoiceFilter(
        field_name="case__application__outcome", label="Outcome", empty_label="All outcomes"
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

    def __init__(self, *args: Any, outcomes: Choices = (), has_earlier: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["outcome"].extra["choices"] = [(str(pk), title) for pk, title in outcomes]
        if not has_earlier:
            del self.filters["papers"]

    def of_pile(self, papers: QuerySet, name: str, value: str) -> QuerySet:
        """The page has taken the pile that was asked for."""
        return papers

    def of_progress(self, papers: QuerySet, name: str, value: str) -> QuerySet:
        if value == "untouched":
            return papers.filter(status=SheetStatus.OPEN, judged=0)
        if value == "begun":
            return papers.filter(status=SheetStatus.OPEN, judged__gt=0)
        return papers.filter(status=value)


class ProgressFilter(RoundFilterSet):
    """Cases and how many of their sheets are lodged."""

    category = django_filters.ChoiceFilter(
        field_name="application__category", label="Category", empty_label="All categories"
    )
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


class FeedbackFilter(HouseFilterSet):
    """A round's feedback letters."""

    state = django_filters.ChoiceFilter(
        choices=[("overdue", "Overdue"), *FeedbackStatus.choices],
        label="State",
        empty_label="Any",
        method="in_state",
    )
    lead = django_filters.ModelChoiceFilter(
        queryset=members_of_round, label="Who writes it", empty_label="Anybody"
    )

    class Meta:
        model = FeedbackLetter
        fields: list[str] = []

    def in_state(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.overdue(self.request.at) if value == "overdue" else found.filter(status=value)


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


class RankingFilter(RoundFilterSet):
    """A ranking by category and outcome, and to what the meeting has to talk about. Its marks are open, so it may be
    ordered by them."""

    category = django_filters.ChoiceFilter(
        field_name="case__application__category", label="Category", empty_label="All categories"
    )
    outcome = django_filters.ChoiceFilter(label="Outcome", empty_label="All outcomes")
    show = django_filters.ChoiceFilter(
        choices=[("discuss", "To be discussed"), ("zone", "Too close to call")],
        label="Show",
        empty_label="All applications",
        method="narrowed",
    )
    order = django_filters.ChoiceFilter(
        choices=[("fair", "Likely rank")], label="Order", empty_label="Raw score", method="ordered"
    )

    class Meta:
        model = RankingRow
        fields: list[str] = []

    def __init__(self, *args: Any, outcomes: Choices = (), **kwargs: Any) -> None:
        """`outcomes`, and `categories` where there are some, are those of the ranking, as it keeps them."""
        super().__init__(*args, **kwargs)
        self.filters["outcome"].extra["choices"] = [(str(pk), title) for pk, title in outcomes]

    @property
    def is_narrowed(self) -> bool:
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return any(chosen.get(name) for name in ("category", "outcome", "show"))

    @property
    def is_fair(self) -> bool:
        return bool(self.form.is_valid() and self.form.cleaned_data.get("order"))

    def narrowed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "discuss":
            return rows.filter(to_discuss=True)
        return rows.filter(zone=RankingRow.Zone.WITHIN)

    def ordered(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.order_by("place")


class ResultFilter(RoundFilterSet):
    """Announced awards, by category."""

    category = django_filters.ChoiceFilter(
        field_name="application__category", label="Category", empty_label="All categories"
    )

    class Meta:
        model = Case
        fields: list[str] = []
