"""Maps of hexagons of equal size, drawn on the server: SVG of links, its key, and a table by region. Plain Python.

    drawn = hexmaps.draw(
        "Who is signed up, councils of April 2009",
        [Hexagon(12, 1, "Adur", "South East", "signed", url="/councils/ADU/"), ...],
        [Mark("signed", "Signed up", "S", "full"), Mark("other", "Not signed up", "", "faint")],
    )

and in the page `{% hexmap drawn %}`. Each hexagon is a link with its name and what its mark means, region after region,
so that keyboard and screen reader go through the map in an order that makes sense. Marks differ by letter and by
lightness, never by colour alone. `linked=False` gives a picture to look at, without links. The looks are classes of
the stylesheet (`static/scss/_hexmaps.scss`): full, strong, middle, light, faint, flame.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from beacons.core.charts import Chart, identifier

# Whole numbers that are a regular hexagon to within a hundredth: 28 wide, 32 high, rows 24 apart.
WIDE, ROW = 28, 24
OUTLINE = "m0-16 14 8v16l-14 8-14-8v-16z"
# To the middle of each neighbour, and the two ends of the side between.
SIDES = (
    ((28, 0), (14, -8), (14, 8)),
    ((14, 24), (14, 8), (0, 16)),
    ((-14, 24), (0, 16), (-14, 8)),
    ((-28, 0), (-14, 8), (-14, -8)),
    ((-14, -24), (-14, -8), (0, -16)),
    ((14, -24), (0, -16), (14, -8)),
)
LETTER, LINE, GAP = 7.6, 16, 12
# How far the middle of a hexagon stays away from a name.
CLEAR_ACROSS, CLEAR_UP = 19, 11
# Left and right of everything: names are written larger on a phone.
EDGE = 20
# Two lines below the map, in which the hexagon under the pointer is named.
SAID_LINE = 26

Point = tuple[int, int]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Hexagon:
    """A council on the map; rows count upwards, and every odd row is moved right by half a hexagon."""

    column: int
    row: int
    name: str
    region: str
    mark: str
    url: str = ""
    # What is said after its mark: its figure, say.
    note: str = ""
    is_own: bool = False

    @property
    def middle(self) -> Point:
        return WIDE * self.column + WIDE // 2 * (self.row & 1), -ROW * self.row


@dataclass(frozen=True)
class Mark:
    """What a hexagon may be: in words, by its letter, and by its look."""

    key: str
    words: str
    letter: str
    look: str


@dataclass(frozen=True)
class Entry:
    """A line of the key."""

    mark: Mark
    count: int


@dataclass(frozen=True)
class HexMap(Chart):
    """A picture whose table counts each region's hexagons by their marks."""

    entries: tuple[Entry, ...] = ()
    is_linked: bool = True
    has_own: bool = False

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.entries)


@dataclass(frozen=True)
class Label:
    """A region's name beside its coast; a line leads to it where it has none."""

    lines: tuple[str, ...]
    x: float
    y: float
    is_left: bool
    leads_from: Point | None = None

    @property
    def box(self) -> Box:
        width = LETTER * max(map(len, self.lines))
        left = self.x - width if self.is_left else self.x
        half = LINE * len(self.lines) / 2
        return left, self.y - half, left + width, self.y + half


def draw(
    title: str,
    hexagons: Iterable[Hexagon],
    marks: Sequence[Mark],
    *,
    linked: bool = True,
    noun: str = "councils",
) -> HexMap:
    """The map. Every hexagon's mark is one of `marks`; a mark that no hexagon has stays out of the key."""
    of_region: dict[str, list[Hexagon]] = defaultdict(list)
    for hexagon in sorted(hexagons, key=lambda each: (each.region, each.name)):
        of_region[hexagon.region].append(hexagon)
    every = [hexagon for held in of_region.values() for hexagon in held]
    counts = Counter(hexagon.mark for hexagon in every)
    used = [mark for mark in marks if counts[mark.key]]
    description = in_words(used, counts, noun)
    rows = [
        (region, *(str(Counter(each.mark for each in held)[mark.key]) for mark in used), str(len(held)))
        for region, held in of_region.items()
    ]
    total = ("England", *(str(counts[mark.key]) for mark in used), str(len(every)))
    return HexMap(
        title,
        description,
        svg(title, description, of_region, {mark.key: mark for mark in marks}, linked=linked, noun=noun),
        ("Region", *(mark.words for mark in used), "All"),
        (*rows, total) if every else (),
        entries=tuple(Entry(mark, counts[mark.key]) for mark in used),
        is_linked=linked,
        has_own=any(hexagon.is_own for hexagon in every),
    )


