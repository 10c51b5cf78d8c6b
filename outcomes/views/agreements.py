"""The office brings in whole agreements from files: looked at first, then carried out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView

from beacons.core import exports
from beacons.core.lifecycle import Refused
from beacons.core.tables import fingerprint
from beacons.core.views import OpenTo, download
from outcomes import agreements, permissions, rules
from outcomes.actions import agreements as bringing
from outcomes.forms.agreements import AgreementFileForm
from outcomes.models import AgreementImport
from outcomes.views.base import PAGE

PAST = 20
EXAMPLES = [
    ("WGN", "less-waste", 31.5, 2008, 40, 2011, "Ann Other, Head of Waste", "agreement", ""),
    ("LAN", "less-waste", 29, 2008, 38.5, 2011, "", "agreement", ""),
]


class BringsAgreementsIn(OpenTo):
    """For those who bring in agreements."""

    may_enter = staticmethod(permissions.may_import_agreements)


class AgreementImportList(BringsAgreementsIn, FormView):
    """Upload a file, see what is wrong with it, and what was brought in before."""

    form_class = AgreementFileForm
    template_name = "outcomes/agreement_import_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        past = AgreementImport.objects.visible_to(self.request.user, self.request.at).for_list()
        return super().get_context_data(**kwargs, past=past[:PAST], columns=agreements.COLUMNS)

    def form_valid(self, form: Any) -> HttpResponse:
        file, sheet = form.cleaned_data["file"], form.cleaned_data["sheet"] or None
        entries, plan, problems = bringing.read_to_check(
            file, name=file.name, sheet=sheet, at=self.request.at
        )
        if problems:
            form.add_error(
                "file", "The file cannot be brought in as it is. Mend what is listed and upload it again."
            )
            return self.render_to_response(
                self.get_context_data(form=form, problems=problems, file_name=file.name)
            )
        kept = bringing.keep_checked(
            entries,
            plan,
            file_name=file.name,
            sha256=fingerprint(file),
            notes=problems.notes,
            by=self.request.user,
            at=self.request.at,
        )
        return redirect(kept)


class AgreementImportDetail(BringsAgreementsIn, DetailView):
    """What a file would change, line by line; afterwards what it changed."""

    template_name = "outcomes/agreement_import_detail.html"
    context_object_name = "kept"

    def get_queryset(self) -> Any:
        return AgreementImport.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first_changed = sorted(self.object.lines, key=lambda line: (line["kind"] == "add", line["line"]))
        return super().get_context_data(
            **kwargs,
            lines=Paginator(first_changed, PAGE).get_page(self.request.GET.get("page")),
            reasons=rules.reasons_not_to_carry_out(self.object),
        )


@login_required
@require_POST
def agreement_carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    if not permissions.may_import_agreements(request.user):
        raise PermissionDenied
    kept = get_object_or_404(AgreementImport.objects.visible_to(request.user, request.at), pk=pk)
    try:
        done = bringing.carry_out(kept, by=request.user, at=request.at)
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(
            request, f"{done.file_name} is brought in: {done.added} added, {done.changed} changed."
        )
    return redirect(kept)


@login_required
@require_safe
def agreement_template(request: HttpRequest, kind: str) -> HttpResponse:
    """A file with the header and two rows to be replaced."""
    if not permissions.may_import_agreements(request.user):
        raise PermissionDenied
    if kind not in {"csv", "xlsx"}:
        raise Http404
    if kind == "xlsx":
        content = exports.xlsx_bytes("Agreements", agreements.COLUMNS, EXAMPLES)
    else:
        content = exports.csv_bytes(agreements.COLUMNS, EXAMPLES)
    return download(content, f"agreements.{kind}")
