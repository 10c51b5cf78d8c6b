"""What the pot could pay for: three lists beside each other, as advice."""

from typing import Any

from django.views.generic import TemplateView

from panel.actions import ranking as actions
from panel.forms.funding import MinimaForm
from panel.models import RankingRow
from panel.options import score_of
from panel.standings import THRESHOLD
from panel.views.ranking import RankingPage

# So many of a list are shown.
SHOWN = 50
# From here on a list goes with cost, or against it.
BIASED = 0.3


class FundingOptions(RankingPage, TemplateView):
    """Down the ranking, the best set, and the chance of each; the chairs may ask for minima."""

    template_name = "panel/funding_options.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context) | self.told()
        if self.ranking is None:
            return context
        form = MinimaForm(self.request.GET or None, able=self.ranking.facts["able"]) if self.chairs else None
        least = form.least if form is not None and form.is_bound else {}
        portfolio = actions.weigh(self.ranking, least, at=self.request.at)
        found = portfolio.facts
        best = found["best"]
        wanted = {*found["ranked"]["cases"][:SHOWN], *found["likely"]["cases"][:SHOWN]}
        wanted |= {*best.get("cases", [])[:SHOWN]}
        for close in best.get("close", []):
            wanted |= {*close["with"], *close["without"]}
        rows = {row.case_id: row for row in self.rows().filter(case__in=wanted).for_list()}
        return {
            **context,
            "form": form,
            "least": least,
            "portfolio": portfolio,
            "able": found["able"],
            "threshold": THRESHOLD,
            "ranked": listed(found["ranked"], rows),
            "best": listed(best, rows),
            "likely": listed(found["likely"], rows),
            "reasons": best.get("reasons", []),
            "close": [
                {**one, "with": picked(one["with"], rows), "without": picked(one["without"], rows)}
                for one in best.get("close", [])
            ],
        }


def picked(cases: list[int], rows: dict[int, RankingRow]) -> list[RankingRow]:
    return [rows[case] for case in cases if case in rows]


def listed(found: dict[str, Any], rows: dict[int, RankingRow]) -> dict[str, Any]:
    """One of the lists as it is shown: its first rows, how many more there are, and how it goes with cost."""
    cases = found.get("cases", [])
    shown = [
        (row, score_of(row), None if row.chance is None else 100 * row.chance)
        for row in picked(cases[:SHOWN], rows)
    ]
    return {
        **found,
        "rows": shown,
        "number": len(cases),
        "more": max(0, len(cases) - SHOWN),
        "bias_words": bias_words(found.get("bias")),
    }


def bias_words(bias: float | None) -> str:
    if bias is None:
        return "Cost plays no part: all ask for the same, or all are treated alike."
    if bias <= -BIASED:
        return f"This list prefers cheap applications (correlation with cost {bias:.2f})."
    if bias >= BIASED:
        return f"This list prefers dear applications (correlation with cost {bias:.2f})."
    return f"This list hardly goes with cost (correlation {bias:.2f})."
