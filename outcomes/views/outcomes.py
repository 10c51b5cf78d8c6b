"""The list of outcomes, and the page of one."""

from typing import Any

from django.core.paginator import Paginator
from django.views.generic import DetailView
from django_filters.views import FilterView

from outcomes.cohort import members, sign_ups_of
from outcomes.england import read_england
from outcomes.filters import OutcomeFilter
from outcomes.maps import whole_cohort
from outcomes.models import Outcome
from outcomes.signals import signals_for
from outcomes.spread import spread
from outcomes.standing import warnings
from outcomes.views.base import PAGE
from outcomes.views.heard import issues_block
from outcomes.views.ours import what_is_ours


class OutcomeList(FilterView):
    filterset_class = OutcomeFilter
    template_name = "outcomes/outcome_list.html"
    context_object_name = "outcomes"
    paginate_by = PAGE
    # What somebody typed into an address shows everything rather than nothing.
    strict = False

    def get_queryset(self) -> Any:
        return Outcome.objects.visible_to(self.request.user, self.request.at).for_list()


class OutcomeDetail(DetailView):
    """Measures, spread, cohort and issues. Its parts share one reading of the figures and one of the cohort."""

    template_name = "outcomes/outcome_detail.html"

    def get_queryset(self) -> Any:
        return Outcome.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcome, user, at = self.object, self.request.user, self.request.at
        sign_ups = sign_ups_of(outcome, user, at)
        cohort = {sign_up.authority_id for sign_up in sign_ups}
        england = read_england(outcome, user, at, own=any(sign_up.measure_id for sign_up in sign_ups))
        mine = user.authorities if user.is_authenticated else []
        ours = what_is_ours(outcome, user, at=at, known=sign_ups)
        readers = [*mine, *(each.county for each in mine if each.county)]
        areas = members(sign_ups, england)
        own = {authority.pk for authority in mine}
        names = {pk: place.name for pk, place in england.places.items()}
        return super().get_context_data(
            **kwargs,
            ours=ours,
            our_ids={each.sign_up.pk for each in ours if each.sign_up},
            england=england,
            where=whole_cohort(outcome, england.on_the_map, sign_ups, own, names) if sign_ups else None,
            spreads=[spread(series, cohort, readers) for series in england.series.values()],
            signals=signals_for(user, outcome, england, cohort),
            warnings=warnings(len(areas)),
            cohort=Paginator(areas, PAGE).get_page(self.request.GET.get("page")),
            areas=len(areas),
            confirmed=sum(area.sign_up.confirmed_at is not None for area in areas),
            met=sum(area.progress.met is True for area in areas),
            **issues_block(self.request, outcome, ours),
        )
