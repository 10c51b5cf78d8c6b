"""Tags of the applying desk's own pages."""

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("applications/_change.html", takes_context=True)
def change(context: Context, part: str, what: str) -> dict[str, Any]:
    """A link to where this part is changed, on the page that says where: `changes` holds the addresses by part."""
    return {"url": (context.get("changes") or {}).get(part, ""), "what": what}
