"""What there is to talk about, by a stored ranking: marks apart, means too low, what is too close to call, and what members
asked for. Each case says why it is on the agenda.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from panel.models import Item, Ranking, RankingRow
from panel.standings import CHAIRS_WORD, NOT_JUDGED, far_apart, too_low

# What the funding line leaves open is worked out over all cases: told only to those from whom none is hidden.
ZONE = "zone"
GATE, APART, UNJUDGED, CONCERN, AGAIN, ADDED = "gate", "apart", "unjudged", "concern", "again", "added"
ASKED = "A member asks to talk about it."
TOO_CLOSE = "Too close to the funding line for the marks to settle it."
SET_DOWN = "Set down for this meeting."

Why = tuple[str, str]


@dataclass
class Talk:
    """One case with all the reasons to talk about it, the gravest first."""

    row: RankingRow
    why: list[Why] = field(default_factory=list)

    @property
    def case(self) -> Any:
        return self.row.case

    @property
    def words(self) -> list[str]:
        return [words for _, words in self.why]

    @property
    def weight(self) -> tuple[int, int, int, int, Decimal]:
        """The greatest comes first: means too low, criteria apart, what members ask, the line, and how far readers are apart."""
        kinds = [kind for kind, _ in self.why]
        low = kinds.count(GATE) + kinds.count(UNJUDGED)
        asked = kinds.count(CONCERN) + kinds.count(AGAIN)
        return low, kinds.count(APART), asked, kinds.count(ZONE), self.row.spread or Decimal(0)


def by_marks(row: RankingRow, facts: dict[str, Any]) -> list[Why]:
    """What the lodged marks give reason to talk about, in the words of `Standing.to_discuss`."""
    found: list[Why] = []
    if row.shown is None:
        found.append((UNJUDGED, NOT_JUDGED))
    named = list(zip(facts["criteria"], row.criteria, strict=True))
    for (name, _, least), (shown, _, _, _, fails) in named:
        if fails:
            found.append((GATE, too_low(name, shown, least)))
    for (name, _, _), (_, lowest, highest, is_apart, _) in named:
        if is_apart:
            found.append((APART, far_apart(name, lowest, highest)))
    return found


def by_line(row: RankingRow, facts: dict[str, Any]) -> list[Why]:
    within = facts.get("has_line") and row.zone == RankingRow.Zone.WITHIN
    return [(ZONE, TOO_CLOSE)] if within else []


def talks(
    ranking: Ranking | None, rows: Iterable[RankingRow], asked: dict[int, list[Why]] | None = None
) -> list[Talk]:
    """The cases that there is reason to talk about, the gravest first; `asked` is what members said of each."""
    if ranking is None:
        return []
    found = []
    for row in rows:
        by_members = (asked or {}).get(row.case_id, [])
        why = by_marks(row, ranking.facts) + by_members + by_line(row, ranking.facts)
        if why:
            found.append(Talk(row, why))
    return sorted(found, key=lambda talk: talk.weight, reverse=True)


def equals(rows: Iterable[RankingRow]) -> list[list[RankingRow]]:
    """Groups of cases of one category that marks cannot part, best first; also those that the chair has parted.

    The rows come in their order, with `tie_place` and `category`.
    """
    groups: list[list[RankingRow]] = []
    for row in rows:
        if not (row.needs_reason or row.parted_by == CHAIRS_WORD):
            continue
        before = groups[-1][-1] if groups else None
        if before is None or not belong_together(before, row):
            groups.append([])
        groups[-1].append(row)
    return groups


def belong_together(before: Any, row: Any) -> bool:
    """Equals share a rank; parted ones stand next to each other in the chair's order."""
    if (before.category, before.shown, before.needs_reason) != (row.category, row.shown, row.needs_reason):
        return False
    if row.needs_reason:
        return bool(before.rank == row.rank)
    return bool(row.rank == before.rank + 1 and row.tie_place > before.tie_place)


def shown(item: Item, *, sees_all: bool) -> list[str]:
    """Why an item is on the agenda, for somebody from whom no case is hidden, or for anybody else."""
    return [words for kind, words in item.why if sees_all or kind != ZONE] or [SET_DOWN]
