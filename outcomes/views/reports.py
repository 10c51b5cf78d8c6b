"""An authority's headline report as anybody can put it together, and as a file."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from beacons.core import exports, papers
from beacons.core.views import download
from beacons.directory.models import Authority
from outcomes.headlines import groups, permissions, sheet
from outcomes.headlines.choices import read
from outcomes.headlines.report import Report, build
from outcomes.models import HeadlineReport


def find_authority(request: HttpRequest, code: str) -> Authority:
    visible = Authority.objects.visible_to(request.user, request.at)  # type: ignore[attr-defined]
    return get_object_or_404(visible.select_related("region", "county"), code=code)


def asked_for(request: HttpRequest, code: str) -> Report:
    """The report that an address asks for."""
    authority = find_authority(request, code)
    choices, problems = read(request.GET)
    return build(authority, choices, user=request.user, at=request.at, problems=problems)  # type: ignore[attr-defined]


def page_facts(report: Report, user: Any) -> dict[str, Any]:
    """What the page of a report needs beside it."""
    authority = report.authority
    return {
        "report": report,
        "council": authority,
        "comparisons": [(name, groups.label(name, authority)) for name in groups.offered(authority)],
        "measures": HeadlineReport.Measures.choices,
        "plural": groups.PLURALS[Authority.Kind(authority.kind)],
        "may_save": permissions.may_save_reports(user),
        "may_choose": permissions.may_choose_priorities(user, authority),
        "query": report.query,
    }


class ReportShow(TemplateView):
    """Nothing is stored: what it shows stands in its address."""

    template_name = "outcomes/report_show.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = asked_for(self.request, self.kwargs["code"])
        changing = self.request.GET.get("report", "")
        mine = self._mine(changing)
        return super().get_context_data(
            **kwargs,
            **page_facts(report, self.request.user),
            changing=mine,
            save_query=report.choices.query(report=str(mine.key) if mine else ""),
        )

    def _mine(self, key: str) -> HeadlineReport | None:
        """The saved report that is being changed, where the reader made it."""
        if not self.request.user.is_authenticated or not is_key(key):
            return None
        return HeadlineReport.objects.filter(made_by=self.request.user, key=key).first()


def is_key(text: str) -> bool:
    """Whether a text can be the key of a saved report."""
    return re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


@require_safe
def report_csv(request: HttpRequest, code: str) -> HttpResponse:
    return as_csv(asked_for(request, code))


@require_safe
def report_pdf(request: HttpRequest, code: str) -> HttpResponse:
    return as_pdf(request, asked_for(request, code))


def as_csv(report: Report) -> HttpResponse:
    rows = sheet.rows(report)
    return download(exports.csv_bytes(sheet.COLUMNS, rows), f"headline-report-{report.authority.code}.csv")


def as_pdf(request: HttpRequest, report: Report, title: str = "") -> HttpResponse:
    facts = page_facts(report, request.user) | {"title": title, "request": request, "paper": True}
    try:
        content = papers.pdf("outcomes/report_paper.html", facts)
    except papers.NoPress:
        return render(request, "outcomes/report_no_press.html", facts, status=503)
    return download(content, f"headline-report-{report.authority.code}.pdf", inline=True)
