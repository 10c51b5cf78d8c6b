"""How lists of cohort members are narrowed, by staff for a round and by coordinators for a region."""

from collections.abc import Sequence
from typing import Any

import django_filters

from beacons.applications import expected
from beacons.core.forms import HouseFilterSet
from beacons.directory.models import Authority
from beacons.rounds import engagement
from outcomes.models import SignUp
from outcomes.querysets import SignUpQuerySet

STATES = {
    "uninvited": ("Not invited", ~engagement.INVITED),
    "nobody": ("Nobody to write to", engagement.NOBODY),
    "unopened": ("Invited, not opened", engagement.INVITED & ~engagement.OPENED),
    "unconfirmed": ("Sign-up not confirmed", ~engagement.CONFIRMED),
    "silent": ("No issue stated or supported", ~engagement.HEARD),
    "done": ("Confirmed and heard", engagement.DONE),
}
Choices = Sequence[tuple[Any, str]]


class MemberFilter(HouseFilterSet):
    """Of sign-ups with their engagement. What there is to choose from the page knows already."""

    outcome = django_filters.ChoiceFilter(field_name="outcome", empty_label="All outcomes")
    state = django_filters.ChoiceFilter(
        choices=[(state, words) for state, (words, _) in STATES.items()],
        label="How far",
        empty_label="Any",
        method="in_state",
    )

    class Meta:
        model = SignUp
        fields: list[str] = []

    def __init__(self, *args: Any, outcomes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["outcome"].extra["choices"] = outcomes

    def in_state(self, members: SignUpQuerySet, name: str, value: str) -> SignUpQuerySet:
        return members.filter(STATES[value][1])


class EngagementFilter(MemberFilter):
    region = django_filters.ChoiceFilter(
        field_name="authority__region", label="Region", empty_label="All regions"
    )

    class Meta(MemberFilter.Meta):
        fields = ["outcome", "region", "state"]

    def __init__(self, *args: Any, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["region"].extra["choices"] = regions


class ExpectedFilter(HouseFilterSet):
    """Of each kind of rows that are expected in a round: all have a state, an outcome and an authority."""

    state = django_filters.ChoiceFilter(
        choices=[(state, words) for state, (words, _) in expected.STATES.items()],
        label="State",
        empty_label="Any",
    )
    outcome = django_filters.ChoiceFilter(label="Outcome", empty_label="All outcomes")
    region = django_filters.ChoiceFilter(
        field_name="authority__region", label="Region", empty_label="All regions"
    )
    type = django_filters.ChoiceFilter(
        field_name="authority__kind",
        choices=Authority.Kind.choices,
        label="Type of council",
        empty_label="All types",
    )

    def __init__(self, *args: Any, outcomes: Choices, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["outcome"].extra["choices"] = outcomes
        self.filters["region"].extra["choices"] = regions
