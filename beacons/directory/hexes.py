"""A hex map of England: one hexagon for each authority, of equal size, near where it lies. Plain Python.

    places = hexes.lay_out([Site("ADU", 50.84, -0.30, region="South East", county="WSX"), ...])
    places["ADU"]                          # Place(column=12, row=1)
    hexes.nearness(sites, places)          # how well neighbours stayed together

The map is laid out from where authorities lie, in four steps: (1) positions are stretched until neighbours are one
hexagon apart, in the direction in which they lie (least squares over the triangles between them, then whatever is
closer than one hexagon is pushed apart); (2) each is given a hexagon so that the sum of squared displacements is
least (an assignment problem); (3) hexagons are exchanged, deterministically, wherever that brings neighbours nearer,
makes regions and counties hang together, or closes a gap; (4) islands are put off the coast. Estuaries and what lies
behind the border are laid out like authorities and then left blank, so that the coast can be recognised.

The same sites always give the same map: sites are sorted, and chance comes from a generator with a fixed seed.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A hexagon's column and row ("odd-r"): rows count upwards, and every odd row is moved right by half a hexagon."""

    column: int
    row: int

    @property
    def axial(self) -> tuple[int, int]:
        return self.column - (self.row - (self.row & 1)) // 2, self.row

    @property
    def centre(self) -> tuple[float, float]:
        """Where its middle lies, in widths of a hexagon, upwards."""
        return self.column + 0.5 * (self.row & 1), self.row * ROW_HEIGHT

    @property
    def around(self) -> tuple[Place, ...]:
        """The six hexagons beside it, from the east against the clock."""
        left = self.column - 1 + (self.row & 1)
        return (
            Place(self.column + 1, self.row),
            Place(left + 1, self.row + 1),
            Place(left, self.row + 1),
            Place(self.column - 1, self.row),
            Place(left, self.row - 1),
            Place(left + 1, self.row - 1),
        )

    def steps_to(self, other: Place) -> int:
        """How many hexagons one has to walk; 1 between neighbours."""
        here, there = self.axial, other.axial
        across, up = there[0] - here[0], there[1] - here[1]
        return max(abs(across), abs(up), abs(across + up))


@dataclass(frozen=True)
class Site:
    """An authority as the map needs it: where it lies, and with whom it should hang together."""

    code: str
    latitude: float
    longitude: float
    region: str = ""
    county: str = ""


class Nearness(NamedTuple):
    """How well a map keeps neighbours together, for each authority and those that lie nearest to it."""

    mean_steps: float  # steps from each to its nearest; 1 would be ideal
    adjacent: float  # share of those pairs that touch
    nearest_adjacent: float  # the same for the single nearest


ROW_HEIGHT = math.sqrt(3) / 2
KM = 111.2  # in one degree of latitude
MIDDLE = math.cos(math.radians(52.8))
NEAREST = 6
# Authorities further apart than this are no neighbours, whatever lies between them.
TOO_FAR = 95
ISLANDS = ("IOW", "IOS")
SEED, EXCHANGES = 2009, 600_000
HOT, WARM, COLD = 5.0, 1.2, 0.05
# What counts against a map, for each pair or hexagon concerned.
APART, ASKEW, DISPLACED = 1.0, 0.3, 0.05
OTHER_REGION, OTHER_COUNTY, COAST = 0.8, 0.2, 0.4
# With nobody of its region beside it, and with nobody of its county.
CUT_OFF, STRAYED = 20.0, 2.0
# A blank hexagon by how many of those around it are land: a lake, and a bay with one way out.
GAP = {6: 8.0, 5: 3.0}
# Waters, and what lies behind the border: latitude and longitude.
BLANKS = (
    (53.60, 0.10),  # the Humber
    (52.93, 0.30),  # the Wash
    (53.10, 0.45),
    (51.47, 0.62),  # the Thames
    (51.50, 0.85),
    (51.35, -3.30),  # the Bristol Channel
    (51.30, -3.70),
    (51.25, -4.30),
    (50.55, -3.20),  # Lyme Bay
    (50.45, -2.90),
    (50.30, -3.10),
    (54.10, -2.98),  # Morecambe Bay
    (54.05, -3.20),
    (51.70, -3.10),  # Wales, from the south
    (52.20, -3.40),
    (52.60, -3.50),
    (53.00, -3.40),
    (53.35, -3.40),
    (53.55, -3.35),
)


