"""Where areas lie: the middle of each area of a TopoJSON file of boundaries. For `compile_reference.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]


def middles(path: Path, layer: str) -> dict[str, Point]:
    """{code of the area: (latitude, longitude) of its middle}; islands count by their size."""
    with path.open(encoding="utf-8") as file:
        topology = json.load(file)
    arcs = [lined(arc, topology["transform"]) for arc in topology["arcs"]]
    return {
        area["properties"]["areacd"]: middle(rings(area, arcs))
        for area in topology["objects"][layer]["geometries"]
    }


def lined(arc: Iterable[Sequence[int]], transform: dict[str, Any]) -> list[Point]:
    """An arc is stored as whole steps from point to point."""
    (scale_x, scale_y), (x, y) = transform["scale"], transform["translate"]
    across, up = zip(*arc, strict=True)
    return [
        (x + scale_x * right, y + scale_y * high)
        for right, high in zip(accumulate(across), accumulate(up), strict=True)
    ]


def rings(area: dict[str, Any], arcs: Sequence[list[Point]]) -> list[list[Point]]:
    """Every ring of an area: a number counts an arc, or, below nought, the same walked backwards."""
    polygons = [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]
    return [
        list(chain.from_iterable(arcs[number] if number >= 0 else arcs[~number][::-1] for number in ring))
        for ring in chain.from_iterable(polygons)
    ]


def middle(of_rings: Iterable[Sequence[Point]]) -> Point:
    """The centre of gravity. Holes run against the outer ring, so they take away by themselves."""
    doubled = x = y = 0.0
    for ring in of_rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            cross = x1 * y2 - x2 * y1
            doubled += cross
            x += (x1 + x2) * cross
            y += (y1 + y2) * cross
    return y / (3 * doubled), x / (3 * doubled)
