"""What people told of their hours, added up so that nobody's own can be read from it: plain Python.

Fewer than five people are no group. Sums count only those who told before, and together with, the last whole five: a
sixth answer changes no figure until a tenth has come, so that comparing the page before and after one answer tells
nothing. A kind of council with fewer than five people is shown with others, and never what could be found by subtracting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

LEAST = 5
OTHERS = "Other types"


@dataclass(frozen=True)
class Told:
    """One answer: whose, on which thing, of which group, how many hours, and when."""

    person: int
    thing: int
    group: str
    hours: Decimal
    at: datetime


@dataclass(frozen=True)
class Hours:
    """A sum that may be shown."""

    people: int
    things: int
    hours: Decimal

    @property
    def each(self) -> Decimal:
        """Hours for each thing."""
        return self.hours / self.things


def countable(told: Iterable[Told]) -> list[Told]:
    """The answers that count: up to the one with which the last five people were complete."""
    told = list(told)
    first: dict[int, datetime] = {}
    for each in told:
        first[each.person] = min(each.at, first.get(each.person, each.at))
    people = sorted((at, person) for person, at in first.items())
    whole = people[: len(people) - len(people) % LEAST]
    if not whole:
        return []
    return [each for each in told if (each.at, each.person) <= whole[-1]]


def added_up(told: Sequence[Told]) -> Hours | None:
    """The sum of answers that count; None where they are of fewer than five people."""
    people = len({each.person for each in told})
    if people < LEAST:
        return None
    return Hours(people, len({each.thing for each in told}), sum((each.hours for each in told), Decimal(0)))


def by_group(told: Sequence[Told]) -> list[tuple[str, Hours]]:
    """Each group of five people and more, by name; those of fewer stand together. None, where that is all of them."""
    groups: dict[str, list[Told]] = {}
    for each in told:
        groups.setdefault(each.group, []).append(each)
    largest_first = sorted(groups, key=lambda name: (-people_of(groups[name]), name))
    shown = [name for name in largest_first if people_of(groups[name]) >= LEAST]
    rest = [name for name in largest_first if name not in shown]
    # What is hidden must not be found by taking the shown from the whole.
    while rest and shown and people_of([each for name in rest for each in groups[name]]) < LEAST:
        rest.append(shown.pop())
    found = [(name, groups[name]) for name in sorted(shown)]
    if rest and found:
        found.append((OTHERS, [each for name in rest for each in groups[name]]))
    return [(name, total) for name, some in found if (total := added_up(some)) is not None]


def people_of(told: Sequence[Told]) -> int:
    return len({each.person for each in told})
