"""Stored rankings and their rows, without those a person may not see."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Q

from beacons.core.querysets import HouseQuerySet
from panel.querysets.cases import CaseQuerySet


class RankingQuerySet(HouseQuerySet):
    def superseded(self, at: datetime) -> Self:
        """Rankings over a day old that a newer one of the same cases followed before the first case was shortlisted or left
        out: nothing that was decided rests on them.
        """
        cases = CaseQuerySet(self.model._meta.apps.get_model("panel", "Case"))
        chosen = cases.filter(application__round=OuterRef("round")).filter(
            Q(shortlisted_at__lte=OuterRef("made_at")) | Q(left_out_at__lte=OuterRef("made_at"))
        )
        newer = self.model._base_manager.filter(
            ~Exists(chosen),
            round=OuterRef("round"),
            hidden_key=OuterRef("hidden_key"),
            pk__gt=OuterRef("pk"),
        )
        return self.filter(Exists(newer), made_at__lt=at - timedelta(days=1))


class RankingRowQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """A row is as secret as the marks of its case."""
        cases = CaseQuerySet(self.model._meta.get_field("case").related_model)
        return self.filter(case__in=cases.visible_to(user, at).unsealed().values("pk"))

    def to_talk(self) -> Self:
        """What there may be to talk about, and equals; with what that takes of each case, and without its application."""
        concerns = self.model._meta.apps.get_model("panel", "Concern")._base_manager
        asked = Exists(concerns.filter(case=OuterRef("case")))
        return self.annotate(
            asked=asked,
            status=F("case__status"),
            tie_place=F("case__tie_place"),
            category=F("case__application__category"),
        ).filter(
            Q(to_discuss=True)
            | Q(zone="within")
            | Q(needs_reason=True)
            | Q(tie_place__isnull=False)
            | Q(asked=True)
        )

    def for_list(self) -> Self:
        """A page shows little of an application, which holds much."""
        bid = "case__application"
        own = [field.name for field in self.model._meta.concrete_fields]
        told = ("reference", "title", "authority__name", "category__name", "councillor__name")
        return self.select_related(f"{bid}__authority", f"{bid}__category", f"{bid}__councillor").only(
            *own, "case__status", *(f"{bid}__{name}" for name in told)
        )
