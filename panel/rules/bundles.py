"""When a member may take papers away to read offline."""

from datetime import datetime

from beacons.directory.models import User
from panel.models import Bundle
from panel.pile import Pile

NOTHING = "There is no paper to read: they come when scoring opens, and go when the panel has done."
CHANGED = (
    "Your papers have changed since this was drawn: one of them is no longer yours to read. Ask for it again."
)
NONE = "There is none. Ask for it again."
NO_PRESS = "This server cannot make PDFs. Print the pages of your papers from your browser instead."


def reasons_not_to_ask(pile: Pile) -> list[str]:
    return [] if pile.to_read else [NOTHING]


def reasons_not_to_take(bundle: Bundle, pile: Pile, *, by: User, at: datetime) -> list[str]:
    """Every paper in it must be this member's to read now, whenever it was drawn."""
    if bundle.reader_id != by.pk or bundle.is_over(at):
        return [NONE]
    if bundle.drawn_at is None:
        return ["It is being drawn. Look again in a minute."]
    if not bundle.content:
        return [NO_PRESS]
    if not set(bundle.papers) <= {paper.reference for paper in pile.to_read}:
        return [CHANGED]
    return []


def reasons_not_to_throw_away(bundle: Bundle, *, at: datetime) -> list[str]:
    return [] if bundle.is_over(at) else ["It was asked for anew, and is kept for its day."]
