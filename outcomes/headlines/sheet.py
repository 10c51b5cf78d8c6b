"""A headline report as rows of a table that people take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outcomes.headlines.lines import Line
from outcomes.headlines.report import Report

COLUMNS = (
    "Council",
    "Measure",
    "Figure of",
    "Unit",
    "Which is better",
    "Period",
    "Figure",
    "Compared with",
    "Rank",
    "Of",
    "Quartile",
    "Direction of travel",
    "Period before",
    "Figure before",
    "Middle of the others",
    "Best of the others",
    "Who is best",
    "Target",
    "Note",
    "Sentence",
    "Source",
)


def rows(report: Report) -> Iterator[tuple[Any, ...]]:
    for line in [*report.lines, *report.county_lines]:
        yield _row(report, line)


def _row(report: Report, line: Line) -> tuple[Any, ...]:
    newest, before, best = line.newest, line.before, line.best
    notes = [
        line.missing,
        line.few,
        line.none,
        "The county’s figure, for the whole county." if line.is_county else "",
    ]
    return (
        report.authority.name,
        line.title,
        line.name,
        line.unit,
        line.good,
        newest.period if newest else line.others_period,
        newest.value if newest else None,
        "" if line.is_county else report.comparison_label,
        line.rank,
        len(line.values) if line.rank else None,
        line.quartile,
        line.travel and (line.direction or "changed"),
        before.period if before else "",
        before.value if before else None,
        line.middle,
        best.value if best else None,
        best.name if best else "",
        "; ".join(line.aims),
        " ".join(note for note in notes if note),
        line.sentence,
        line.source,
    )
