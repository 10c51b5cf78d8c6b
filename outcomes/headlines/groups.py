"""With whom an authority is compared: those of its kind, its region, England, those most like it, or a list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from outcomes.headlines.choices import COMPARISONS, ENGLAND, KIND, NEIGHBOURS, OWN, REGION

Kind = Authority.Kind
SINGLE = (Kind.UNITARY, Kind.METROPOLITAN, Kind.LONDON, Kind.CITY)
# The City of London is one of a kind: it stands with the boroughs around it.
FAMILIES = {Kind.LONDON: (Kind.LONDON, Kind.CITY), Kind.CITY: (Kind.LONDON, Kind.CITY)}
PLURALS = {
    Kind.COUNTY: "county councils",
    Kind.DISTRICT: "district councils",
    Kind.UNITARY: "unitary authorities",
    Kind.METROPOLITAN: "metropolitan boroughs",
    Kind.LONDON: "London boroughs",
    Kind.CITY: "London boroughs",
    Kind.WELSH: "councils of Wales",
    Kind.COMBINED: "combined authorities",
    Kind.GLA: "strategic authorities",
    Kind.FIRE: "fire and rescue services",
    Kind.POLICE: "police forces",
    Kind.PARK: "national park authorities",
}
REGIONS_WITH_ARTICLE = {
    "East Midlands",
    "East of England",
    "North East",
    "North West",
    "South East",
    "South West",
}


def family(authority: Authority) -> tuple[str, ...]:
    """The kinds that count as the same kind as an authority's."""
    return FAMILIES.get(authority.kind, (authority.kind,))  # type: ignore[call-overload]


def beside(authority: Authority) -> tuple[str, ...]:
    """The kinds that cover England once, in whole, with an authority of this kind among them: no place counts twice."""
    return (Kind.COUNTY if authority.kind == Kind.COUNTY else Kind.DISTRICT, *SINGLE)


def alike(authority: Authority) -> tuple[str, ...]:
    """The kinds among which neighbours are sought: councils of the same tier, which answer for the same things."""
    return SINGLE if authority.kind in SINGLE else (authority.kind,)


def is_council(authority: Authority) -> bool:
    return authority.kind in Authority.COUNCIL_KINDS


def offered(authority: Authority) -> list[str]:
    """The comparisons that mean something for an authority."""
    is_english = is_council(authority) and authority.nation == "England"
    means = {
        KIND: authority.kind != Kind.GLA,
        NEIGHBOURS: is_council(authority),
        REGION: is_english and authority.region_id is not None,
        ENGLAND: is_english,
        OWN: True,
    }
    return [name for name in COMPARISONS if means[name]]


def label(name: str, authority: Authority) -> str:
    """What a comparison is called on a page: "District councils", "Councils of the South East"."""
    return {
        KIND: PLURALS[Kind(authority.kind)][0].upper() + PLURALS[Kind(authority.kind)][1:],
        NEIGHBOURS: "Nearest neighbours",
        REGION: f"Councils of {region_name(authority)}",
        ENGLAND: "Councils of England",
        OWN: "A list of your own",
    }[name]


def region_name(authority: Authority) -> str:
    name = authority.region.name if authority.region else ""
    return f"the {name}" if name in REGIONS_WITH_ARTICLE else name


def company(name: str, authority: Authority) -> str:
    """Who it stands among, the authority itself with them: "12th of 32 ..."."""
    return {
        KIND: PLURALS[Kind(authority.kind)],
        NEIGHBOURS: "when set beside its nearest neighbours",
        REGION: f"councils of {region_name(authority)}",
        ENGLAND: "councils of England",
        OWN: "when set beside the councils chosen",
    }[name]


def others(name: str, authority: Authority) -> str:
    """The same without itself."""
    return {
        KIND: f"the other {PLURALS[Kind(authority.kind)]}",
        NEIGHBOURS: "its nearest neighbours",
        REGION: f"the other councils of {region_name(authority)}",
        ENGLAND: "the other councils of England",
        OWN: "the councils chosen",
    }[name]


def as_of(authority: Authority, at: datetime) -> date:
    """The day whose authorities it is compared with: today's, and for one abolished those of its last day."""
    return authority.closed_on - timedelta(days=1) if authority.closed_on else day_in_london(at)


def members(
    name: str, authority: Authority, *, user: Any, at: datetime, own_list: tuple[str, ...] = ()
) -> list[Authority]:
    """The others, in the order of their names; of nearest neighbours all among whom they are sought."""
    visible = Authority.objects.visible_to(user, at)
    if name == OWN:
        return list(visible.filter(code__in=own_list).exclude(pk=authority.pk)) if own_list else []
    return list(among(visible, name, authority, at).only("pk", "code", "name", "kind", "population"))


def among(known: QuerySet[Authority], name: str, authority: Authority, at: datetime) -> QuerySet[Authority]:
    """The same as a query, of all these authorities; a list of one's own is none of them."""
    wanted = {
        KIND: Q(kind__in=family(authority)),
        NEIGHBOURS: Q(kind__in=alike(authority)),
        REGION: Q(kind__in=beside(authority), region=authority.region_id),
        ENGLAND: Q(kind__in=beside(authority)),
    }[name]
    found: Any = known.filter(wanted, nation=authority.nation).exclude(pk=authority.pk)
    return found.existing_on(as_of(authority, at))
