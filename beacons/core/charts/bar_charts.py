"""Values one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    FLAME,
    VIOLET,
    WIDTH,
    Chart,
    Drawing,
    Scale,
    draw_axis,
    figure,
    shortened,
)


@dataclass(frozen=True)
class Bar:
    """A value with, where it is known, how far it may be off."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    marked: bool = False


def bars(
    title: str,
    rows: Sequence[Bar],
    *,
    unit: str = "",
    cut: int | None = None,
    cut_label: str = "The pot reaches to here",
    value_name: str = "Value",
    label_name: str = "Name",
    top: float | None = None,
) -> Chart:
    """Values one below the other; with an interval as a line, and, for a ranking, where the pot ends."""
    ranged = any(bar.low is not None for bar in rows)
    values = [value for bar in rows for value in (bar.value, bar.low, bar.high) if value is not None]
    values += [] if ranged else [0.0]
    values += [] if top is None else [top]
    left = 250
    scale = Scale.over(values, left=left, right=WIDTH - 70, pad=ranged)
    row, head = 30, 14
    drawing = Drawing(height=head + row * len(rows) + 36)
    draw_axis(drawing, scale, head - 4, head + row * len(rows), unit)
    for index, bar in enumerate(rows):
        middle = head + row * index + row / 2
        drawing.text(left - 12, middle + 5, shortened(bar.label, 30), anchor="end", bold=bar.marked)
        if ranged:
            if bar.low is not None and bar.high is not None:
                drawing.line(
                    scale.at(bar.low), middle, scale.at(bar.high), middle, VIOLET, **{"stroke-width": 4}
                )
            if bar.marked:
                drawing.diamond(scale.at(bar.value), middle, 8, FLAME)
            else:
                drawing.dot(scale.at(bar.value), middle, 6, BRAND, f"{bar.label}: {figure(bar.value, unit)}")
        else:
            start, end = sorted((scale.at(0), scale.at(bar.value)))
            drawing.box(start, middle - 9, end - start, 18, BRAND if not bar.marked else FLAME)
        end_of_bar = max(scale.at(bar.value), scale.at(bar.high if bar.high is not None else bar.value))
        drawing.text(end_of_bar + 10, middle + 5, figure(bar.value, unit), size=14)
    if cut is not None and 0 < cut < len(rows):
        y = head + row * cut
        drawing.line(8, y, WIDTH - 8, y, EMBER, **{"stroke-width": 2, "stroke-dasharray": "6 4"})
    key = []
    if ranged:
        key = [("dot", "the value"), ("range", "where it probably lies")]
    if cut is not None and 0 < cut < len(rows):
        key.append(("dash", cut_label))
    if any(bar.marked for bar in rows):
        key.append(("diamond", ", ".join(bar.label for bar in rows if bar.marked)[:80]))
    description = bars_in_words(rows, unit, cut, cut_label)
    columns = (label_name, value_name, *(("From", "To") if ranged else ()))
    table = tuple(
        (
            bar.label,
            figure(bar.value, unit),
            *((figure(bar.low, unit), figure(bar.high, unit)) if ranged else ()),
        )
        for bar in rows
    )
    return Chart(title, description, drawing.svg(title, description), columns, table, tuple(key))


def bars_in_words(rows: Sequence[Bar], unit: str, cut: int | None, cut_label: str) -> str:
    if not rows:
        return "There is nothing to show yet."
    highest, lowest = max(rows, key=lambda bar: bar.value), min(rows, key=lambda bar: bar.value)
    told = [
        f"{len(rows)} values, from {figure(lowest.value, unit)} ({lowest.label})"
        f" to {figure(highest.value, unit)} ({highest.label})"
    ]
    if cut is not None and 0 < cut < len(rows):
        told.append(f"{cut_label}: after {rows[cut - 1].label}")
    return ". ".join(told) + "."
