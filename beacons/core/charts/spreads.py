"""How one indicator spreads over groups of councils."""

from collections.abc import Sequence
from statistics import quantiles

from beacons.core.charts.drawing import (
    BRAND,
    EMBER,
    FLAME,
    HAZE,
    VIOLET,
    WIDTH,
    Chart,
    Drawing,
    Named,
    Scale,
    draw_axis,
    figure,
)


def spread(
    title: str,
    *,
    groups: Sequence[tuple[str, Sequence[Named]]],
    unit: str = "",
    better: str = "",
    own: Named | None = None,
    reference: Named | None = None,
) -> Chart:
    """How one indicator spreads over groups of councils, a row of dots for each, with the reader's own marked."""
    groups = [(name, sorted(members, key=lambda member: (member[1], member[0]))) for name, members in groups]
    values = [value for _, members in groups for _, value in members]
    values += [named[1] for named in (own, reference) if named]
    scale = Scale.over(values, left=12, right=WIDTH - 12)
    row, top = 92, 42
    drawing = Drawing(height=top + row * len(groups) + 34)
    draw_axis(drawing, scale, top - 4, top + row * len(groups), unit)
    for index, (name, members) in enumerate(groups):
        base = top + row * index
        drawing.text(12, base + 14, f"{name} ({len(members)})", bold=True)
        middle = base + 54
        if len(members) >= 4:
            low, median, high = quantiles([value for _, value in members], n=4, method="inclusive")
            drawing.box(scale.at(low), middle - 22, scale.at(high) - scale.at(low), 44, HAZE, opacity=0.6)
            drawing.line(
                scale.at(median), middle - 22, scale.at(median), middle + 22, BRAND, **{"stroke-width": 2}
            )
        for (label, value), rise in zip(
            members, stacked([scale.at(value) for _, value in members]), strict=True
        ):
            drawing.dot(
                scale.at(value),
                middle + rise,
                4,
                VIOLET,
                f"{label}: {figure(value, unit)}",
                **{"fill-opacity": 0.75},
            )
        if own:
            drawing.diamond(scale.at(own[1]), middle, 9, FLAME)
    if reference:
        x = scale.at(reference[1])
        drawing.line(
            x, 24, x, top + row * len(groups), EMBER, **{"stroke-width": 2, "stroke-dasharray": "6 4"}
        )
        anchor = "end" if x > WIDTH * 0.7 else "start"
        drawing.text(
            x + (-6 if anchor == "end" else 6),
            20,
            f"{reference[0]} {figure(reference[1], unit)}",
            anchor=anchor,
        )
    description = spread_in_words(groups, unit, better, own, reference)
    rows = [summary_row(name, members, unit) for name, members in groups if members]
    columns = ("Group", "Councils", "Lowest", "Lower quartile", "Median", "Upper quartile", "Highest")
    key = [("dot", "one council"), ("band", "the middle half, with its median")]
    if own:
        key.append(("diamond", f"{own[0]}, {figure(own[1], unit)}"))
        rows.append((own[0], "1", *[figure(own[1], unit)] * 5))
    if reference:
        key.append(("dash", f"{reference[0]}, {figure(reference[1], unit)}"))
        rows.append((reference[0], "–", "–", "–", figure(reference[1], unit), "–", "–"))
    return Chart(title, description, drawing.svg(title, description), columns, tuple(rows), tuple(key))


def stacked(places: Sequence[float], gap: float = 7.5, limit: float = 21) -> list[float]:
    """How far each dot moves up or down, so that equal values stand beside each other. Places come in order."""
    highest = int(limit // gap)
    levels = [0, *(level for step in range(1, highest + 1) for level in (step, -step))]
    taken = dict.fromkeys(levels, float("-inf"))
    moves = []
    for place in places:
        # Where all are taken, dots cover each other in the middle.
        level = next((level for level in levels if place - taken[level] >= gap), 0)
        taken[level] = place
        moves.append(level * gap)
    return moves


def summary_row(name: str, members: Sequence[Named], unit: str) -> tuple[str, ...]:
    values = [value for _, value in members]
    low, median, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return (
        name,
        str(len(values)),
        *(figure(value, unit) for value in (values[0], low, median, high, values[-1])),
    )


def spread_in_words(
    groups: Sequence[tuple[str, Sequence[Named]]],
    unit: str,
    better: str,
    own: Named | None,
    reference: Named | None,
) -> str:
    told = [
        f"{name}: {len(members)} councils from {figure(members[0][1], unit)} to {figure(members[-1][1], unit)}"
        for name, members in groups
        if members
    ]
    if own:
        told.append(f"{own[0]} is at {figure(own[1], unit)}")
        for name, members in groups:
            below = sum(value < own[1] for _, value in members)
            told.append(f"{below} of {len(members)} in “{name}” are lower")
    if reference:
        told.append(f"{reference[0]} is at {figure(reference[1], unit)}")
    if better:
        told.append(f"{better} is better")
    return ". ".join(told) + "."
