"""For the office: outcomes by sign-ups, from which rounds take theirs."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from beacons.core import exports
from beacons.core.views import download
from beacons.core.workdays import day_in_london
from beacons.desks.permissions import OfficeOnly, may_enter_office
from beacons.rounds.models import Round
from beacons.rounds.ranking import Line, lines, ranking

PAGE = 50
# (what it is sorted by, its heading, whether it is a number)
HEADINGS = (
    ("outcome", "Outcome", False),
    ("areas", "Councils signed up", True),
    ("", "Share of areas", True),
    ("confirmed", "Confirmed", True),
    ("joined", "Bodies that joined", True),
    ("issues", "Issues stated", True),
    ("flags", "Councils with a red flag", True),
    ("", "Measure", False),
)
COLUMNS = (
    "Rank",
    "Outcome",
    "Address",
    "Councils signed up",
    "Per cent of areas",
    "Confirmed",
    "Bodies that joined",
    "Issues stated",
    "Councils with a red flag",
    "Warning",
    "Measure",
    "Rounds",
)


class OutcomeRanking(OfficeOnly, ListView):
    """The ranked list, sorted as asked, and the rounds whose outcomes are still to be chosen from it."""

    template_name = "desks/outcome_ranking.html"
    context_object_name = "outcomes"
    paginate_by = PAGE

    @property
    def order(self) -> str:
        asked = self.request.GET.get("order", "")
        return asked if asked in {name for name, _, _ in HEADINGS if name} else "areas"

    def get_queryset(self) -> Any:
        return ranking(self.request.user, self.request.at, order=self.order, red_flags=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, at = self.request.user, self.request.at
        return context | {
            "lines": lines(context["page_obj"], user, at),
            "headings": HEADINGS,
            "order": self.order,
            "open_rounds": Round.objects.visible_to(user, at).filter(approved_at__isnull=True),
        }


@login_required
@require_safe
def outcome_ranking_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole list as a file."""
    if not may_enter_office(request.user):
        raise PermissionDenied
    write = {"csv": exports.csv_bytes, "xlsx": as_workbook}.get(kind)
    if write is None:
        raise Http404
    found = ranking(request.user, request.at, order=request.GET.get("order", ""), red_flags=True)
    rows = [row(line) for line in lines(found, request.user, request.at)]
    return download(write(COLUMNS, rows), f"outcomes-by-sign-ups-{day_in_london(request.at)}.{kind}")


def as_workbook(columns: Any, rows: Any) -> bytes:
    return exports.xlsx_bytes("Outcomes by sign-ups", columns, rows)


def row(line: Line) -> tuple[Any, ...]:
    outcome = line.outcome
    return (
        outcome.rank,
        outcome.title,
        outcome.slug,
        outcome.cohort_size,
        line.share,
        outcome.confirmed_size,
        outcome.joined_size,
        outcome.issue_count,
        outcome.red_flags,
        line.warning,
        line.is_measured,
        "; ".join(held.name for held in line.rounds),
    )
