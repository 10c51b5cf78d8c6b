"""How the list of grants is narrowed down."""

from typing import Any

import django_filters
from django.db.models import Q

from beacons.core.forms import HouseFilterSet
from beacons.rounds.models import Round
from grants.models import Grant
from grants.querysets import GrantQuerySet
from grants.statuses import GrantStatus

WAITING = [
    ("late", "A return is overdue"),
    ("prepare", "A payment can be prepared"),
    ("approve", "A payment waits for approval"),
    ("sign", "A signature is missing"),
]


class GrantFilter(HouseFilterSet):
    words = django_filters.CharFilter(method="with_words", label="Reference or council")
    status = django_filters.ChoiceFilter(
        choices=GrantStatus.choices, label="Status", empty_label="Any status"
    )
    round = django_filters.ModelChoiceFilter(
        queryset=Round.objects.filter(grants__isnull=False).distinct(), label="Round", empty_label="Any round"
    )
    waiting = django_filters.ChoiceFilter(
        choices=WAITING, method="that_waits", label="What it waits for", empty_label="Anything"
    )

    class Meta:
        model = Grant
        fields: tuple[str, ...] = ()

    def with_words(self, grants: GrantQuerySet, name: str, value: str) -> GrantQuerySet:
        for word in value.split():
            grants = grants.filter(Q(reference__icontains=word) | Q(authority__name__icontains=word))
        return grants

    def that_waits(self, grants: GrantQuerySet, name: str, value: str) -> GrantQuerySet:
        at: Any = self.request.at
        return {
            "late": lambda: grants.with_late_returns(at),
            "prepare": lambda: grants.with_instalments_to_prepare(at),
            "approve": grants.with_payments_to_approve,
            "sign": lambda: grants.filter(status=GrantStatus.ACCEPTED),
        }[value]()
