"""Finding an outcome among others."""

import django_filters
from django.db.models import Q

from beacons.core.forms import HouseFilterSet
from outcomes.models import Outcome
from outcomes.querysets import OutcomeQuerySet


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
