"""The figures a bid rests on: what each says, how an official one is filled in, and how it is drawn.

A draft follows the newest official figures. Certified, it says what they were when the certifier read them.
"""

from typing import Any

from beacons.applications.evidence.facts import Evidence, Facts
from beacons.applications.evidence.official import live
from beacons.core.workdays import noon

__all__ = ["Evidence", "Facts", "of"]


def of(application: Any) -> list[Evidence]:
    """An application's figures in their order. Those that are frozen cost no further query."""
    figures = list(application.figures.all())
    official = [figure for figure in figures if figure.is_official and figure.frozen is None]
    now = live(official, noon(application.round.starts_on)) if official else {}
    return [
        Evidence(number, figure, _facts(figure, now), str(application.authority))
        for number, figure in enumerate(figures, start=1)
    ]


def _facts(figure: Any, now: dict[int, Facts]) -> Facts | None:
    if figure.frozen is not None:
        return Facts.read(figure.frozen)
    return now.get(figure.pk) if figure.is_official else figure.own_facts
