"""Figures in tables whose heading holds the unit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context

from beacons.core.charts import figure
from beacons.directory.permissions import authority_ids
from outcomes.models import Flag

register = template.Library()


@register.filter
def bare(value: Decimal | float | None) -> str:
    """3.4; a dash where there is none."""
    return figure(None if value is None else float(value))


@register.filter
def of(key: Any, held: Mapping) -> Any:
    """What a table holds for this key: `{{ authority|of:labels }}`."""
    return held.get(key)


@register.simple_tag(takes_context=True)
def own_flags(context: Context) -> list[Flag]:
    """The flags of the reader's own councils, the newest first; nobody asks for anybody who acts for none."""
    request = context["request"]
    if not (councils := authority_ids(request.user)):
        return []
    given = Flag.objects.visible_to(request.user, request.at).filter(authority__in=councils)
    return list(
        given.select_related("authority").order_by("-year", "authority__name", "assessment", "subject")
    )