def in_words(marks: Sequence[Mark], counts: Counter[str], noun: str) -> str:
    if not marks:
        return "There is nothing on the map yet."
    said = "; ".join(f"{mark.words.lower()}: {counts[mark.key]}" for mark in marks)
    return f"Each hexagon is one of {sum(counts.values())} {noun} of England, near where it lies. {said[0].upper()}{said[1:]}."


def svg(
    title: str,
    description: str,
    of_region: dict[str, list[Hexagon]],
    marks: dict[str, Mark],
    *,
    linked: bool,
    noun: str,
) -> str:
    name = identifier(title)
    every = [hexagon for held in of_region.values() for hexagon in held]
    under = ground(tuple(sorted((hexagon.middle, hexagon.region) for hexagon in every)))
    left, top, right, bottom = under.box
    said_at = (round(left) + 2, round(bottom) + SAID_LINE)
    bottom += 2 * SAID_LINE + 12 if linked else 0
    parts = [f'<defs><path id="{name}-h" d="{OUTLINE}"/></defs>']
    for region, held in of_region.items():
        group = f' role="group" aria-label="{escape(region)}, {len(held)} {noun}"' if linked else ""
        shape = f'<use href="#{name}-h"'
        drawn = (cell(each, marks[each.mark], shape, said_at, linked) for each in held)
        parts.append(f"<g{group}>{''.join(drawn)}</g>")
    parts.append(under.edges)
    for each in every:
        if each.is_own:
            x, y = each.middle
            parts.append(f'<use href="#{name}-h" class="own" x="{x}" y="{y}"/>')
    parts.append(under.names)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="app-hexmap__picture" role="{"group" if linked else "img"}"'
        f' viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}" aria-labelledby="{name}-title {name}-desc"'
        f' font-family="Helvetica Neue, Arial, sans-serif" text-anchor="middle"><title id="{name}-title">'
        f'{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def cell(hexagon: Hexagon, mark: Mark, shape: str, said_at: Point, linked: bool) -> str:
    """A hexagon. What a link says is written below the map while it has the focus or the pointer."""
    (x, y), (said_x, said_y) = hexagon.middle, said_at
    name = escape(hexagon.name)
    what = escape(f"{lower_first(mark.words)}{', ' if hexagon.note else ''}{hexagon.note}")
    drawn = f'{shape} class="{mark.look}" x="{x}" y="{y}"/>'
    if mark.letter:
        hidden = ' aria-hidden="true"' if linked else ""
        drawn += f'<text class="{mark.look}" x="{x}" y="{y + 5}"{hidden}>{escape(mark.letter)}</text>'
    if linked and hexagon.url:
        second = f'<tspan x="{said_x}" dy="{SAID_LINE}">{what}</tspan>'
        words = f'<text class="said" x="{said_x}" y="{said_y}">{name}: {second}</text>'
        return f'<a href="{escape(hexagon.url)}">{words}{drawn}</a>'
    return f"<g><title>{name}: {what}</title>{drawn}</g>"


def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


# What lies under the marks, and is the same for every map of a day


class Ground(NamedTuple):
    """Coasts and borders, names of regions, and the box round everything."""

    edges: str
    names: str
    box: Box


@lru_cache(maxsize=8)
def ground(places: tuple[tuple[Point, str], ...]) -> Ground:
    regions = dict(places)
    labels = place_labels(regions)
    return Ground(
        f'<path class="edge" d="{lines_of(borders(regions))}"/>',
        f'<g class="names" aria-hidden="true">{"".join(map(written, labels))}</g>',
        frame(regions, labels),
    )


# Borders: the sides between a region and what is not of it


def borders(regions: dict[Point, str]) -> list[tuple[Point, Point]]:
    found = []
    for (x, y), region in sorted(regions.items()):
        for (right, down), (x1, y1), (x2, y2) in SIDES:
            beside = (x + right, y + down)
            # A side between two regions is drawn once.
            if beside not in regions or (regions[beside] != region and (x, y) < beside):
                found.append(((x + x1, y + y1), (x + x2, y + y2)))
    return found