def lay_out(sites: Iterable[Site], *, exchanges: int = EXCHANGES) -> dict[str, Place]:
    """Each site's hexagon, by its code; no two on the same. Rows and columns start at nought or one."""
    known = sorted(sites, key=lambda site: site.code)
    mainland = [site for site in known if site.code not in ISLANDS]
    blanks = [Site("", latitude, longitude) for latitude, longitude in BLANKS]
    nodes = [*mainland, *blanks]
    if len(mainland) < 4:
        return {site.code: Place(index, 0) for index, site in enumerate(known)}
    pairs = neighbours(nodes)
    stretched = stretch(nodes, pairs)
    board = Board(nodes, pairs, stretched)
    board.exchange(exchanges // 2, WARM)
    board.exchange(exchanges // 2, HOT, coast=False)
    places = {site.code: board.place_of(index) for index, site in enumerate(mainland)}
    for island in (site for site in known if site.code in ISLANDS):
        places[island.code] = off_the_coast(island, mainland, places)
    return from_nought(places)


def nearness(sites: Iterable[Site], places: Mapping[str, Place], *, nearest: int = NEAREST) -> Nearness:
    """The measure by which maps are compared: over each authority and the so many that lie nearest to it."""
    known = sorted(sites, key=lambda site: site.code)
    steps = []
    for site in known:
        by_distance = sorted(
            (other for other in known if other is not site),
            key=lambda other: (distance(site, other), other.code),
        )
        steps.append(
            [places[site.code].steps_to(places[other.code]) for other in by_distance[:nearest]] or [0]
        )
    every = [step for row in steps for step in row]
    return Nearness(
        sum(every) / len(every),
        sum(step == 1 for step in every) / len(every),
        sum(row[0] == 1 for row in steps) / len(steps),
    )


def gaps(places: Iterable[Place]) -> list[Place]:
    """Blank hexagons with land all around: lakes that England does not have."""
    land = set(places)
    beside = {place for taken in land for place in taken.around} - land
    return sorted(place for place in beside if all(other in land for other in place.around))


def position(site: Site) -> tuple[float, float]:
    """East and north, in kilometres."""
    return site.longitude * MIDDLE * KM, site.latitude * KM


def distance(one: Site, other: Site) -> float:
    return math.dist(position(one), position(other))


# The first step: who lies beside whom, and the map stretched until all are one hexagon apart


def neighbours(nodes: Sequence[Site]) -> list[tuple[int, int]]:
    """Pairs of sites with nobody between them, by their index."""
    from scipy.spatial import Delaunay

    triangles = Delaunay([position(node) for node in nodes]).simplices.tolist()
    found = {tuple(sorted((corners[side], corners[side - 1]))) for corners in triangles for side in range(3)}
    return sorted(pair for pair in found if distance(nodes[pair[0]], nodes[pair[1]]) < TOO_FAR)


def stretch(nodes: Sequence[Site], pairs: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Positions in widths of a hexagon at which neighbours are one apart, in the direction in which they lie."""
    import numpy as np

    where = np.array([position(node) for node in nodes])
    first, second = np.array(pairs).T
    way = where[second] - where[first]
    way /= np.linalg.norm(way, axis=1)[:, None]
    pull, wanted = np.zeros((len(nodes), len(nodes))), np.zeros((len(nodes), 2))
    np.add.at(pull, (first, first), 1)
    np.add.at(pull, (second, second), 1)
    np.add.at(pull, (first, second), -1)
    np.add.at(pull, (second, first), -1)
    np.add.at(wanted, second, way)
    np.add.at(wanted, first, -way)
    # A trace of the true position, without which the map as a whole could lie anywhere.
    pull += 1e-3 * np.eye(len(nodes))
    wanted += 1e-3 * (where - where.mean(axis=0)) / 21.5
    placed = np.linalg.solve(pull, wanted)
    for _ in range(400):
        between = placed[:, None] - placed[None]
        apart = np.sqrt((between**2).sum(axis=-1)) + 9 * np.eye(len(nodes))
        push = np.where(apart < 1, (1 - apart) / np.maximum(apart, 0.05), 0)
        placed = placed - 0.04 * (pull @ placed - wanted) + 0.25 * (between * push[..., None]).sum(axis=1)
    placed -= placed.mean(axis=0)
    # Rounded, so that the last digits of another machine's arithmetic change nothing.
    return [(round(x, 6), round(y, 6)) for x, y in placed.tolist()]


# The second and the third: a hexagon for each, then better ones


class Partner(NamedTuple):
    """Somebody who should be near, how much that matters, and in which direction."""

    node: int
    weight: float
    east: float
    north: float


class Board:
    """Hexagons, and who stands on each; everybody has one, and each is worth what `cost` says."""

    def __init__(
        self,
        nodes: Sequence[Site],
        pairs: Sequence[tuple[int, int]],
        stretched: Sequence[tuple[float, float]],
    ) -> None:
        self.stretched = stretched
        self.regions = [node.region if node.code else None for node in nodes]
        self.counties = [node.county or node.code for node in nodes]
        self.sizes = Counter(self.counties)
        self.partners = partners(nodes, pairs)
        self.places = room_for(stretched)
        number = {place: index for index, place in enumerate(self.places)}
        self.centres = [place.centre for place in self.places]
        self.axial = [place.axial for place in self.places]
        self.around = [[number[other] for other in place.around if other in number] for place in self.places]
        self.within_two = [
            sorted({far for near in around for far in [near, *self.around[near]]} - {index})
            for index, around in enumerate(self.around)
        ]
        self.where = least_displacement(stretched, self.centres)
        self.who: list[int | None] = [None] * len(self.places)
        for node, place in enumerate(self.where):
            self.who[place] = node

    def place_of(self, node: int) -> Place:
        return self.places[self.where[node]]

    def exchange(self, times: int, heat: float, *, coast: bool = True) -> None:
        """Two hexagons near each other change what stands on them: kept if better, and while it is hot also if not.

        Without `coast` land and blank stay where they are.
        """
        cooling = (COLD / heat) ** (1 / times)
        chance = random.Random(SEED)  # noqa: S311 - it draws a map, and must always draw the same one
        for _ in range(times):
            heat *= cooling
            node = chance.randrange(len(self.where))
            here = self.where[node]
            choices = self.within_two[here]
            there = choices[chance.randrange(len(choices))]
            other = self.who[there]
            if not coast and self.is_land(here) != self.is_land(there):
                continue
            before = self.cost_of(node, here, other, there)
            self.move(node, here, other, there)
            worse = self.cost_of(node, here, other, there) - before
            if worse > 0 and chance.random() >= math.exp(-worse / heat):
                self.move(node, there, other, here)

    def move(self, node: int, here: int, other: int | None, there: int) -> None:
        self.where[node], self.who[there], self.who[here] = there, node, other
        if other is not None:
            self.where[other] = here

    def cost_of(self, node: int, here: int, other: int | None, there: int) -> float:
        """What an exchange can change; gaps only where land and blank change places."""
        total = self.cost(node) + (0.0 if other is None else self.cost(other))
        if self.is_land(here) != self.is_land(there):
            total += sum(map(self.gap, {here, there, *self.around[here], *self.around[there]}))
        return total

    def gap(self, place: int) -> float:
        if self.is_land(place):
            return 0
        return GAP.get(sum(map(self.is_land, self.around[place])), 0)

    def cost(self, node: int) -> float:
        """What counts against where a node stands: its partners' distance, its surroundings, its displacement."""
        place = self.where[node]
        x, y = self.centres[place]
        across, up = self.axial[place]
        total = 0.0
        for other, weight, east, north in self.partners[node]:
            theirs = self.where[other]
            their_x, their_y = self.centres[theirs]
            right, higher = self.axial[theirs][0] - across, self.axial[theirs][1] - up
            steps = max(abs(right), abs(higher), abs(right + higher))
            askew = (their_x - x - east) ** 2 + (their_y - y - north) ** 2
            total += weight * (APART * (steps - 1) + ASKEW * askew)
        region = self.regions[node]
        if region is not None:
            total += self.border(place, region, self.counties[node])
        wanted_x, wanted_y = self.stretched[node]
        return total + DISPLACED * ((x - wanted_x) ** 2 + (y - wanted_y) ** 2)

    def border(self, place: int, region: str, county: str) -> float:
        total, of_region, of_county = 0.0, 0, 0
        for beside in self.around[place]:
            other = self.who[beside]
            if other is None or self.regions[other] is None:
                total += COAST
            elif self.regions[other] != region:
                total += OTHER_REGION
            else:
                of_region += 1
                of_county += self.counties[other] == county
        total += OTHER_COUNTY * (of_region - of_county)
        alone = self.sizes[county] == 1
        return total + (0 if of_region else CUT_OFF) + (0 if of_county or alone else STRAYED)

    def is_land(self, place: int) -> bool:
        node = self.who[place]
        return node is not None and self.regions[node] is not None


def partners(nodes: Sequence[Site], pairs: Sequence[tuple[int, int]]) -> list[list[Partner]]:
    """For each node those beside it on the true map and those that lie nearest, with the direction."""
    weights: dict[tuple[int, int], float] = {}
    for pair in pairs:
        weights[pair] = 1.0 if all(nodes[index].code for index in pair) else 0.4
    land = [index for index, node in enumerate(nodes) if node.code]
    for one in land:
        by_distance = sorted(land, key=lambda other: (distance(nodes[one], nodes[other]), other))
        for rank, other in enumerate(by_distance[1 : NEAREST + 1]):
            pair = (min(one, other), max(one, other))
            weights[pair] = weights.get(pair, 0.0) + (0.6 if rank else 1.0)
    found: list[list[Partner]] = [[] for _ in nodes]
    for (one, other), weight in sorted(weights.items()):
        (x, y), (far_x, far_y) = position(nodes[one]), position(nodes[other])
        length = math.hypot(far_x - x, far_y - y) or 1.0
        east, north = (far_x - x) / length, (far_y - y) / length
        found[one].append(Partner(other, weight, east, north))
        found[other].append(Partner(one, weight, -east, -north))
    return found


def room_for(stretched: Sequence[tuple[float, float]], margin: int = 3) -> list[Place]:
    """Every hexagon that anybody could want."""
    columns, rows = [x for x, _ in stretched], [y / ROW_HEIGHT for _, y in stretched]
    return [
        Place(column, row)
        for row in range(math.floor(min(rows)) - margin, math.ceil(max(rows)) + margin)
        for column in range(math.floor(min(columns)) - margin, math.ceil(max(columns)) + margin)
    ]


def least_displacement(
    wanted: Sequence[tuple[float, float]], offered: Sequence[tuple[float, float]]
) -> list[int]:
    """Which place each is given, so that the sum of squared displacements is least."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    squared: Any = ((np.array(wanted)[:, None] - np.array(offered)[None]) ** 2).sum(axis=-1)
    return [int(place) for place in linear_sum_assignment(squared)[1]]


# The fourth: islands, and where counting starts


def off_the_coast(island: Site, mainland: Sequence[Site], places: Mapping[str, Place]) -> Place:
    """The blank hexagon, with blank ones all around, nearest to where it lies off its nearest neighbour."""
    nearest = min(mainland, key=lambda site: (distance(site, island), site.code))
    (x, y), (far_x, far_y) = position(nearest), position(island)
    length = math.hypot(far_x - x, far_y - y)
    start = places[nearest.code].centre
    wanted = (start[0] + 2 * (far_x - x) / length, start[1] + 2 * (far_y - y) / length)
    taken = set(places.values())
    free = [
        Place(column, row)
        for row in range(places[nearest.code].row - 6, places[nearest.code].row + 7)
        for column in range(places[nearest.code].column - 6, places[nearest.code].column + 7)
    ]
    off = [place for place in free if place not in taken and not taken.intersection(place.around)]
    return min(off, key=lambda place: (math.dist(place.centre, wanted), place))


def from_nought(places: Mapping[str, Place]) -> dict[str, Place]:
    """The same map with the lowest column at nought, and the lowest row at nought or one: odd rows stay odd."""
    column = min(place.column for place in places.values())
    row = min(place.row for place in places.values())
    row -= row % 2
    return {code: Place(place.column - column, place.row - row) for code, place in sorted(places.items())}
