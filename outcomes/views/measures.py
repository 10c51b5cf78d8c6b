"""Measures that councils set themselves: what they measure, and the figures of all who use them."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import DetailView, FormView

from beacons.core import charts
from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes import measure_rules, permissions
from outcomes.actions import measures
from outcomes.forms.measures import FiguresForm, MeasureForm
from outcomes.models import Indicator, IndicatorValue, SignUp
from outcomes.views.base import PAGE


def own_measures(request: Any) -> Any:
    known = Indicator.objects.visible_to(request.user, request.at)
    return known.filter(kind=Indicator.Kind.OWN).select_related("authority")


class MeasureDetail(DetailView):
    """Public: anybody may see how it is measured, and how councils compare by it."""

    template_name = "outcomes/measure_detail.html"
    context_object_name = "measure"

    def get_queryset(self) -> Any:
        return own_measures(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measure, user = self.object, self.request.user
        best = "" if measure.polarity == Indicator.Polarity.LOW else "-"
        newest = (
            IndicatorValue.objects.visible_to(user, self.request.at)
            .filter(indicator=measure)
            .latest()
            .select_related("authority")
            .order_by(f"{best}value", "authority__name")
        )
        page = Paginator(newest, PAGE).get_page(self.request.GET.get("page"))
        users = (
            SignUp.objects.visible_to(user, self.request.at)
            .filter(measure=measure)
            .for_list()
            .order_by("authority__name", "outcome__title")[:PAGE]
        )
        mine = user.authorities if user.is_authenticated else []
        measuring = {each.authority_id for each in users} | {measure.authority_id}
        return super().get_context_data(
            **kwargs,
            figures=page,
            history=history(measure, page),
            drawn=bars(measure, page),
            users=users,
            entering=[authority for authority in mine if authority.pk in measuring],
            edits=permissions.may_edit_measure(user, measure),
            reasons_not_to_edit=measure_rules.reasons_not_to_edit(measure) if mine else [],
        )


def history(measure: Indicator, newest: Any) -> list[tuple[Authority, str, list[str]]]:
    """Each council with its newest figure, and those before it, the latest first."""
    told: dict[int, list[str]] = defaultdict(list)
    figures = IndicatorValue.objects.filter(
        indicator=measure, authority__in=[each.authority_id for each in newest]
    )
    for each in figures.order_by("-year"):
        told[each.authority_id].append(f"{measure.written(each.value)} in {each.period}")
    return [(each.authority, told[each.authority_id][0], told[each.authority_id][1:]) for each in newest]


def bars(measure: Indicator, values: Any) -> Any:
    shown = [charts.Bar(f"{each.authority}, {each.period}", float(each.value)) for each in values]
    return charts.bars(f"{measure.title}, newest figures ({measure.unit})", shown) if len(shown) > 1 else None


class MeasurePage(SignedIn, FormView):
    """A form about a measure: 404, then 403, then what the verb says."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.find()
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def authority(self) -> Authority:
        known = Authority.objects.visible_to(self.request.user, self.request.at)
        return get_object_or_404(known, pk=self.kwargs["authority"])

    @cached_property
    def measure(self) -> Indicator:
        return get_object_or_404(own_measures(self.request), pk=self.kwargs["pk"])

    def find(self) -> None:
        raise PermissionDenied

    def act(self, form: Any) -> tuple[Indicator, str]:
        raise PermissionDenied

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            measure, said = self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, said)
        return redirect("measure_detail", pk=measure.pk)


class MeasureAdd(MeasurePage):
    form_class = MeasureForm
    template_name = "outcomes/measure_form.html"

    def find(self) -> None:
        if not permissions.may_prepare_sign_up(self.request.user, self.authority):
            raise PermissionDenied

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = reverse("sign_up_desk", args=[self.authority.pk])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, authority=self.authority, reasons=[])

    def act(self, form: Any) -> tuple[Indicator, str]:
        made = measures.define_measure(
            self.authority, **form.cleaned_data, by=self.request.user, at=self.request.at
        )
        return made, f"{made.code} is defined. Enter its figures, and choose it in the terms of a sign-up."


class MeasureEdit(MeasurePage):
    form_class = MeasureForm
    template_name = "outcomes/measure_form.html"

    def find(self) -> None:
        if not permissions.may_edit_measure(self.request.user, self.measure):
            raise PermissionDenied

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.measure, name) for name in measures.WORDS}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = reverse("measure_detail", args=[self.measure.pk])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            measure=self.measure,
            authority=self.measure.authority,
            reasons=measure_rules.reasons_not_to_edit(self.measure),
        )

    def act(self, form: Any) -> tuple[Indicator, str]:
        changed = measures.edit_measure(
            self.measure, **form.cleaned_data, by=self.request.user, at=self.request.at
        )
        return changed, "The measure is changed."


class MeasureFigures(MeasurePage):
    form_class = FiguresForm
    template_name = "outcomes/measure_figures.html"

    def find(self) -> None:
        self.measure  # noqa: B018 - what is not there is not found, before anybody is refused
        if not permissions.may_prepare_sign_up(self.request.user, self.authority):
            raise PermissionDenied

    @cached_property
    def reasons(self) -> list[str]:
        return measure_rules.reasons_not_to_enter(self.measure, self.authority)

    def get_form_kwargs(self) -> dict[str, Any]:
        this_year = day_in_london(self.request.at).year
        held = dict(
            IndicatorValue.objects.filter(indicator=self.measure, authority=self.authority).values_list(
                "year", "value"
            )
        )
        recent = set(range(this_year - measure_rules.YEARS + 1, this_year + 1))
        years = sorted(recent | held.keys(), reverse=True)
        return super().get_form_kwargs() | {"years": years, "unit": self.measure.unit, "held": held}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = reverse("measure_detail", args=[self.measure.pk])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, measure=self.measure, authority=self.authority, reasons=self.reasons
        )

    def act(self, form: Any) -> tuple[Indicator, str]:
        entered = measures.enter_figures(
            self.measure,
            self.authority,
            figures=form.figures(),
            by=self.request.user,
            at=self.request.at,
        )
        return entered, f"The figures of {self.authority} are saved."
