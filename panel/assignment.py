"""Who reads what: the panel assignment with the best fit among all that keep the rules. Plain Python.

Every application has k readers, at least one of each body (independent members count for neither); nobody
reads where an interest excludes it; every member reads between a least and a most; what is already being
read stays where it is. Applications, their bodies and the members' loads form a network, so the linear
programme is whole at its optimum. When the rules cannot all be kept, the same programme with a priced
shortfall at each rule says which applications are in the way and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

BODIES = {"clg": "CLG", "lga": "LGA"}
INDEPENDENT = ""

# What a broken rule costs in the programme that explains: dearer than any fit, and a missing reader dearest
# of all.
MISSING_READER, MISSING_BODY, MISSING_LOAD = 1e5, 1e4, 1e3

Id = Any  # a primary key or a reference: whatever has an order


@dataclass(frozen=True)
class Assessor:
    """A member who may be given papers: of a body or independent, and how few and how many to read."""

    id: Id
    body: str = INDEPENDENT
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Pair:
    application: Id
    assessor: Id
    score: float
    locked: bool = False


@dataclass(frozen=True)
class Shortfall:
    """A rule that cannot be kept: at an application, at an assessor or, with neither named, by the panel."""

    reason: str
    application: Id | None = None
    assessor: Id | None = None

    def __str__(self) -> str:
        who = self.application if self.application is not None else self.assessor
        return self.reason if who is None else f"{who} {self.reason}"


class Infeasible(Exception):
    """No assignment keeps all the rules; the shortfalls say where and why."""

    def __init__(self, shortfalls: Iterable[Shortfall]):
        self.shortfalls = tuple(shortfalls)
        super().__init__("; ".join(map(str, self.shortfalls)))


@dataclass(frozen=True)
class Assignment:
    """The pairs, in the order of their identifiers, and how well they fit altogether."""

    pairs: tuple[Pair, ...]

    @property
    def total(self) -> float:
        return sum(pair.score for pair in self.pairs)

    def loads(self) -> Counter:
        return Counter(pair.assessor for pair in self.pairs)

    def readers(self, application: Id) -> list[Id]:
        return [pair.assessor for pair in self.pairs if pair.application == application]


def even_loads(applications: int, assessors: int, k: int, *, slack: int = 1) -> tuple[int, int]:
    """The least and the most that members should read when work is shared evenly, give or take the slack."""
    if not assessors:
        return 0, 0
    wanted = applications * k
    return max(0, wanted // assessors - slack), -(-wanted // assessors) + slack


def assign(
    applications: Iterable[Id],
    assessors: Iterable[Assessor],
    *,
    k: int,
    affinity: Mapping[tuple[Id, Id], float],
    excluded: Collection[tuple[Id, Id]] = (),
    locked: Collection[tuple[Id, Id]] = (),
    each_body: bool = True,
    body_most: Mapping[str, int] | None = None,
) -> Assignment:
    """The assignment with the greatest total affinity; raises Infeasible when there is none.

    `affinity` maps (application, assessor) to a number, nought where it says nothing. `body_most` caps what
    all members of a body read together. Equal optima are settled by the order of the identifiers, so that
    two runs agree.
    """
    problem = _Problem(
        applications=sorted(set(applications)),
        assessors=sorted(set(assessors), key=lambda assessor: assessor.id),
        k=k,
        affinity=affinity,
        excluded=frozenset(excluded),
        locked=frozenset(locked),
        each_body=each_body,
        body_most=dict(body_most or {}),
    )
    if broken := problem.contradictions():
        raise Infeasible(broken)
    if not problem.applications:
        return Assignment(())
    chosen = problem.solve()
    if chosen is None:
        raise Infeasible(problem.explain())
    return Assignment(
        tuple(
            Pair(
                application,
                assessor,
                affinity.get((application, assessor), 0),
                (application, assessor) in locked,
            )
            for application, assessor in chosen
        )
    )


@dataclass
class _Problem:
    applications: list
    assessors: list[Assessor]
    k: int
    affinity: Mapping[tuple[Id, Id], float]
    excluded: frozenset[tuple[Id, Id]]
    locked: frozenset[tuple[Id, Id]]
    each_body: bool
    body_most: dict[str, int]
    pairs: list[tuple[Id, Id]] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = [
            (application, assessor.id)
            for application in self.applications
            for assessor in self.assessors
            if (application, assessor.id) not in self.excluded
        ]
        self.body_of = {assessor.id: assessor.body for assessor in self.assessors}
        self.locked_load = Counter(assessor for _, assessor in self.locked)

    def most(self, assessor: Assessor) -> int:
        """What a member may read at most: never less than what is already in hand."""
        ceiling = len(self.applications) if assessor.most is None else assessor.most
        return max(ceiling, self.locked_load[assessor.id])

    def contradictions(self) -> list[Shortfall]:
        """What is wrong before anything is solved: locks that break a rule, numbers that cannot add up."""
        broken = []
        known, members = set(self.applications), set(self.body_of)
        for application, assessor in sorted(self.locked):
            if application not in known or assessor not in members:
                broken.append(
                    Shortfall(
                        f"is locked to {assessor}, and one of the two is not here", application=application
                    )
                )
            elif (application, assessor) in self.excluded:
                broken.append(
                    Shortfall(
                        f"is already being read by {assessor}, whom an interest excludes",
                        application=application,
                    )
                )
        in_hand = Counter(application for application, _ in self.locked)
        broken += [
            Shortfall(f"is already being read by {count}, more than {self.k}", application=application)
            for application, count in sorted(in_hand.items())
            if count > self.k
        ]
        wanted = len(self.applications) * self.k
        room = sum(self.most(assessor) for assessor in self.assessors)
        if room < wanted:
            broken.append(Shortfall(f"The panel has room for {room} readings and {wanted} are wanted."))
        owed = sum(assessor.least for assessor in self.assessors)
        if owed > wanted:
            broken.append(Shortfall(f"The members are owed {owed} readings and only {wanted} are wanted."))
        return broken

    def solve(self) -> list[tuple[Id, Id]] | None:
        rows = _Rows(len(self.pairs))
        self._rules(rows)
        gain = [self.affinity.get(pair, 0) for pair in self.pairs]
        solution = _optimum(rows, gain, fixed=self._fixed())
        return (
            None
            if solution is None
            else [pair for pair, x in zip(self.pairs, solution, strict=False) if x > 0.5]
        )

    def _fixed(self) -> set[int]:
        return {number for number, pair in enumerate(self.pairs) if pair in self.locked}

    def _rules(self, rows: _Rows) -> None:
        """One row a rule; where shortfalls are priced, a row that may fall short has its own slack column."""
        by_application: dict = {application: [] for application in self.applications}
        by_assessor: dict = {assessor.id: [] for assessor in self.assessors}
        for number, (application, assessor) in enumerate(self.pairs):
            by_application[application].append(number)
            by_assessor[assessor].append(number)
        for application, numbers in by_application.items():
            rows.add(numbers, self.k, self.k, slack=("reader", application), price=MISSING_READER)
            for body in BODIES if self.each_body else ():
                of_body = [n for n in numbers if self.body_of[self.pairs[n][1]] == body]
                rows.add(of_body, 1, self.k, slack=("body", application, body), price=MISSING_BODY)
        for assessor in self.assessors:
            rows.add(
                by_assessor[assessor.id],
                assessor.least,
                self.most(assessor),
                slack=("load", assessor.id) if assessor.least else None,
                price=MISSING_LOAD,
            )
        for body, most in sorted(self.body_most.items()):
            rows.add(
                [n for n, (_, assessor) in enumerate(self.pairs) if self.body_of[assessor] == body], 0, most
            )

    def explain(self) -> list[Shortfall]:
        """Which rules would have to give way, each with the reason that can be seen from where it stands."""
        rows = _Rows(len(self.pairs), elastic=True)
        self._rules(rows)
        scale = max((abs(self.affinity.get(pair, 0)) for pair in self.pairs), default=0) or 1
        gain = [self.affinity.get(pair, 0) / scale for pair in self.pairs] + [
            -price for _, price in rows.slacks
        ]
        solution = _optimum(rows, gain, fixed=self._fixed())
        if solution is None:
            return [
                Shortfall("The limits on what each body and each member may read cannot be kept together.")
            ]
        missing = solution[len(self.pairs) :]
        return [
            self._shortfall(slack, round(amount))
            for (slack, _), amount in zip(rows.slacks, missing, strict=True)
            if amount > 0.5
        ]

    def _shortfall(self, slack: tuple, missing: int) -> Shortfall:
        kind, who, *rest = slack
        if kind == "load":
            return Shortfall(
                f"can be given {_count(missing)} fewer than the least a member reads", assessor=who
            )
        allowed = [assessor for application, assessor in self.pairs if application == who]
        if kind == "reader":
            why = (
                f"only {len(allowed)} of the panel may read it"
                if len(allowed) < self.k
                else "those who may have no room"
            )
            return Shortfall(f"is {_count(missing)} short of {self.k} readers: {why}", application=who)
        (body,) = rest
        of_body = [assessor for assessor in allowed if self.body_of[assessor] == body]
        why = "those who may have no room" if of_body else "interests exclude them all"
        if body not in self.body_of.values():
            why = "the panel has none"
        return Shortfall(f"has no {BODIES[body]} member: {why}", application=who)


def _count(number: int) -> str:
    return {1: "one", 2: "two", 3: "three"}.get(number, str(number))


class _Rows:
    """The rows of the programme, as scipy wants them; when elastic, some have a priced slack column."""

    def __init__(self, columns: int, *, elastic: bool = False):
        self.columns = columns
        self.elastic = elastic
        self.slacks: list[tuple[tuple, float]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.row: list[int] = []
        self.column: list[int] = []

    def add(
        self, numbers: list[int], lower: float, upper: float, *, slack: tuple | None = None, price: float = 0
    ) -> None:
        number = len(self.lower)
        if self.elastic and slack is not None:
            numbers = [*numbers, self.columns + len(self.slacks)]
            self.slacks.append((slack, price))
        self.lower.append(lower)
        self.upper.append(upper)
        self.row += [number] * len(numbers)
        self.column += numbers


def _optimum(rows: _Rows, gain: list[float], *, fixed: set[int]) -> list[float] | None:
    """The columns that gain most within the rows: pairs lie between nought and one, slacks above nought."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    width = len(gain)
    if not width:
        return None if any(lower > 0 for lower in rows.lower) else []
    matrix = csr_array((np.ones(len(rows.row)), (rows.row, rows.column)), shape=(len(rows.lower), width))
    floor, ceiling = np.zeros(width), np.full(width, np.inf)
    ceiling[: rows.columns] = 1
    floor[sorted(fixed)] = 1
    for whole in (
        0,
        1,
    ):  # the linear form is whole at its optimum; ask for whole numbers only if it ever is not
        result = milp(
            -np.asarray(gain, dtype=float),
            constraints=LinearConstraint(matrix, rows.lower, rows.upper),
            bounds=Bounds(floor, ceiling),
            integrality=whole,
            # Presolving rows that are equalities, as loads that come out even are, takes it fifty times as long as the
            # solution: 27 s of CPU instead of half a second for 1,000 applications and 60 members.
            options={"presolve": bool(whole)},
        )
        if result.x is None:
            return None
        if np.abs(result.x - np.round(result.x)).max() < 1e-6:
            break
    return np.round(result.x).tolist()
