"""Finding an outcome, or an authority, among others."""

import django_filters
from django.db.models import Q

from beacons.core.forms import HouseFilterSet
from beacons.directory.models import Authority, Region
from beacons.directory.querysets import AuthorityQuerySet
from outcomes.models import Indicator, Outcome
from outcomes.querysets import IndicatorQuerySet, OutcomeQuerySet

WALES = "wales"


def themes() -> list[tuple[str, str]]:
    """The themes under which there are outcomes."""
    held = Outcome.objects.order_by("national_indicator__theme").values_list(
        "national_indicator__theme", flat=True
    )
    return [(theme, theme) for theme in held.distinct() if theme]


class OutcomeFilter(HouseFilterSet):
    words = django_filters.CharFilter(method="having_words", label="Words, or an indicator such as NI 117")
    theme = django_filters.ChoiceFilter(
        field_name="national_indicator__theme", choices=themes, label="Theme", empty_label="All themes"
    )

    def having_words(self, outcomes: OutcomeQuerySet, name: str, value: str) -> OutcomeQuerySet:
        """Every word stands somewhere; an indicator's code is found with and without its space."""
        code = value.upper().replace(" ", "").replace("NI", "NI ", 1)
        found = Q()
        for word in value.split():
            found &= (
                Q(title__icontains=word)
                | Q(description__icontains=word)
                | Q(national_indicator__title__icontains=word)
                | Q(measure__title__icontains=word)
            )
        return outcomes.filter(found | Q(national_indicator__code=code))


def regions() -> list[tuple[str, str]]:
    """England's regions, and Wales."""
    return [*((str(pk), name) for pk, name in Region.objects.values_list("pk", "name")), (WALES, "Wales")]


class AuthorityFilter(HouseFilterSet):
    name = django_filters.CharFilter(method="named", label="Name or code")
    kind = django_filters.ChoiceFilter(choices=Authority.Kind, label="Kind", empty_label="All kinds")
    region = django_filters.ChoiceFilter(
        method="within", choices=regions, label="Region", empty_label="All regions"
    )

    def named(self, authorities: AuthorityQuerySet, name: str, value: str) -> AuthorityQuerySet:
        """Every word stands in one of its names; a code is found whole."""
        words = Q()
        for word in value.replace("&", " and ").split():
            words &= Q(name__icontains=word) | Q(official_name__icontains=word)
        return authorities.filter(words | Q(code__iexact=value) | Q(gss_code__iexact=value))

    def within(self, authorities: AuthorityQuerySet, name: str, value: str) -> AuthorityQuerySet:
        return authorities.filter(nation="Wales") if value == WALES else authorities.filter(region=value)


def themes_of_indicators() -> list[tuple[str, str]]:
    held = Indicator.objects.order_by("theme").values_list("theme", flat=True).distinct()
    return [(theme, theme) for theme in held if theme]


class IndicatorFilter(HouseFilterSet):
    words = django_filters.CharFilter(method="having_words", label="Words, or a code such as NI 117")
    kind = django_filters.ChoiceFilter(choices=Indicator.Kind, label="Kind", empty_label="All kinds")
    theme = django_filters.ChoiceFilter(choices=themes_of_indicators, label="Theme", empty_label="All themes")

    def having_words(self, indicators: IndicatorQuerySet, name: str, value: str) -> IndicatorQuerySet:
        """Every word stands somewhere; a code is found with and without its space."""
        code = value.upper().replace(" ", "").replace("NI", "NI ", 1)
        found = Q()
        for word in value.split():
            found &= Q(title__icontains=word) | Q(description__icontains=word) | Q(code__icontains=word)
        return indicators.filter(found | Q(code=code))
