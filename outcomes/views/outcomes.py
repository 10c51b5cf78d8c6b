"""The list of outcomes, and the page of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.views.generic import DetailView
from django_filters.views import FilterView

from beacons.directory.models import Authority
from outcomes import rules
from outcomes.filters import OutcomeFilter
from outcomes.models import Outcome, SignUp
from outcomes.spread import spread
from outcomes.views.base import ISSUES, PAGE, page_of

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


@dataclass(frozen=True)
class Ours:
    """What the reader's council has to do with an outcome."""

    authority: Authority
    sign_up: SignUp | None
    reasons_not_to_confirm: list[str]
    reasons_not_to_state: list[str]

    @property
    def is_own(self) -> bool:
        """Is it the council's own sign-up, rather than its county's?"""
        return self.sign_up is not None and self.sign_up.authority_id == self.authority.pk

    @property
    def may_confirm_now(self) -> bool:
        return self.is_own and not self.reasons_not_to_confirm


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


def what_is_ours(outcome: Outcome, mine: list[Authority], *, at: datetime) -> list[Ours]:
    if not mine:
        return []
    areas = {area for authority in mine for area in (authority.pk, authority.area_id)}
    held = {sign_up.authority_id: sign_up for sign_up in outcome.sign_ups.of_areas(list(areas)).for_list()}
    for known in held.values():
        known.outcome = outcome
    found = []
    for authority in mine:
        sign_up = held.get(authority.pk) or held.get(authority.area_id)
        found.append(
            Ours(
                authority,
                sign_up,
                rules.reasons_not_to_confirm_sign_up(sign_up, at=at) if sign_up else [],
                rules.reasons_not_now(outcome, at=at) if sign_up else [],
            )
        )
    return found
