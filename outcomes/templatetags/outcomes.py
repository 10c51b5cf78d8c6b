"""Figures in tables whose heading holds the unit."""

from decimal import Decimal

from django import template

from beacons.core.charts import figure

register = template.Library()


@register.filter
def bare(value: Decimal | float | None) -> str:
    """3.4; a dash where there is none."""
    return figure(None if value is None else float(value))
