"""What a report was asked to show, as it stands in an address and in a saved report. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

HEADLINE, BESIDE, LOCAL = "headline", "beside", "local"
ENGLAND, KIND, REGION, NEIGHBOURS, OWN = "england", "kind", "region", "neighbours", "own"
MEASURES = (HEADLINE, BESIDE, LOCAL)
COMPARISONS = (KIND, NEIGHBOURS, REGION, ENGLAND, OWN)
WEIGHT = "w-"
HEAVIEST = 10
MOST_COUNCILS = 60


@dataclass(frozen=True)
class Choices:
    """Blank measures and comparison stand for the house's own choice for this authority."""

    measures: str = ""
    comparison: str = ""
    # Codes of the authorities that somebody chose to compare with.
    own_list: tuple[str, ...] = ()
    # {code of a fact: weight}; empty for the house's own facts and weights.
    weights: Mapping[str, int] = field(default_factory=dict)

    def query(self, **more: str) -> str:
        """The same choices in an address, without its question mark."""
        pairs = [
            (name, value)
            for name, value in (("measures", self.measures), ("compare", self.comparison))
            if value
        ]
        pairs += [("with", code) for code in self.own_list]
        pairs += [(f"{WEIGHT}{code}", str(weight)) for code, weight in sorted(self.weights.items())]
        return urlencode(pairs + [(name, value) for name, value in more.items() if value])


def read(query: Any) -> tuple[Choices, list[str]]:
    """From an address, and what in it cannot be: a sentence each."""
    problems = []
    measures, comparison = query.get("measures", ""), query.get("compare", "")
    if measures and measures not in MEASURES:
        problems.append("Choose the measures from the list.")
        measures = ""
    if comparison and comparison not in COMPARISONS:
        problems.append("Choose what to compare with from the list.")
        comparison = ""
    codes = tuple(dict.fromkeys(code.strip() for code in query.getlist("with") if code.strip()))
    if len(codes) > MOST_COUNCILS:
        problems.append(f"Choose {MOST_COUNCILS} councils or fewer to compare with; you chose {len(codes)}.")
        codes = codes[:MOST_COUNCILS]
    weights = {}
    for name in query:
        if not name.startswith(WEIGHT) or not query[name].strip():
            continue
        weight = read_weight(query[name])
        if weight is None:
            problems.append(f"A weight is a whole number from 0 to {HEAVIEST}, not “{query[name][:20]}”.")
        else:
            weights[name.removeprefix(WEIGHT)] = weight
    return Choices(measures, comparison, codes, weights), problems


def read_weight(text: str) -> int | None:
    text = text.strip()
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= HEAVIEST else None
    )
