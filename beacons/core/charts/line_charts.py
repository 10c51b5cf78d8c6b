"""A few councils or averages over the same periods."""

from collections.abc import Sequence

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    GREY,
    HAZE,
    VIOLET,
    WIDTH,
    Chart,
    Drawing,
    Named,
    Scale,
    apart,
    figure,
    shortened,
)

DASHES = ("", "8 5", "2 4", "12 4 2 4")
COLOURS = (BRAND, EMBER, VIOLET, GREY)


def lines(title: str, series: Sequence[tuple[str, Sequence[Named]]], *, unit: str = "") -> Chart:
    """A few councils or averages over the same periods; each line has its own dashes and its name at its end."""
    periods = list(dict.fromkeys(period for _, points in series for period, _ in points))
    values = [value for _, points in series for _, value in points]
    right, height = WIDTH - 170, 260
    scale = Scale.over(values, left=height - 34, right=16)
    drawing = Drawing(height=height)
    for tick in scale.ticks():
        drawing.line(52, scale.at(tick), right, scale.at(tick), HAZE)
        drawing.text(44, scale.at(tick) + 5, figure(tick, unit), anchor="end", size=14)
    step = (right - 72) / max(len(periods) - 1, 1)
    across = {period: 62 + step * index for index, period in enumerate(periods)}
    every = max(1, len(periods) // 8)
    for index, period in enumerate(periods):
        if index % every == 0 or index == len(periods) - 1:
            drawing.text(across[period], height - 8, period, anchor="middle", size=14)
    ends = apart([scale.at(points[-1][1]) if points else 0 for _, points in series], 18)
    for index, (name, points) in enumerate(series):
        colour = COLOURS[index % len(COLOURS)]
        dash = {"stroke-dasharray": DASHES[index % len(DASHES)]} if index else {}
        placed = [(across[period], scale.at(value)) for period, value in points]
        drawing.path(placed, colour, **{"stroke-width": 3}, **dash)
        for (period, value), (x, y) in zip(points, placed, strict=True):
            drawing.dot(x, y, 4, colour, f"{name}, {period}: {figure(value, unit)}")
        if placed:
            words = f"{shortened(name, 14)} {figure(points[-1][1], unit)}"
            drawing.text(right + 10, ends[index] + 5, words, size=14)
    description = "; ".join(
        f"{name}: {figure(points[0][1], unit)} in {points[0][0]}, {figure(points[-1][1], unit)} in {points[-1][0]}"
        for name, points in series
        if points
    )
    held = [(name, dict(points)) for name, points in series]
    rows = tuple(
        (period, *(figure(points[period], unit) if period in points else "–" for _, points in held))
        for period in periods
    )
    columns = ("Period", *(name for name, _ in series))
    return Chart(title, f"{description}.", drawing.svg(title, f"{description}."), columns, rows)
