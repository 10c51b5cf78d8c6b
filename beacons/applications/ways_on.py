"""Where an application's page leads its own council: later rooms register their links here, since this one knows none.

    @way_on
    def offer(application, user, at):
        return WayOn("Offer your practice to the library", url)

What a later room keeps sealed stays sealed: it answers None until it may be known, also by the link being there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class WayOn:
    """A link, in the words of whoever registered it."""

    words: str
    url: str


Find = Callable[[Any, Any, datetime], WayOn | None]
_found: list[Find] = []


def way_on(find: Find) -> Find:
    """Register a function that gives the link for this application and this person now, or None."""
    _found.append(find)
    return find


def of(application: Any, user: Any, at: datetime) -> list[WayOn]:
    return [found for find in _found if (found := find(application, user, at)) is not None]
