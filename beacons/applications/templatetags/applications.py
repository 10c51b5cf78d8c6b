"""Tags of the applying desk's own pages."""

from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString

from beacons.applications.comparing import LINE_END, Kind, Piece

register = template.Library()


@register.inclusion_tag("applications/_change.html", takes_context=True)
def change(context: Context, part: str, what: str) -> dict[str, Any]:
    """A link to where this part is changed, on the page that says where: `changes` holds the addresses by part."""
    return {"url": (context.get("changes") or {}).get(part, ""), "what": what}


@register.filter
def standing_at(form: Any, place: str) -> Any:
    """The form that was sent and not taken, if it stands at this place of the page; the others are empty."""
    return form if form and form.place == place else None


# What was removed or added is told by a line through or under it, and to a screen reader in words.
MARKED = {
    Kind.GONE: '<del class="app-gone"><span class="govuk-visually-hidden"> (removed: </span>{}'
    '<span class="govuk-visually-hidden">) </span></del>',
    Kind.NEW: '<ins class="app-new"><span class="govuk-visually-hidden"> (added: </span>{}'
    '<span class="govuk-visually-hidden">) </span></ins>',
}
A_LINE_END = SafeString(
    f'<span aria-hidden="true">{LINE_END}</span><span class="govuk-visually-hidden">line end</span>'
)


@register.simple_tag
def piece_of(piece: Piece) -> SafeString:
    """Words of a comparison. In one go: a template for each of thousands would be slow."""
    words = A_LINE_END if piece.words == LINE_END else linebreaksbr(piece.words or "–")
    return format_html(MARKED[piece.kind], words) if piece.kind in MARKED else words
