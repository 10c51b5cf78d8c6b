"""The ranking: raw marks first, among what the viewer may see."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django_filters.views import FilterView

from beacons.core import charts
from beacons.core.views import PER_PAGE, SignedIn
from panel import permissions
from panel.filters import RankingFilter
from panel.models import Case
from panel.standings import FundingLine, Standing, criteria_of, funding_line, standings
from panel.views.doors import the_round


class RankingList(SignedIn, FilterView):
    """Every unsealed case this member may see, best first, with the line where the pot ends."""

    filterset_class = RankingFilter
    template_name = "panel/ranking_list.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_see_ranking(request.user, self.round, request.at):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return Case.objects.visible_to(self.request.user, self.request.at).of_round(self.round)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        criteria = criteria_of(self.round)
        # Ranks and the line are reckoned over all this member may see, whatever is shown of it.
        everything = standings(self.get_queryset(), criteria)
        line = funding_line(everything, self.round.pot)
        shown = narrowed(everything, context["filter"])
        page = Paginator(shown, PER_PAGE).get_page(self.request.GET.get("page"))
        cases = Case.objects.for_list().in_bulk([standing.pk for standing in page])
        rows = [(standing, cases[standing.pk]) for standing in page]
        whole = len(shown) == len(everything)
        cut = line.after - page.start_index() + 1 if whole and page.object_list else None
        return {
            **context,
            "round": self.round,
            "criteria": criteria,
            "rows": rows,
            "page_obj": page,
            "line": line,
            "cut": cut,
            "to_discuss": sum(bool(standing.to_discuss) for standing in everything),
            "count": len(everything),
            "chart": picture(rows, line, cut),
            "chairs": permissions.chairs(self.request.user, self.round, self.request.at),
        }


def narrowed(everything: list[Standing], filterset: Any) -> list[Standing]:
    chosen = filterset.form.cleaned_data if filterset.form.is_valid() else {}
    outcome = chosen.get("outcome")
    return [
        standing
        for standing in everything
        if (outcome is None or standing.outcome_id == outcome.pk)
        and (chosen.get("show") != RankingFilter.DISCUSS or standing.to_discuss)
    ]


def picture(rows: list[tuple[Standing, Case]], line: FundingLine, cut: int | None) -> charts.Chart | None:
    """Each score with the lowest and the highest of its readers' own; the same figures as a table."""
    bars = [
        charts.Bar(
            f"{case.application.reference} {case.application.authority}",
            float(standing.shown),
            low=float(standing.lowest),
            high=float(standing.highest),
        )
        for standing, case in rows
        if standing.score is not None
    ]
    if not bars:
        return None
    words = f"the pot of £{line.pot:,} ends here"
    drawn = charts.bars(
        "Scores and how far readers are apart",
        bars,
        cut=cut,
        cut_label=words,
        value_name="Score",
        label_name="Application",
        top=100,
    )
    key = [("dot", "the score"), ("range", "from the lowest to the highest of its readers' own scores")]
    key += [(mark, told) for mark, told in drawn.key if mark not in ("dot", "range")]
    return replace(drawn, key=tuple(key))
