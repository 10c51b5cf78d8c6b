"""Who is strong and who struggles on an outcome, as far as the reader may know it. The public never does."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from beacons.directory.models import Role
from beacons.directory.permissions import works_in_office
from outcomes.england import England
from outcomes.models import Flag, Outcome
from outcomes.standing import Standing, standings


@dataclass(frozen=True)
class Scope:
    """About whom a person may know: everybody, the councils of a region, the council's own."""

    everybody: bool = False
    regions: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: Any) -> "Scope":
        if not user.is_authenticated:
            return cls()
        regions = {hat.region_id for hat in user.hats if hat.role == Role.COORDINATOR and hat.region_id}
        own = {authority.pk for authority in user.authorities}
        return cls(works_in_office(user), frozenset(regions), frozenset(own))

    def __bool__(self) -> bool:
        return bool(self.everybody or self.regions or self.own)

    @property
    def names_others(self) -> bool:
        return bool(self.everybody or self.regions)

    def holds(self, authority: int, region: int | None) -> bool:
        return self.everybody or authority in self.own or region in self.regions


@dataclass(frozen=True)
class Signal:
    """What the figures and the flags say of one council."""

    authority: int
    name: str
    region: str
    in_cohort: bool
    standing: Standing
    flag: str

    @property
    def colour(self) -> str:
        """Of its label's tag."""
        return {"Struggling": "orange", "": "grey"}.get(self.standing.label, "green")


@dataclass
class Signals:
    """The signals that one reader may know."""

    own: list[Signal] = field(default_factory=list)
    strong: list[Signal] = field(default_factory=list)
    may_help: list[Signal] = field(default_factory=list)
    struggling: list[Signal] = field(default_factory=list)
    # By authority, for those in the reader's scope alone.
    standings: dict[int, Standing] = field(default_factory=dict)
    names_others: bool = False

    @cached_property
    def labels(self) -> dict[int, str]:
        return {authority: standing.label for authority, standing in self.standings.items()}

    @property
    def lists(self) -> list[tuple[str, list[Signal], str]]:
        """(heading, the councils, what to say where there are none)"""
        return [
            (
                "Strong: in the best quarter of England and improving",
                self.strong,
                "No council is strong on it.",
            ),
            ("May help: green flag", self.may_help, ""),
            (
                "Struggling: in the weakest quarter of England, or red flag",
                self.struggling,
                "No council struggles with it.",
            ),
        ]


def signals_for(user: Any, outcome: Outcome, england: England, cohort: Collection[int]) -> Signals | None:
    """None for whoever may know nothing."""
    scope = Scope.of(user)
    if not scope:
        return None
    series = england.series.get(outcome.measure_id or 0)
    found = standings(
        series.histories if series else {},
        series.indicator.polarity if series else "",
        red={authority for authority, (colour, _) in england.flags.items() if colour == Flag.Colour.RED},
        green={authority for authority, (colour, _) in england.flags.items() if colour == Flag.Colour.GREEN},
    )
    told = Signals(
        standings={
            authority: standing
            for authority, standing in found.items()
            if scope.holds(authority, england.places[authority].region_id)
        },
        names_others=scope.names_others,
    )
    for authority, standing in sorted(told.standings.items(), key=lambda pair: england.places[pair[0]].name):
        signal = Signal(
            authority,
            england.places[authority].name,
            england.places[authority].region or "",
            authority in cohort,
            standing,
            england.flags[authority][1] if authority in england.flags else "",
        )
        if authority in scope.own:
            told.own.append(signal)
        if not scope.names_others:
            continue
        if standing.is_struggling:
            told.struggling.append(signal)
        elif standing.is_strong:
            told.strong.append(signal)
        elif standing.may_help:
            told.may_help.append(signal)
    return told
