"""The ranking: raw marks first, and beside them what they honestly say, among what the viewer may see."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters.views import FilterView

from beacons.core import charts
from beacons.core.views import PER_PAGE, SignedIn
from beacons.rounds.models import Category, Round
from panel.actions import ranking as actions
from panel.agreement import in_a_word
from panel.chairing import own_and_chairs
from panel.filters import RankingFilter
from panel.models import Appointment, Ranking, RankingRow
from panel.querysets.seats import rounds_known_to
from panel.reckoning import AT_ONCE, Scope
from panel.standings import grouped


def ranked(scope: Scope, *, at: datetime) -> Ranking | None:
    """What fits, or is worked out now; where that would take long, the newest there is."""
    newest = scope.newest()
    if newest is not None and newest.inputs == scope.inputs:
        return newest
    if 0 < scope.count <= AT_ONCE:
        return actions.reckon(scope, at=at)
    return newest if scope.count else None


class RankingPage(SignedIn):
    """A page that rests on the stored ranking of what this member may see."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            known = rounds_known_to(request.user, request.at)
            self.round: Round = get_object_or_404(known, slug=kwargs["slug"])
            self.held = own_and_chairs(self.round, request.user, request.at)
            seats = [held for held in self.held if held.user_id == request.user.pk and held.declared_at]
            if not seats:
                raise PermissionDenied
            request.user.has_a_seat = True
            self.chairs = seats[0].chairs
            self.scope = Scope.of(request.user, self.round, request.at)
            self.ranking = ranked(self.scope, at=request.at)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    @property
    def is_stale(self) -> bool:
        return self.ranking is not None and self.ranking.inputs != self.scope.inputs

    def rows(self) -> Any:
        rows = RankingRow.objects.filter(ranking=self.ranking).order_by("position")
        return rows.visible_to(self.request.user, self.request.at)

    def told(self) -> dict[str, Any]:
        """What both pages say of the ranking as a whole."""
        facts = self.ranking.facts if self.ranking is not None else {}
        return {
            "round": self.round,
            "ranking": self.ranking,
            "facts": facts,
            "count": self.scope.count,
            "is_stale": self.is_stale,
            "chairs": self.chairs,
        }


class RankingList(RankingPage, FilterView):
    """Every unsealed case this member may see, best first, with the line where the pot ends.

    Where the round has categories each is ranked by itself, and no line is drawn.
    """

    filterset_class = RankingFilter
    template_name = "panel/ranking_list.html"

    def get_queryset(self) -> Any:
        return self.rows()

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        given = super().get_filterset_kwargs(filterset_class)
        facts = self.ranking.facts if self.ranking is not None else {}
        categories = [(pk, name) for pk, name, *_ in facts.get("categories", [])]
        return {**given, "outcomes": facts.get("outcomes", []), "categories": categories}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)
        told = self.told()
        filterset, facts = context["filter"], told["facts"]
        pages = Paginator(context["object_list"].for_list(), PER_PAGE)
        is_whole = not filterset.is_narrowed
        if facts and is_whole:
            # All of them: their number is known. A case that was withdrawn since is no longer among them.
            pages.count = facts["count"]
        page = pages.get_page(self.request.GET.get("page"))
        rows = [(row, row.case) for row in page]
        after = facts.get("after", 0)
        if filterset.is_fair:
            after = facts.get("fundable", after)
        by_category = facts.get("categories", [])
        cut = after - page.start_index() + 1 if rows and is_whole and not by_category else None
        return {
            **context,
            **told,
            "rows": rows,
            "groups": [
                (category, some, picture(some, facts, category), named("Applications in order", category))
                for category, some in grouped(rows)
            ],
            "by_category": by_category,
            "asked_together": sum(asked for *_, asked in by_category),
            "page_obj": page,
            "cut": cut,
            "left": facts["pot"] - facts["asked"] if facts else 0,
            "agreement": agreement_words(facts.get("agreement")),
            "severities": severities(facts) if is_whole and page.number == 1 and self.chairs else [],
        }


def named(words: str, category: Category | None) -> str:
    """So that two tables, or two pictures, of one page have names of their own."""
    return f"{words}: {category}" if category else words


def agreement_words(alpha: float | None) -> str:
    """“fair”, or nothing where nothing can be said."""
    return "" if alpha is None else in_a_word(alpha)


def severities(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """How hard each reader marks, hardest first: for chairs alone."""
    told = facts.get("severities", [])
    readers = Appointment.objects.select_related("user").in_bulk([pk for pk, _, _ in told])
    found = [
        {"reader": readers[pk].user, "read": read, "points": points, "milder": -(points or 0)}
        for pk, read, points in told
    ]
    return sorted(found, key=lambda one: (one["points"] is None, -(one["points"] or 0), str(one["reader"])))


def picture(
    rows: list[tuple[RankingRow, Any]], facts: dict[str, Any], category: Category | None
) -> charts.Chart | None:
    """Where each one's rank could honestly lie, against the funding line; the likeliest first."""
    drawn = sorted(
        ((row, case) for row, case in rows if row.expected_rank is not None), key=lambda pair: pair[0].place
    )
    # One application of a category has nothing to be ranked against.
    if len(drawn) < (2 if category else 1):
        return None
    return charts.intervals(
        named("Where each application’s rank could lie", category),
        [
            charts.Interval(
                f"{case.application.reference} {case.application.applicant}",
                round(row.expected_rank, 1),
                row.best,
                row.worst,
                side=row.get_zone_display() if facts["has_line"] else "",
                crosses=facts["has_line"] and row.zone == RankingRow.Zone.WITHIN,
            )
            for row, case in drawn
        ],
        line=facts["line_at"] if facts["has_line"] else None,
        line_words=f"the funding line: the pot of £{facts['pot']:,} ends here",
        dot_words="its likely rank",
        range_words="where its rank lies, as likely as not",
        cross_words="too close to call",
        columns=("Application", "Likely rank", "From", "To", "Side of the line"),
    )
