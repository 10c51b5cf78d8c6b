"""How a sweep hands its items on: each in a transaction of its own, so that one bad row stops no other."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from beacons.core.lifecycle import Refused

logger = logging.getLogger(__name__)


def each(found: Iterable[Any], act: Callable[..., Any], *, at: datetime) -> int:
    """Call `act(item, by=None, at=at)` for each item that is due; returns how many were done.

    A refusal means that somebody else was quicker, or that the facts changed: it is logged and left for the next
    sweep, which asks the facts again. Any other error is logged with its traceback and does not stop the rest.
    """
    done = 0
    for item in found:
        try:
            act(item, by=None, at=at)
        except Refused as refusal:
            logger.info("%s left %s: %s", act.__name__, item, refusal)
        except Exception:
            logger.exception("%s failed on %s %s", act.__name__, type(item).__name__, item.pk)
        else:
            done += 1
    return done
