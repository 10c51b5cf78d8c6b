"""Staff bring in an indicator's new year: upload, look, carry out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from beacons.core.lifecycle import Refused
from beacons.core.views import OpenTo
from outcomes import permissions, rules
from outcomes.actions import figures
from outcomes.forms.figures import FigureImportForm
from outcomes.models import FigureImport
from outcomes.views.base import page_of

SHOWN = 20


class BringsFiguresIn(OpenTo):
    """For those who bring in figures."""

    may_enter = staticmethod(permissions.may_bring_figures_in)


class FigureImportList(BringsFiguresIn, FormView):
    """What was brought in, and the form for the next file. What is wrong with a file is shown row by row."""

    form_class = FigureImportForm
    template_name = "outcomes/figure_import_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = FigureImport.objects.visible_to(self.request.user, self.request.at).for_list()
        return super().get_context_data(
            **kwargs, imports=page_of(kept, SHOWN, kept.count(), self.request.GET.get("page"))
        )

    def form_valid(self, form: FigureImportForm) -> HttpResponse:
        file, published_on = form.cleaned_data["file"], form.cleaned_data["published_on"]
        found, problems = figures.look(file, name=file.name, published_on=published_on, at=self.request.at)
        if problems:
            form.add_error(
                "file", "Nothing was brought in. Mend what is listed below, then choose the file again."
            )
            return self.render_to_response(
                self.get_context_data(form=form, problems=problems, file_name=file.name)
            )
        kept = figures.keep_checked(
            file,
            found,
            name=file.name,
            published_on=published_on,
            notes=problems.notes,
            by=self.request.user,
            at=self.request.at,
        )
        return redirect(kept)


class FigureImportDetail(BringsFiguresIn, DetailView):
    """What a file would change, or what it changed."""

    template_name = "outcomes/figure_import_detail.html"
    context_object_name = "kept"

    def get_queryset(self) -> Any:
        return FigureImport.objects.visible_to(self.request.user, self.request.at).for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, reasons=rules.reasons_not_to_carry_out(self.object))


@login_required
@require_POST
def figure_import_carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(FigureImport.objects.visible_to(request.user, request.at).for_list(), pk=pk)
    if not permissions.may_bring_figures_in(request.user):
        raise PermissionDenied
    try:
        kept = figures.carry_out(kept, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Brought in: {kept.added:,} figures added, {kept.changed:,} changed.")
    return redirect(kept)
