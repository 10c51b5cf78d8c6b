"""Who an authority is compared with: its nearest neighbours by chosen facts, or a list of one's own."""

from typing import Any

from django.db.models import Q
from django.views.generic import TemplateView

from beacons.directory.models import Authority
from outcomes.forms.reports import FactsForm
from outcomes.headlines import groups
from outcomes.headlines.alike import HOUSE_FACTS, POPULATION, facts_of, house_weights, neighbourhood
from outcomes.headlines.choices import HEAVIEST, NEIGHBOURS, OWN, WEIGHT, Choices, read
from outcomes.headlines.report import indicators_for
from outcomes.models import Indicator
from outcomes.views.reports import find_authority, is_key


def also(query: Any) -> list[tuple[str, str]]:
    """What an address says beside the comparison itself, to be kept: the measures, and the report that is changed."""
    kept = [("measures", query.get("measures", "")), ("report", query.get("report", ""))]
    return [(name, value) for name, value in kept if value and (name != "report" or is_key(value))]


class NeighbourList(TemplateView):
    """The fifteen councils most like one, on facts and weights that anybody can change; they stand in the address."""

    template_name = "outcomes/neighbour_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, user, at = self.request.GET, self.request.user, self.request.at
        council = find_authority(self.request, self.kwargs["code"])
        if NEIGHBOURS not in groups.offered(council):
            return super().get_context_data(**kwargs, council=council, compares=False)
        known = [
            each for each in indicators_for(council, user=user, at=at, every=True) if self._is_fact(each)
        ]
        shown = [each.code for each in known if each.headline is not None or each.priority is not None]
        form = self._form(known, house_weights(shown))
        found, choices = None, Choices(comparison=NEIGHBOURS)
        if not form.is_bound or form.is_valid():
            weights = self._weights(form)
            facts = facts_of(weights, {each.code: each for each in known})
            pool = groups.members(NEIGHBOURS, council, user=user, at=at)
            found = neighbourhood(council, pool, facts)
            choices = Choices(comparison=NEIGHBOURS, weights=weights if form.is_bound else {})
        return super().get_context_data(
            **kwargs,
            council=council,
            compares=True,
            form=form,
            found=found,
            also=also(query),
            query=choices.query(**dict(also(query))),
            heaviest=HEAVIEST,
            tier=self._tier(council),
            circular=[each.title for each in found.facts if each.code in shown] if found else [],
        )

    def _is_fact(self, indicator: Any) -> bool:
        return indicator.kind == Indicator.Kind.PRESENT and indicator.newest is not None

    def _form(self, known: list[Any], weights: dict[str, int]) -> FactsForm:
        order = {code: place for place, code in enumerate(HOUSE_FACTS)}
        titles = {POPULATION: "Number of people", **{each.code: each.title for each in known}}
        facts = sorted(titles.items(), key=lambda fact: (order.get(fact[0], len(order)), fact[1]))
        query = self.request.GET
        asked = query if any(name.startswith(WEIGHT) for name in query) else None
        here = (
            read(query)[0].weights
            if asked
            else {code: each for code, each in weights.items() if code in titles}
        )
        return FactsForm(asked, facts=facts, weights=here, auto_id="id_%s")

    def _weights(self, form: FactsForm) -> dict[str, int]:
        if not form.is_bound:
            return dict(form.weights)
        said = {name.removeprefix(WEIGHT): weight for name, weight in form.cleaned_data.items() if weight}
        return {code: int(weight) for code, weight in said.items()}

    def _tier(self, council: Authority) -> str:
        if council.kind in groups.SINGLE:
            return "councils of England that have one tier: unitary authorities, metropolitan and London boroughs"
        return groups.PLURALS[Authority.Kind(council.kind)]


class OwnListChoose(TemplateView):
    """Any councils of today, by region; what is ticked goes into the report's address."""

    template_name = "outcomes/own_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        council = find_authority(self.request, self.kwargs["code"])
        chosen, _ = read(self.request.GET)
        visible = Authority.objects.visible_to(self.request.user, self.request.at)
        wanted = Q(kind__in=Authority.COUNCIL_KINDS) if groups.is_council(council) else Q(kind=council.kind)
        others = (
            visible.filter(wanted)
            .existing_on(groups.as_of(council, self.request.at))
            .exclude(pk=council.pk)
            .order_by("name")
            .values_list("code", "name", "kind", "region__name", "nation")
        )
        regions: dict[str, list[tuple[str, str, str]]] = {}
        for code, name, kind, region, nation in others:
            regions.setdefault(region or nation, []).append((code, name, Authority.Kind(kind).label))
        return super().get_context_data(
            **kwargs,
            council=council,
            regions=sorted(regions.items()),
            chosen=set(chosen.own_list),
            also=also(self.request.GET),
            comparison=OWN,
        )