def lines_of(sides: Iterable[tuple[Point, Point]]) -> str:
    """As few strokes as come of walking on while there is a way."""
    ways: dict[Point, list[Point]] = defaultdict(list)
    for one, other in sides:
        ways[one].append(other)
        ways[other].append(one)
    drawn = []
    for start in sorted(ways):
        while ways[start]:
            here, steps = start, [f"M{start[0]} {start[1]}l"]
            while ways[here]:
                there = ways[here].pop()
                ways[there].remove(here)
                steps.append(f"{there[0] - here[0]} {there[1] - here[1]}")
                here = there
            drawn.append(steps[0] + " ".join(steps[1:]))
    return "".join(drawn).replace(" -", "-")


# Names of regions: beside their coast, where nothing is in the way


def place_labels(regions: dict[Point, str]) -> list[Label]:
    placed: list[Label] = []
    for region in sorted(set(regions.values())):
        # Islands do not draw a name to them.
        held = [
            (x, y)
            for (x, y), of in regions.items()
            if of == region and any(regions.get((x + dx, y + dy)) == region for (dx, dy), *_ in SIDES)
        ]
        if region and held:
            placed.append(label_for(region, held, regions, placed))
    return placed


def label_for(region: str, held: list[Point], regions: dict[Point, str], placed: Sequence[Label]) -> Label:
    """The place nearest to the region's middle at which nothing is in the way; a line over others only if it must."""
    lines = two_lines(region)
    middle = sum(y for _, y in held) / len(held)
    choices = []
    for y in sorted({y for _, y in held}):
        of_row = [x for x, at in held if at == y]
        whole_row = [x for x, at in regions if at == y]
        for is_left, own, outermost in (
            (True, min(of_row), min(whole_row)),
            (False, max(of_row), max(whole_row)),
        ):
            outwards = -1 if is_left else 1
            crossed = abs(outermost - own) // WIDE
            leads_from = (own + outwards * WIDE // 2, y) if crossed else None
            for shift in (0,) if crossed else (0, -ROW / 2, ROW / 2):
                x = outermost + outwards * (WIDE / 2 + GAP)
                label = Label(lines, x, y + shift, is_left, leads_from)
                choices.append((crossed * 1000 + abs(y - middle) + abs(shift), is_left, y + shift, label))
    choices.sort(key=lambda choice: choice[:3])
    free = (label for *_, label in choices if not in_the_way(label, regions, placed))
    # Nowhere is free: the name stands on its region.
    return next(free, Label(lines, held[0][0], middle, False))


def two_lines(words: str) -> tuple[str, ...]:
    """A long name parted near its middle."""
    spaces = [index for index, letter in enumerate(words) if letter == " "]
    if len(words) < 12 or not spaces:
        return (words,)
    at = min(spaces, key=lambda index: abs(index - len(words) / 2))
    return words[:at], words[at + 1 :]


def in_the_way(label: Label, regions: Iterable[Point], placed: Sequence[Label]) -> bool:
    left, top, right, bottom = label.box
    covers = (
        left - CLEAR_ACROSS < x < right + CLEAR_ACROSS and top - CLEAR_UP < y < bottom + CLEAR_UP
        for x, y in regions
    )
    return any(covers) or any(overlap(label.box, other.box) for other in placed)


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def written(label: Label) -> str:
    anchor = "end" if label.is_left else "start"
    first = label.y - LINE * (len(label.lines) - 1) / 2 + 5
    text = "".join(
        f'<text x="{label.x:g}" y="{first + LINE * index:g}" text-anchor="{anchor}">{escape(line)}</text>'
        for index, line in enumerate(label.lines)
    )
    if label.leads_from is None:
        return text
    (x, y), end = label.leads_from, label.x + (4 if label.is_left else -4)
    return f'<path class="lead" d="M{x} {y}H{end:g}"/>{text}'


def frame(regions: Iterable[Point], labels: Iterable[Label]) -> Box:
    boxes = [(x - 14, y - 16, x + 14, y + 16) for x, y in regions] + [label.box for label in labels]
    if not boxes:
        return 0, 0, WIDE, 2 * ROW
    return (
        min(box[0] for box in boxes) - EDGE,
        min(box[1] for box in boxes) - 3,
        max(box[2] for box in boxes) + EDGE,
        max(box[3] for box in boxes) + 3,
    )
