"""May a text be written over the one that stands? Plain Python.

Two people may have the same answer open, and one person may have it open twice. A text says which version its page
showed; if another has been saved since, it is written over nothing, unless all that was saved since came from that
very page: an acknowledgement that was lost on its way, or the Back button, makes nobody a stranger to their own text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Page:
    """The page from which a text comes: a random mark of it as it was opened, and the number of this sending.

    Sendings that overtook each other are put in order by their number. Without a mark a page is nobody's.
    """

    mark: str = ""
    turn: int = 0


NOWHERE = Page()


class Verdict(Enum):
    WRITE = "write"
    # It stands already, was not touched, or is older than what the same page has sent since.
    KEEP = "keep"
    OVERTAKEN = "overtaken"


def judge(
    typed: Any, *, now: Any, seen: Any, later: Sequence[Any], page: Page, by: Any, is_newest: bool
) -> Verdict:
    """What becomes of a text. `now` is the one that stands and `seen` the one its page showed (None: unknown).

    `is_newest` says that nothing was saved since; else `later` are the versions that were.
    """
    if typed == now:
        return Verdict.KEEP
    if is_newest:
        return Verdict.WRITE
    own = [version for version in later if version.page == page.mark and version.saved_by_id == by.pk]
    if page.mark and later and len(own) == len(later):
        return Verdict.WRITE if page.turn >= max(version.turn for version in own) else Verdict.KEEP
    return Verdict.KEEP if typed == seen else Verdict.OVERTAKEN
