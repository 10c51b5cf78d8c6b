"""Figures in tables whose heading holds the unit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from beacons.core.charts import figure

register = template.Library()


@register.filter
def bare(value: Decimal | float | None) -> str:
    """3.4; a dash where there is none."""
    return figure(None if value is None else float(value))


@register.filter
def of(key: Any, held: Mapping) -> Any:
    """What a table holds for this key: `{{ authority|of:labels }}`."""
    return held.get(key)
