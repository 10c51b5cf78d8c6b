"""Who is expected to apply in a round and how far each has come; for those who run rounds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from beacons.applications import expected
from beacons.applications.permissions import may_check
from beacons.applications.views.lists import closing_of
from beacons.core import exports
from beacons.core.views import PER_PAGE, OpenTo, download
from beacons.core.workdays import day_in_london
from beacons.desks.filters import ExpectedFilter
from beacons.directory.models import Region
from beacons.rounds.models import Round

COLUMNS = (
    "Council",
    "Code",
    "Type",
    "Region",
    "Outcome",
    "Category",
    "State",
    "Per cent complete",
    "Last activity",
    "Closes",
    "Closes in words",
    "Somebody to write to",
    "Reference",
    "Why it will not apply",
)


@dataclass
class Found:
    """What is expected in a round, counted as a whole, and narrowed as the address asks."""

    request: HttpRequest
    round: Round

    @cached_property
    def parts(self) -> list[QuerySet]:
        return expected.parts(self.round, self.request.at)

    @cached_property
    def tally(self) -> list[tuple[int, str, str, int]]:
        return expected.tally(self.parts)

    @cached_property
    def choices(self) -> dict[str, Any]:
        outcomes = {outcome: title for outcome, title, *_ in self.tally}
        return {
            "outcomes": sorted(outcomes.items(), key=lambda pair: pair[1]),
            "regions": list(Region.objects.values_list("pk", "name")),
        }

    @cached_property
    def filters(self) -> list[ExpectedFilter]:
        """The same filter for each kind of rows."""
        return [ExpectedFilter(self.request.GET, queryset=part, **self.choices) for part in self.parts]

    @property
    def is_narrowed(self) -> bool:
        return any(self.request.GET.get(name) for name in ExpectedFilter.base_filters)

    @cached_property
    def lines(self) -> QuerySet:
        return expected.together([each.qs for each in self.filters])

    def rows(self, lines: Any) -> list[expected.Row]:
        return expected.rows(self.round, lines)

    @property
    def states(self) -> list[str]:
        """Those that are there, and always how many have been submitted: it is what the page is opened for."""
        return [state for state in expected.STATES if self.total[state] or state == expected.SUBMITTED]

    @cached_property
    def total(self) -> Counter[str]:
        counted = Counter[str]()
        for *_, state, number in self.tally:
            counted[state] += number
        return counted


def found_for(request: HttpRequest, slug: str) -> Found:
    known = Round.objects.visible_to(request.user, request.at).with_plan().prefetch_related("extensions")
    return Found(request, get_object_or_404(known, slug=slug))


class ExpectedList(OpenTo, TemplateView):
    """Counts, and each council and outcome with its state. Of a draft only that it is there and how complete it is."""

    may_enter = staticmethod(may_check)
    template_name = "desks/expected_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        request, at = self.request, self.request.at
        found = found_for(request, self.kwargs["slug"])
        paginator = Paginator(found.lines, PER_PAGE)
        if not found.is_narrowed:
            paginator.count = found.total.total()
        page = paginator.get_page(request.GET.get("page"))
        return super().get_context_data(
            round=found.round,
            of_whom=expected.of_whom(found.round),
            closing=closing_of(found.round, at),
            states=[
                (words, found.total[state])
                for state, (words, _) in expected.STATES.items()
                if state in found.states
            ],
            outcomes=by_outcome(found.tally, found.states),
            filter=found.filters[0],
            page_obj=page,
            rows=[(row, row.closing(at)) for row in found.rows(page)],
            count=paginator.count,
            query=request.GET.urlencode(),
            **context,
        )


def by_outcome(
    tally: Sequence[tuple[int, str, str, int]], states: Sequence[str]
) -> list[tuple[str, list[int]]]:
    """Each outcome with how many of its rows are in each of these states."""
    counted: dict[str, Counter[str]] = {}
    for _, title, state, number in tally:
        counted.setdefault(title, Counter())[state] += number
    return [(title, [numbers[state] for state in states]) for title, numbers in counted.items()]


@require_safe
@login_required
def expected_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What the page's filters leave, as a table to take away."""
    if not may_check(request.user):
        raise PermissionDenied
    write = {"csv": exports.csv_bytes, "xlsx": as_workbook}.get(kind)
    if write is None:
        raise Http404
    found = found_for(request, slug)
    cells = [cells_of(row, request.at) for row in found.rows(found.lines)]
    name = f"expected-{slug}-{day_in_london(request.at)}.{kind}"
    return download(write(COLUMNS, cells), name)


def as_workbook(columns: Any, rows: Any) -> bytes:
    return exports.xlsx_bytes("Expected", columns, rows)


def cells_of(row: expected.Row, at: Any) -> tuple[Any, ...]:
    return (
        row.council,
        row.code,
        row.type,
        row.region,
        row.outcome,
        row.category,
        row.words,
        row.percent,
        row.last_at,
        row.closes_at,
        row.closing(at),
        row.has_people,
        row.reference,
        row.why,
    )
