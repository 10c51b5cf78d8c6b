"""Where each of several may lie, against one line that is drawn through all."""

from collections.abc import Sequence
from dataclasses import dataclass

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    FLAME,
    GREY,
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
class Interval:
    """A place, how far it may be off, and, in words, on which side of the line it lies; `crosses` when on neither."""

    label: str
    value: float
    low: float
    high: float
    side: str = ""
    crosses: bool = False


def intervals(
    title: str,
    rows: Sequence[Interval],
    *,
    line: float | None = None,
    line_words: str = "",
    dot_words: str = "the middle",
    range_words: str = "where it probably lies",
    cross_words: str = "crosses the line",
    columns: tuple[str, str, str, str, str] = ("Name", "Middle", "From", "To", "Side"),
) -> Chart:
    """Small values stand on the left. A line that is far from all of these rows is told in words alone."""
    ends = [end for row in rows for end in (row.low, row.high, row.value)]
    reach = max(ends) - min(ends)
    is_near = line is not None and min(ends) - reach <= line <= max(ends) + reach
    scale = Scale.over([*ends, *([line] if is_near and line is not None else [])], left=250, right=WIDTH - 90)
    step, head = 30, 14
    bottom = head + step * len(rows)
    drawing = Drawing(height=bottom + 36)
    draw_axis(drawing, scale, head - 4, bottom, "")
    for index, row in enumerate(rows):
        middle = head + step * index + step / 2
        drawing.text(238, middle + 5, shortened(row.label, 30), anchor="end", bold=row.crosses)
        drawing.line(
            scale.at(row.low),
            middle,
            scale.at(row.high),
            middle,
            EMBER if row.crosses else VIOLET,
            **{"stroke-width": 4},
        )
        if row.crosses:
            drawing.diamond(scale.at(row.value), middle, 8, FLAME)
        else:
            drawing.dot(scale.at(row.value), middle, 6, BRAND, f"{row.label}: {figure(row.value)}")
        ending = f"{figure(row.low)} to {figure(row.high)}" if row.low != row.high else figure(row.low)
        drawing.text(
            max(scale.at(row.high), scale.at(row.value)) + 12, middle + 5, ending, size=14, colour=GREY
        )
    if is_near and line is not None:
        x = scale.at(line)
        drawing.line(x, head - 8, x, bottom, EMBER, **{"stroke-width": 2.5, "stroke-dasharray": "6 4"})
    key = [("dot", dot_words), ("range", range_words)]
    crossing = [row for row in rows if row.crosses]
    if crossing:
        key.append(("diamond", cross_words))
    if is_near:
        key.append(("dash", line_words))
    told = [f"{len(rows)} in all"]
    if line is not None:
        told.append(f"{line_words}: {figure(round(line, 1))}")
        told.append(
            f"{len(crossing)} {cross_words}: {', '.join(row.label for row in crossing)}"
            if crossing
            else f"None {cross_words}"
        )
    description = ". ".join(told) + "."
    table = tuple(
        (row.label, figure(row.value), figure(row.low), figure(row.high), row.side or "–") for row in rows
    )
    return Chart(title, description, drawing.svg(title, description), columns, table, tuple(key))
