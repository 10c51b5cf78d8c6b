"""The list of all authorities, and the page of one."""

from typing import Any

from django.views.generic import DetailView
from django_filters.views import FilterView

from beacons.directory.models import Authority, Succession
from outcomes.filters import AuthorityFilter
from outcomes.headlines import groups, permissions
from outcomes.models import HeadlineReport, SignUp
from outcomes.views.base import PAGE

REPORTS = 20


class CouncilList(FilterView):
    filterset_class = AuthorityFilter
    template_name = "outcomes/council_list.html"
    context_object_name = "councils"
    paginate_by = PAGE
    # What somebody typed into an address shows everything rather than nothing.
    strict = False

    def get_queryset(self) -> Any:
        visible = Authority.objects.visible_to(self.request.user, self.request.at)
        return (
            visible.select_related("region", "county").prefetch_related("successors").order_by("name", "pk")
        )


class CouncilDetail(DetailView):
    template_name = "outcomes/council_detail.html"
    context_object_name = "council"
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self) -> Any:
        visible = Authority.objects.visible_to(self.request.user, self.request.at)
        return visible.select_related("region", "county")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        council, user, at = self.object, self.request.user, self.request.at
        around = Authority.objects.visible_to(user, at)
        related = Succession.objects.select_related("authority", "successor")
        return super().get_context_data(
            **kwargs,
            successors=related.filter(authority=council).order_by("successor__name"),
            predecessors=related.filter(successor=council).order_by("took_over_on", "authority__name"),
            districts=around.filter(county=council)
            .existing_on(groups.as_of(council, at))
            .only("pk", "code", "name")
            .order_by("name"),
            sign_ups=SignUp.objects.visible_to(user, at)
            .of_areas([council.pk, council.area_id])
            .for_list()
            .select_related("outcome__measure", "measure", "authority")
            .order_by("outcome__title"),
            reports=HeadlineReport.objects.visible_to(user, at)
            .filter(authority=council, sharing=HeadlineReport.Sharing.PUBLIC)
            .select_related("council")[:REPORTS],
            compares=groups.is_council(council),
            may_choose=permissions.may_choose_priorities(user, council),
        )
