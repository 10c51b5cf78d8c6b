"""The measures that a council chose for its own report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn
from outcomes.actions import reports as actions
from outcomes.forms.reports import PrioritiesForm
from outcomes.headlines import permissions
from outcomes.models import Indicator, IndicatorValue
from outcomes.views.reports import find_authority


class PrioritiesChoose(SignedIn, FormView):
    """A council's officers choose the measures that stand in its report beside the six, or instead of them."""

    form_class = PrioritiesForm
    template_name = "outcomes/priorities_form.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.council = find_authority(request, self.kwargs["code"])
            if not permissions.may_choose_priorities(request.user, self.council):
                raise PermissionDenied
            self.on_offer = list(self._on_offer())
        return super().dispatch(request, *args, **kwargs)

    def _on_offer(self) -> Any:
        """Measures with a figure for the council or its county, and the council's own."""
        figures = IndicatorValue.objects.filter(
            indicator=OuterRef("pk"), authority__in={self.council.pk, self.council.area_id}
        )
        measured = Q(kind=Indicator.Kind.PRESENT) & Q(Exists(figures))
        own = Q(kind=Indicator.Kind.OWN, authority=self.council)
        visible = Indicator.objects.visible_to(self.request.user, self.request.at)
        return visible.filter(measured | own).order_by("title")

    def get_form_kwargs(self) -> dict[str, Any]:
        chosen = [each.indicator.code for each in self.council.local_priorities.select_related("indicator")]
        themes: dict[str, list[tuple[str, str]]] = {}
        for each in self.on_offer:
            is_own = each.kind == Indicator.Kind.OWN
            theme = "Your own measures" if is_own else each.theme or "Other measures"
            themes.setdefault(theme, []).append((each.code, each.title or each.code))
        return super().get_form_kwargs() | {"choices": sorted(themes.items()), "chosen": chosen}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = reverse("report_show", args=[self.council.code])
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, council=self.council, on_offer=self.on_offer)

    def form_valid(self, form: Any) -> HttpResponse:
        by_code = {each.code: each for each in self.on_offer}
        chosen = [by_code[code] for code in form.codes]
        try:
            actions.choose_priorities(self.council, chosen, by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, f"The local priorities of {self.council} are saved.")
        return redirect("report_show", code=self.council.code)
