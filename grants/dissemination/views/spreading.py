"""What one grant spreads: its events, its entries in the library, and how far they reached."""

from functools import cached_property
from typing import Any

from django.views.generic import TemplateView

from beacons.core.views import PER_PAGE, SignedIn
from grants.dissemination import permissions, rules
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.views.base import known_grant
from grants.models import Grant


class SpreadingDetail(SignedIn, TemplateView):
    """For whoever may know of the grant; entries that are still being written, for those who may know of them."""

    template_name = "dissemination/spreading_detail.html"

    @cached_property
    def grant(self) -> Grant:
        return known_grant(self.request, self.kwargs["reference"])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        grant, user, at = self.grant, self.request.user, self.request.at
        practices = Practice.objects.visible_to(user, at).filter(grant=grant)
        is_holder, planning = permissions.may_plan(user, grant), rules.reasons_not_to_plan(grant, at=at)
        came = Booking.objects.filter(activity__grant=grant, attended=True)
        adoptions = Adoption.objects.filter(practice__grant=grant)
        return super().get_context_data(
            grant=grant,
            activities=Activity.objects.filter(grant=grant)
            .with_councils()
            .order_by("starts_at", "pk")[:PER_PAGE],
            practices=practices.for_list().order_by("title", "pk")[:PER_PAGE],
            councils_came=came.order_by().values("authority").distinct().count(),
            changes=came.exclude(will_change="").count(),
            adoptions=adoptions.count(),
            changes_made=adoptions.changes_made().count(),
            is_holder=is_holder,
            planning=planning,
            may_plan=is_holder and not planning,
            drafting=rules.reasons_not_to_draft_practice(grant, at=at),
            **context,
        )
