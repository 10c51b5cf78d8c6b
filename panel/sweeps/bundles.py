"""Papers to be read offline are drawn by the clock, so that no page waits for them, and thrown away after a day."""

from datetime import datetime

from beacons.core.sweeps import each
from panel.actions import bundles
from panel.models import Bundle


def draw(at: datetime) -> int:
    """One member's a time."""
    waiting = Bundle.objects.to_draw(at).select_related("reader").defer("content").first()
    return int(waiting is not None and bundles.draw(waiting, at=at))


def clear(at: datetime) -> int:
    return each(Bundle.objects.stale(at).defer("content"), bundles.throw_away, at=at)
