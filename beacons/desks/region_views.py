"""The coordinator's desk, and what everybody may know of a region."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, FormView, ListView, TemplateView

from beacons.core import exports
from beacons.core.lifecycle import Refused
from beacons.core.views import SignedIn, download
from beacons.desks import regions
from beacons.desks.filters import MemberFilter
from beacons.desks.permissions import CoordinatorsOnly, coordinates, may_see_region
from beacons.directory.models import Region, Role
from beacons.rounds import engagement
from outcomes.actions import objectives
from outcomes.forms.objectives import ObjectiveForm
from outcomes.models import RegionObjective

PAGE = 50
COLUMNS = (
    "Council",
    "Code",
    "Outcome",
    "Standing",
    "Why",
    "Invited",
    "Opened",
    "Sign-up confirmed",
    "Issue stated",
    "Issue supported",
    "Somebody to write to",
)


def own_regions(user: Any) -> dict[str, Region]:
    """{code: region} of those this person coordinates, in the order of their names. No query: hats bring them."""
    held = [hat.region for hat in user.hats if hat.role == Role.COORDINATOR and hat.region]
    return {region.gss_code: region for region in sorted(held, key=lambda region: region.name)}


def own_region(user: Any, code: str) -> Region:
    """404 for another's region: what is known there is its own."""
    try:
        return own_regions(user)[code]
    except KeyError as unknown:
        raise Http404 from unknown


class RegionDesk(CoordinatorsOnly, TemplateView):
    """The region's objectives and gaps. Who coordinates two regions chooses first."""

    def get_template_names(self) -> list[str]:
        return ["desks/region.html" if self.region else "desks/region_choose.html"]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        mine = own_regions(user)
        code = self.kwargs.get("code")
        self.region: Region | None = None
        if code:
            self.region = own_region(user, code)
        elif len(mine) == 1:
            self.region = next(iter(mine.values()))
        if self.region is None:
            return super().get_context_data(regions=list(mine.values()), **context)
        return super().get_context_data(
            region=self.region,
            others=[region for region in mine.values() if region != self.region],
            desk=regions.desk(self.region, user, at),
            learning=regions.learning(self.region, user, at),
            **context,
        )


def narrowed(request: Any, region: Region) -> tuple[MemberFilter, list[dict[str, Any]]]:
    """The region's members that the address asks for, and the outcomes there are."""
    found = regions.members(region, request.at)
    outcomes = list(
        found.annotate(**regions.OUTCOME)
        .order_by("title")
        .values("outcome", *regions.OUTCOME)
        .annotate(members=Count("pk"))
    )
    return (
        MemberFilter(
            request.GET,
            queryset=found.for_list().order_by("authority__name", "outcome__title", "pk"),
            outcomes=[(line["outcome"], line["title"]) for line in outcomes],
        ),
        outcomes,
    )


def with_standings(request: Any, region: Region, found: list[Any], outcomes: list[dict[str, Any]]) -> None:
    """Each member's `standing`, where figures or flags say something of it."""
    shown = {member.outcome_id for member in found}
    said = regions.standings(
        region, [line for line in outcomes if line["outcome"] in shown], request.user, request.at
    )
    for member in found:
        member.standing = said.get((member.outcome_id, member.authority_id))


class RegionMembers(CoordinatorsOnly, TemplateView):
    """Each council of the region and each outcome it is signed up to: how far it has come, and where it stands."""

    template_name = "desks/region_members.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        region = own_region(self.request.user, self.kwargs["code"])
        found, outcomes = narrowed(self.request, region)
        paginator = Paginator(found.qs, PAGE)
        if not any(self.request.GET.get(name) for name in found.filters):
            paginator.count = sum(line["members"] for line in outcomes)
        page = paginator.get_page(self.request.GET.get("page"))
        page.object_list = list(page.object_list)
        with_standings(self.request, region, page.object_list, outcomes)
        return super().get_context_data(
            region=region,
            filter=found,
            page_obj=page,
            count=paginator.count,
            query=self.request.GET.urlencode(),
            **context,
        )


@require_safe
@login_required
def region_csv(request: Any, code: str) -> HttpResponse:
    """The members that the page's filters leave, as a table to take away."""
    if not may_see_region(request.user):
        raise PermissionDenied
    region = own_region(request.user, code)
    found, outcomes = narrowed(request, region)
    members = list(found.qs)
    with_standings(request, region, members, outcomes)
    return download(exports.csv_bytes(COLUMNS, cells(members)), f"members-{region.gss_code}.csv")


def cells(members: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for member in members:
        standing = member.standing
        yield (
            member.authority.name,
            member.authority.code,
            member.outcome.title,
            "Struggling" if standing and standing.is_struggling else "",
            standing.why if standing and standing.is_struggling else "",
            member.invited_at,
            member.opened_at,
            member.confirmed_at,
            member.has_stated,
            member.has_supported,
            member.has_people,
        )


# Objectives


class ObjectiveEdit(SignedIn, FormView):
    """A new objective of the coordinator's region, or another wording of one it has."""

    form_class = ObjectiveForm
    template_name = "desks/objective_form.html"
    region: Region
    objective: RegionObjective | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            if not may_see_region(request.user):
                raise PermissionDenied
            self.region = own_region(request.user, kwargs["code"])
            if "pk" in kwargs:
                held = self.region.objectives.prefetch_related("outcomes")
                self.objective = get_object_or_404(held, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        if self.objective is None:
            return {}
        return {
            "title": self.objective.title,
            "description": self.objective.description,
            "outcomes": [outcome.pk for outcome in self.objective.outcomes.all()],
        }

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = desk_url(self.region)
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            region=self.region, objective=self.objective, desk_url=desk_url(self.region), **context
        )

    def form_valid(self, form: ObjectiveForm) -> HttpResponse:
        try:
            objectives.save_objective(
                self.region, self.objective, **form.cleaned_data, by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The objective is saved.")
        return redirect(desk_url(self.region))


def desk_url(region: Region) -> str:
    return reverse("region_room", args=[region.gss_code])


@login_required
@require_POST
def objective_remove(request: Any, code: str, pk: int) -> HttpResponse:
    if not may_see_region(request.user):
        raise PermissionDenied
    region = own_region(request.user, code)
    objective = get_object_or_404(region.objectives, pk=pk)
    try:
        objectives.remove_objective(objective, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{objective.title}” is removed.")
    return redirect(desk_url(region))


# For everybody


class RegionList(ListView):
    template_name = "desks/region_list.html"
    context_object_name = "regions"

    def get_queryset(self) -> Any:
        today = Q(authorities__in=engagement.existing(self.request.at))
        return Region.objects.annotate(
            councils=Count("authorities", filter=today, distinct=True),
            aims=Count("objectives", distinct=True),
        ).order_by("name")


class RegionDetail(DetailView):
    """Official facts: the partnership, what it wants, its authorities and who is signed up to what. No label."""

    template_name = "desks/region_detail.html"
    context_object_name = "region"
    slug_field, slug_url_kwarg = "gss_code", "code"
    queryset = Region.objects.all()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        region, at = self.object, self.request.at
        kinds = regions.authorities(region, at)
        return super().get_context_data(
            objectives=regions.objectives(region),
            kinds=kinds,
            councils=sum(len(held) for _, held in kinds),
            cohorts=regions.cohorts(region, at),
            is_own=coordinates(self.request.user, region),
            **context,
        )
