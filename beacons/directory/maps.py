"""The councils of a hex map, and whose facts stand for those that have none of their own."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from beacons.core.hexmaps import Hexagon, HexMap, Mark, draw
from beacons.directory.models import Hex, Succession

Fact = TypeVar("Fact")
# How a title says which map it is.
COUNCILS_OF = {Hex.Layout.APRIL_2009: "councils of April 2009", Hex.Layout.TODAY: "today’s councils"}


class Council(NamedTuple):
    """A council on the map, with the county of a district."""

    pk: int
    code: str
    name: str
    region: str
    county: int | None
    county_name: str | None
    column: int
    row: int


class Found(NamedTuple, Generic[Fact]):
    """A fact about a council; `whose` says whose it is where it is not its own: “its county, Kent”."""

    fact: Fact
    whose: str = ""


@dataclass(frozen=True)
class Line:
    """A council as map and table show it."""

    council: Council
    mark: Mark
    note: str = ""
    url: str = ""
    is_own: bool = False


@dataclass
class England:
    """The councils of one layout, and who stands for whom. Two queries, however many councils."""

    layout: str
    councils: list[Council] = field(default_factory=list)

    @classmethod
    def on(cls, layout: str) -> "England":
        columns = ("code", "name", "region__name", "county", "county__name")
        held = Hex.objects.filter(layout=layout).order_by("authority__region__name", "authority__name")
        rows = held.values_list("authority", *(f"authority__{name}" for name in columns), "column", "row")
        return cls(layout, [Council(*row) for row in rows])

    @property
    def is_of_2009(self) -> bool:
        return self.layout == Hex.Layout.APRIL_2009

    @property
    def words(self) -> str:
        return COUNCILS_OF[Hex.Layout(self.layout)]

    @cached_property
    def kin(self) -> dict[int, list[tuple[int, str]]]:
        """For each authority those whose facts may stand for its own, the nearest first, with the words for it.

        On the map of April 2009 that is who took it over, on today's who was there before.
        """
        names: dict[int, str] = {}
        beside: dict[int, list[int]] = defaultdict(list)
        columns = ("authority", "authority__name", "successor", "successor__name")
        for former, former_name, successor, name in Succession.objects.order_by("pk").values_list(*columns):
            names |= {former: former_name, successor: name}
            one, other = (former, successor) if self.is_of_2009 else (successor, former)
            beside[one].append(other)
        words = "its successor" if self.is_of_2009 else "its predecessor"
        return {
            authority: [(other, f"{words}, {names[other]}") for other in reached(authority, beside)]
            for authority in beside
        }

    def find(self, facts: Mapping[int, Fact], *, kin: bool = True) -> dict[int, Found[Fact]]:
        """Each council's fact: its own, its county's, or, with `kin`, its successor's or predecessor's."""
        found: dict[int, Found[Fact]] = {}
        for council in self.councils:
            stands = next((each for each in self.standing(council, kin) if each[0] in facts), None)
            if stands:
                found[council.pk] = Found(facts[stands[0]], stands[1])
        return found

    def standing(self, council: Council, kin: bool) -> Iterable[tuple[int, str]]:
        yield council.pk, ""
        if council.county:
            yield council.county, f"its county, {council.county_name}"
        if kin:
            yield from self.kin.get(council.pk, ())
            if council.county:
                yield from self.kin.get(council.county, ())

    def shown(self, kin: bool = True) -> set[int]:
        """Everybody whose fact has a place on the map."""
        return {pk for council in self.councils for pk, _ in self.standing(council, kin)}

    def lines(
        self,
        look: Callable[[Council], tuple[Mark, str]],
        url: Callable[[Council], str],
        own: Collection[int] = (),
    ) -> list[Line]:
        """Each council with its mark and note; `own` are the authorities of whoever looks."""
        return [
            Line(council, *look(council), url(council), council.pk in own or council.county in own)
            for council in self.councils
        ]


def reached(authority: int, beside: Mapping[int, list[int]]) -> list[int]:
    """Everybody to whom one succession after another leads."""
    found: list[int] = []
    ahead = list(beside[authority])
    while ahead:
        other = ahead.pop(0)
        if other not in found and other != authority:
            found.append(other)
            ahead += beside.get(other, [])
    return found


def drawn(title: str, lines: Iterable[Line], marks: Iterable[Mark], **options: Any) -> HexMap:
    """The lines as a picture."""
    hexagons = [
        Hexagon(
            line.council.column,
            line.council.row,
            line.council.name,
            line.council.region,
            line.mark.key,
            line.url,
            line.note,
            line.is_own,
        )
        for line in lines
    ]
    return draw(title, hexagons, list(marks), **options)
