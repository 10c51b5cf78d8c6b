"""The list of outcomes, and the page of one."""

from typing import Any

from django.views.generic import DetailView
from django_filters.views import FilterView

from outcomes.filters import OutcomeFilter
from outcomes.models import Outcome
from outcomes.spread import spread
from outcomes.views.base import ISSUES, PAGE, page_of
from outcomes.views.ours import what_is_ours

SMALL_COHORT = 5


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
    template_name = "outcomes/outcome_detail.html"

    def get_queryset(self) -> Any:
        return Outcome.objects.visible_to(self.request.user, self.request.at).for_detail()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcome, user = self.object, self.request.user
        mine = user.authorities if user.is_authenticated else []
        ours = what_is_ours(outcome, mine, at=self.request.at)
        shown = spread(outcome, readers=[*mine, *(each.county for each in mine if each.county)])
        cohort = (
            outcome.sign_ups.visible_to(user, self.request.at).for_list().order_by("authority__name", "pk")
        )
        issues = outcome.issues.visible_to(user, self.request.at).for_list()
        return super().get_context_data(
            **kwargs,
            ours=ours,
            our_ids={each.sign_up.pk for each in ours if each.sign_up},
            spread=shown,
            cohort=page_of(cohort, PAGE, outcome.cohort_size, self.request.GET.get("page")),
            issues=page_of(issues, ISSUES, outcome.issue_count, self.request.GET.get("issues")),
            small_cohort=outcome.cohort_size < SMALL_COHORT,
        )
