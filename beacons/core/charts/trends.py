"""How one figure has moved, and how the middle of others moved meanwhile: small enough to stand in a paper."""

from collections.abc import Sequence
from typing import NamedTuple

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    FLAME,
    GREY,
    HAZE,
    LETTER,
    Chart,
    Drawing,
    Scale,
    apart,
    figure,
)

WIDTH, HEIGHT = 560, 236
LEFT, RIGHT, TOP, BOTTOM = 64, WIDTH - 84, 34, HEIGHT - 34
# A longer unit stands above the picture instead of beside each figure.
SHORT_UNIT = 2


class Step(NamedTuple):
    """A figure of one period; `place` says how far the periods lie apart, in years or in whatever they are counted."""

    place: float
    period: str
    value: float


def trend(
    title: str,
    own: tuple[str, Sequence[Step]],
    beside: tuple[str, Sequence[Step]] | None = None,
    *,
    unit: str = "",
    better: str = "",
) -> Chart:
    """A council's own line, and, dashed, that of others. Both come oldest first, and the own one has a figure."""
    name, steps = own
    others_name, others = beside if beside else ("", ())
    periods = {step.place: step.period for step in sorted([*others, *steps])}
    places = sorted(periods)
    scale = Scale.over([step.value for step in [*steps, *others]], left=BOTTOM, right=TOP)
    short = unit if len(unit) <= SHORT_UNIT else ""
    drawing = Drawing(height=HEIGHT, width=WIDTH)
    if unit and not short:
        drawing.text(4, 16, unit, size=14, colour=GREY)
    for tick in scale.ticks():
        drawing.line(LEFT, scale.at(tick), RIGHT, scale.at(tick), HAZE)
        drawing.text(LEFT - 8, scale.at(tick) + 5, figure(tick, short), anchor="end", size=14)
    cut = "" if scale.low <= 0 <= scale.high else f"The axis begins at {figure(scale.low, short)}, not at 0"
    if cut:
        drawing.text(WIDTH - 4, 16, cut, anchor="end", size=14, colour=GREY)
    across = _spread_out(places)
    for place in _labelled(places, across, periods):
        drawing.text(across[place], HEIGHT - 8, periods[place], anchor="middle", size=14)
    ends = apart(
        [scale.at(series[-1].value) if series else 0 for series in (steps, others)],
        17 if steps and others else 0,
    )
    if others:
        drawing.path(
            [(across[step.place], scale.at(step.value)) for step in others],
            EMBER,
            **{"stroke-width": 2, "stroke-dasharray": "6 4"},
        )
        for step in others:
            said = f"{others_name}, {step.period}: {figure(step.value, unit)}"
            drawing.dot(across[step.place], scale.at(step.value), 3, EMBER, said)
        drawing.text(RIGHT + 12, ends[1] + 5, figure(others[-1].value, short), size=14, colour=EMBER)
    drawing.path([(across[step.place], scale.at(step.value)) for step in steps], BRAND, **{"stroke-width": 3})
    for step in steps[:-1]:
        drawing.dot(
            across[step.place],
            scale.at(step.value),
            4,
            BRAND,
            f"{name}, {step.period}: {figure(step.value, unit)}",
        )
    newest = steps[-1]
    drawing.diamond(across[newest.place], scale.at(newest.value), 7, FLAME)
    drawing.text(RIGHT + 12, ends[0] + 5, figure(newest.value, short), size=15, bold=True)
    description = _in_words(name, steps, others_name, others, unit, better, cut)
    key = [("line", name)] + ([("dash", others_name)] if others else [])
    theirs = {step.place: step.value for step in others}
    mine = {step.place: step.value for step in steps}
    rows = tuple(
        (
            periods[place],
            figure(mine.get(place), unit),
            *((figure(theirs.get(place), unit),) if others else ()),
        )
        for place in places
    )
    columns = ("Period", name, *((others_name,) if others else ()))
    return Chart(title, description, drawing.svg(title, description), columns, rows, tuple(key))


def _spread_out(places: Sequence[float]) -> dict[float, float]:
    """Where each period stands; a single one in the middle."""
    first, length = places[0], places[-1] - places[0]
    if not length:
        return {first: (LEFT + RIGHT) / 2}
    return {place: LEFT + 14 + (RIGHT - LEFT - 28) * (place - first) / length for place in places}


def _labelled(places: Sequence[float], across: dict[float, float], periods: dict[float, str]) -> list[float]:
    """The periods that are written out: from the newest back, as many as do not touch each other."""
    shown: list[float] = []
    for place in reversed(places):
        room = LETTER * max(len(periods[place]), len(periods[shown[-1]])) + 8 if shown else 0
        if not shown or across[shown[-1]] - across[place] >= room:
            shown.append(place)
    return shown


def _in_words(
    name: str,
    steps: Sequence[Step],
    others_name: str,
    others: Sequence[Step],
    unit: str,
    better: str,
    cut: str,
) -> str:
    told = []
    for who, series in ((name, steps), (others_name, others)):
        if series:
            first, last = series[0], series[-1]
            said = f"{who}: {figure(first.value, unit)} in {first.period}"
            told.append(said if first is last else f"{said}, {figure(last.value, unit)} in {last.period}")
    if better:
        told.append(f"{better.capitalize()} is better")
    if cut:
        told.append(cut)
    return ". ".join(told) + "."
