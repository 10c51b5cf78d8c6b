"""The figures a bid rests on: the list, and where they are picked, written, changed, moved and taken out."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from beacons.applications import actions, permissions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.deadline import count, sentence
from beacons.applications.evidence import Evidence, reports
from beacons.applications.evidence.choice import Offer, offers
from beacons.applications.forms.figures import OfficialForm, OwnForm, PickForm, pick_form
from beacons.applications.models import Application, EvidenceFigure
from beacons.applications.views.base import OwnApplicationMixin, WritingView, application_for
from beacons.core.lifecycle import Refused
from beacons.core.views import too_late
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority


class FigureList(OwnApplicationMixin, TemplateView):
    """The figures in their order, as an assessor will see them, and the ways to add one."""

    template_name = "applications/figure_list.html"
    loading = "for_figures"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, at = self.application, self.request.at
        return super().get_context_data(
            left=rules.reasons_figures(application),
            closed=rules.reasons_not_to_edit(application, at=at),
            may_edit=permissions.may_edit(self.request.user, application),
            adding=rules.reasons_not_to_add(application, at=at),
            room=rules.room(application),
            saved_reports=reports.saved(application, self.request.user, at),
            closing=sentence(application.closes_at, at),
            **context,
        )


class FigurePick(WritingView):
    """Official figures of one authority that takes part: ticked, and filled in by the house."""

    template_name = "applications/figure_pick.html"
    loading = "for_figures"
    minutes = 5

    @cached_property
    def taking_part(self) -> list[Authority]:
        found = Authority.objects.filter(pk__in=rules.taking_part(self.application))
        return list(found.select_related("region").order_by("name", "pk"))

    @cached_property
    def authority(self) -> Authority:
        code = self.kwargs["code"]
        found = next((authority for authority in self.taking_part if authority.code == code), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def offers(self) -> list[tuple[str, list[Offer]]]:
        there = [
            figure.indicator_id
            for figure in self.application.figures.all()
            if figure.is_official and figure.authority_id == self.authority.pk
        ]
        return offers(self.authority, self.application.outcome, besides=there)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_add(self.application, at=self.request.at)

    def get_form_class(self) -> type[PickForm]:
        return pick_form(self.offers)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offers": self.offers}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            authority=self.authority,
            others=[each for each in self.taking_part if each.pk != self.authority.pk],
            offers=self.offers,
            room=rules.room(self.application),
            closing=sentence(self.application.closes_at, self.request.at),
            **context,
        )

    def form_valid(self, form: PickForm) -> HttpResponse:
        chosen = [(indicator, self.authority) for indicator in form.chosen]
        try:
            picked = actions.pick_figures(self.application, chosen, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        tell_picked(self.request, picked, chosen)
        return redirect("figure_list", self.application.reference)


def tell_picked(request: HttpRequest, picked: Sequence[EvidenceFigure], chosen: Sequence[Any]) -> None:
    """What was added; what was in the application already, or did not fit, is no fault."""
    if picked:
        messages.success(request, f"{count(len(picked), 'figure')} added.")
    left_out = len(chosen) - len(picked)
    if left_out:
        was_or_were = "was" if left_out == 1 else "were"
        messages.info(
            request, f"{count(left_out, 'figure')} {was_or_were} in the application already, or did not fit."
        )
    if not chosen:
        messages.info(request, "Nothing was chosen, so nothing was added.")


class FigureMixin:
    """Pages of one figure of the application."""

    application: Application
    kwargs: Any

    @cached_property
    def item(self) -> Evidence:
        """With a list of the application's own figures in hand, no other council's can be named."""
        found = next(
            (item for item in self.application.evidence if item.figure.pk == self.kwargs["pk"]), None
        )
        if found is None:
            raise Http404
        return found


class FigureEdit(FigureMixin, WritingView):
    """An official figure's comparison and comment, or all of one of the council's own."""

    template_name = "applications/figure_edit.html"
    loading = "for_figures"
    minutes = 5

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if figure_of(self.application, self.kwargs["pk"]) is None:
            gone = [
                "This figure is not in the application. Somebody may have taken it out while you were writing."
            ]
            return too_late(request, gone, back=reverse("figure_list", args=[self.application.reference]))
        return super().post(request, *args, **kwargs)

    def get_form_class(self) -> Any:
        return OfficialForm if self.item.is_official else OwnForm

    def get_form_kwargs(self) -> dict[str, Any]:
        today = {} if self.item.is_official else {"today": day_in_london(self.request.at)}
        return {**super().get_form_kwargs(), "figure": self.item.figure, **today}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        closing = sentence(self.application.closes_at, self.request.at)
        return super().get_context_data(item=self.item, closing=closing, **context)

    def form_valid(self, form: Any) -> HttpResponse:
        save = actions.edit_official if self.item.is_official else actions.edit_own
        typed = {**form.typed(), "seen": form.cleaned_data["seen"]}
        try:
            save(self.item.figure, **typed, by=self.request.user, at=self.request.at)
        except Overtaken as refusal:
            now = next(item for item in refusal.application.evidence if item.figure.pk == self.item.figure.pk)
            facts = self.get_context_data(form=form.overtaken(refusal, now.figure), other=now)
            return self.render_to_response(facts)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Saved.")
        return onward(self.request, self.item.figure)


class FigureWrite(WritingView):
    """A figure that only the council has, with its source."""

    template_name = "applications/figure_write.html"
    loading = "for_figures"
    form_class = OwnForm

    def closing(self) -> list[str]:
        return rules.reasons_not_to_add(self.application, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "today": day_in_london(self.request.at)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        closing = sentence(self.application.closes_at, self.request.at)
        return super().get_context_data(closing=closing, **context)

    def form_valid(self, form: OwnForm) -> HttpResponse:
        try:
            figure = actions.write_figure(
                self.application, **form.typed(), by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "Figure added.")
        return onward(self.request, figure)


def onward(request: HttpRequest, figure: EvidenceFigure) -> HttpResponse:
    """To the list, or to the figure again with one more row."""
    if "row" in request.POST:
        return redirect("figure_edit", figure.application.reference, figure.pk)
    return redirect("figure_list", figure.application.reference)


def own_application(request: HttpRequest, reference: str) -> Application:
    application = application_for(request, reference, loading="for_figures")
    if not permissions.may_edit(request.user, application):
        raise PermissionDenied
    return application


@login_required
@require_POST
def figure_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The figures of the council's headline report, or of one that was saved, in one press."""
    application = own_application(request, reference)
    report = reports.asked_for(application, request.POST.get("report", ""), request.user, request.at)
    if report is None:
        messages.error(
            request, "This report is no longer there. Choose another, or pick the figures yourself."
        )
        return redirect("figure_list", reference)
    chosen, comparison = reports.figures_in(report)
    try:
        picked = actions.pick_figures(
            application,
            chosen,
            comparison=comparison,
            as_many_as_fit=True,
            by=request.user,
            at=request.at,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tell_picked(request, picked, chosen)
    return redirect("figure_list", reference)


def figure_of(application: Application, pk: int) -> EvidenceFigure | None:
    """None for one that a press before took out, as for one that was never there."""
    return next((figure for figure in application.figures.all() if figure.pk == pk), None)


@login_required
@require_POST
def figure_move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    application = own_application(request, reference)
    way = request.POST.get("way", "")
    figure = figure_of(application, pk)
    if figure is None or way not in (actions.UP, actions.DOWN):
        messages.error(request, "This figure is not in the application.")
        return redirect("figure_list", reference)
    try:
        actions.move_figure(figure, way, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("figure_list", reference)


@login_required
@require_POST
def figure_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    application = own_application(request, reference)
    figure = figure_of(application, pk)
    if figure is None:
        messages.error(request, "This figure is not in the application.")
        return redirect("figure_list", reference)
    try:
        actions.remove_figure(figure, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{figure.name}” is taken out.")
    return redirect("figure_list", reference)
