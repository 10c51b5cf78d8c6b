"""The panel sheet: everything that is open, on one page and as files."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import TemplateView, View

from beacons.core import exports, papers
from beacons.core.views import PER_PAGE, download
from beacons.core.workdays import day_in_london
from panel import panel_sheet
from panel.actions import ranking as actions
from panel.models import RankingRow
from panel.views.ranking import RankingPage


class SheetPage(RankingPage):
    """What the page and the files have in common."""

    def lines_of(self, rows: Iterable[RankingRow]) -> list[panel_sheet.Line]:
        return panel_sheet.lines(rows, self.request.user, self.request.at)


class PanelSheet(SheetPage, TemplateView):
    """Each application whose seal is open, with all that the panel has made of it so far."""

    template_name = "panel/panel_sheet.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        pages = Paginator(panel_sheet.loaded(self.rows()), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return {
            **super().get_context_data(**context),
            **self.told(),
            "page_obj": page,
            "lines": self.lines_of(page),
        }


class PanelSheetFile(SheetPage, View):
    """The sheet as a workbook, as a plain table or on paper. Who took it is noted."""

    def get(self, request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        write = {"xlsx": self.workbook, "csv": self.table, "pdf": self.paper}.get(kind)
        if write is None or self.ranking is None:
            raise Http404
        try:
            content = write()
        except papers.NoPress:
            return render(request, "panel/panel_sheet_no_press.html", {"round": self.round}, status=503)
        actions.take_sheet(self.round, kind=kind, by=request.user, at=request.at)
        return download(content, f"panel-sheet-{self.round.slug}-{day_in_london(request.at)}.{kind}")

    @property
    def lines(self) -> list[panel_sheet.Line]:
        return self.lines_of(panel_sheet.loaded(self.rows()))

    def workbook(self) -> bytes:
        """The sheet, and behind it every mark with its reason."""
        user, at = self.request.user, self.request.at
        return exports.workbook_bytes(
            [
                ("Applications", panel_sheet.columns(self.round), (line.cells for line in self.lines)),
                ("Marks and reasons", panel_sheet.MARK_COLUMNS, panel_sheet.marks(self.round, user, at)),
            ]
        )

    def table(self) -> bytes:
        return exports.csv_bytes(panel_sheet.columns(self.round), (line.cells for line in self.lines))

    def paper(self) -> bytes:
        names = [criterion.name for criterion in self.round.criteria.all()]
        facts = {
            "round": self.round,
            "lines": [(line, list(zip(names, line.row.on_criteria, strict=False))) for line in self.lines],
            "ranking": self.ranking,
            "at": self.request.at,
        }
        return papers.pdf("panel/panel_sheet_paper.html", facts)


class MarksFile(RankingPage, View):
    """Every mark with its reason, a row for each."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        content = exports.csv_bytes(
            panel_sheet.MARK_COLUMNS, panel_sheet.marks(self.round, request.user, request.at)
        )
        actions.take_sheet(self.round, kind="marks", by=request.user, at=request.at)
        return download(content, f"panel-marks-{self.round.slug}-{day_in_london(request.at)}.csv")
