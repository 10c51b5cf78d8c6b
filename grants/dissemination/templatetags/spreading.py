"""What pages of earlier rooms show of dissemination: `{% load spreading %}`.

A grant knows nothing of what its holder spreads; its page does.
"""

from datetime import datetime
from typing import Any

from django import template

from grants.dissemination import progress
from grants.models import Grant

register = template.Library()


@register.inclusion_tag("dissemination/_undertakings.html")
def undertakings(grant: Grant, at: datetime, *, may_plan: bool = False) -> dict[str, Any]:
    """What the holder undertook, and how far it has come; with links to plan what is left, for those who may."""
    return {**progress.as_table(grant, at), "may_plan": may_plan}
