"""Some of us mark harder: applications compared as if all had been read by the same people. Plain Python, with numpy.

    score = mean + application + reader + rest

Application and reader are random effects (Platt and Burges; Lawrence, NIPS 2014; Heyard et al. 2022), their variances
estimated by REML: the applications' block is diagonal and is eliminated, so that only a matrix as wide as the panel is
ever factored. Each score is moved part of the way towards what a reader of middling severity would have given.

From the joint distribution of the applications' effects follow the rank that each can be expected to hold, the ranks
between which it lies with one half's chance, its chance of being among the first so many, and the zone of indifference:
the applications whose interval crosses the funding line, which the scores cannot tell apart. With few readers the
variances are hardly known, so the effects are averaged over a grid of them instead of taken at the best guess.

All of it is advice beside the raw figures. No random numbers enter but those of the intervals, whose seed is fixed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log, pi, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

METHOD = "additive effects by REML, expected ranks, 1"

# Fewer readers than this say too little of how far readers differ: their variance is not taken at one guess.
FEW_READERS = 10
# A reader of fewer applications is shown no severity.
LEAST_READ = 3
# Steps of the grid of standard deviations.
STEPS = 40
# So many ranks are drawn for the intervals, in so many rounds at least and at most; the seed is kept with the method.
RANKS_DRAWN, LEAST_DRAWS, MOST_DRAWS, SEED = 400_000, 4_000, 20_000, 2008
# Many applications tell their own variances well enough: above this no grid is laid over them.
MANY = 150
# Above this no matrix as wide as the applications is held at once, and fewer rounds are drawn.
VERY_MANY, DRAWS_OF_VERY_MANY, BLOCK = 1_000, 1_000, 500
# A ratio of standard deviations below this is none.
NONE = 1e-3
# Half of the draws lie within the interval.
WITHIN = 0.5

Id = Any  # a primary key or a reference: whatever has an order


class Score(NamedTuple):
    """What one reader gave to one application, on any scale."""

    application: Id
    reader: Id
    score: float


class Prior(NamedTuple):
    """What is held of the standard deviations before any score is seen, on the scale of the scores.

    Those of the applications, and of the two parts of the rest, may be anything up to `most`; `severity` is that of
    the readers, or None for the best guess from the scores.
    """

    most: float
    severity: float | None = None


@dataclass(frozen=True)
class Severity:
    """How many points lower than the panel a reader marks, shrunk; None where too little was read to say."""

    reader: Id
    read: int
    points: float | None


@dataclass(frozen=True)
class Standing:
    """One application: raw mean, calibrated score with its standard deviation, and where it can be expected to rank."""

    application: Id
    raw: float
    calibrated: float
    deviation: float
    expected_rank: float
    best: int
    worst: int


@dataclass(frozen=True)
class Variances:
    """Of applications, readers and the rest, with the mean, its standard error and the REML criterion (-2 log)."""

    application: float
    reader: float
    rest: float
    mean: float
    mean_error: float
    criterion: float

    @property
    def single(self) -> float:
        """The share of a single score's variance that is the application's: ICC(2,1) on complete data."""
        return self.mean_of(1)

    def mean_of(self, k: float) -> float:
        """The same for the mean of k scores: ICC(2,k) on complete data; 0 where nothing varies."""
        noise = (self.reader + self.rest) / k
        return self.application / (self.application + noise) if self.application else 0.0

    @property
    def finds_severity(self) -> bool:
        """Do readers differ in how hard they mark, as far as the scores can tell?"""
        return self.reader > (NONE**2) * self.rest


@dataclass(frozen=True)
class Line:
    """The funding line: how many can be funded, the rank it stands at, and on which side each application lies."""

    fundable: int
    at: float
    above: tuple[Id, ...]
    zone: tuple[Id, ...]
    below: tuple[Id, ...]


class CannotCompare(Exception):
    """The scores say nothing of how applications compare: the reason says what is wanting."""


class Calibration:
    """The scores of one panel, compared. `standings` are ordered by expected rank, equals by identifier.

    Raises `CannotCompare` unless there are two applications, two readers, more scores than applications, and two
    scores that differ.
    """

    def __init__(self, scores: Iterable[Score], *, prior: Prior | None = None):
        self.scores = sorted(scores, key=lambda score: (score.application, score.reader))
        self.applications = sorted({score.application for score in self.scores})
        self.readers = sorted({score.reader for score in self.scores})
        if len(self.applications) < 2 or len(self.readers) < 2:
            raise CannotCompare("At least two applications and two readers are needed to compare them.")
        if len(self.scores) <= len(self.applications):
            raise CannotCompare(
                "Applications with one reader each cannot be compared: nobody read what another read."
            )
        if len({score.score for score in self.scores}) == 1:
            raise CannotCompare("All scores are the same, so nothing sets one application above another.")
        self.data = _Data(self.scores, self.applications, self.readers)
        self.variances = _reml(self.data)
        self.prior = prior or Prior(self.data.range * 2 / 5)

    # What is known of the panel

    @cached_property
    def groups(self) -> list[tuple[Id, ...]]:
        """The applications in groups that share readers, the largest first; one group when all can be compared."""
        first = {application: application for application in self.applications}

        def root(application: Id) -> Id:
            while first[application] != application:
                first[application] = first[first[application]]
                application = first[application]
            return application

        seen: dict[Id, Id] = {}
        for score in self.scores:
            other = seen.setdefault(score.reader, score.application)
            first[root(score.application)] = root(other)
        grouped: dict[Id, list[Id]] = {}
        for application in self.applications:
            grouped.setdefault(root(application), []).append(application)
        return sorted((tuple(group) for group in grouped.values()), key=lambda group: (-len(group), group))

    @property
    def is_connected(self) -> bool:
        return len(self.groups) == 1

    @property
    def is_complete(self) -> bool:
        """Did every reader read everything? Then nothing can be moved past anything else."""
        return len(self.scores) == len(self.applications) * len(self.readers)

    @cached_property
    def severities(self) -> list[Severity]:
        """By reader. For chairs alone: nobody else is shown how hard one person marks."""
        read = Counter(score.reader for score in self.scores)
        _, readers = self.data.effects(self.variances)
        return [
            Severity(reader, read[reader], -float(effect) if read[reader] >= LEAST_READ else None)
            for reader, effect in zip(self.readers, readers, strict=True)
        ]

    # What follows for each application

    @cached_property
    def standings(self) -> list[Standing]:
        posterior = self.posterior
        raw = self.data.by_application / self.data.read
        rows = [
            Standing(
                application=application,
                raw=float(raw[i]),
                calibrated=self.variances.mean + float(posterior.effects[i]),
                deviation=float(posterior.deviations[i]),
                expected_rank=float(posterior.expected_ranks[i]),
                best=int(posterior.ranks[0][i]),
                worst=int(posterior.ranks[1][i]),
            )
            for i, application in enumerate(self.applications)
        ]
        return sorted(rows, key=lambda row: (round(row.expected_rank, 9), row.application))

    def among(self, some: Iterable[Id]) -> list[Standing]:
        """The same with ranks among these applications alone: what holds between them is as it is among all."""
        import numpy as np

        wanted = set(some)
        places = [i for i, application in enumerate(self.applications) if application in wanted]
        if not places:
            return []
        drawn = self.posterior.drawn[:, places]
        ranks = 1 + np.argsort(np.argsort(-drawn, axis=1), axis=1)
        edge = (1 - WITHIN) / 2
        best, worst = np.quantile(ranks, [edge, 1 - edge], axis=0, method="inverted_cdf")
        column = {self.applications[i]: place for place, i in enumerate(places)}
        rows = [
            replace(
                standing,
                expected_rank=float(ranks[:, column[standing.application]].mean()),
                best=int(best[column[standing.application]]),
                worst=int(worst[column[standing.application]]),
            )
            for standing in self.standings
            if standing.application in wanted
        ]
        return sorted(rows, key=lambda row: (round(row.expected_rank, 9), row.application))

    def chances(self, fundable: int) -> dict[Id, float]:
        """For each application the chance that it is among the first so many."""
        share = (self.posterior.drawn_ranks <= fundable).mean(axis=0)
        return dict(zip(self.applications, map(float, share), strict=True))

    def line(self, fundable: int) -> Line:
        """The zone of indifference round the funding line, which stands at the expected rank of the last fundable."""
        standings = self.standings
        if not 0 < fundable < len(standings):
            everybody = tuple(standing.application for standing in standings)
            none: tuple[Id, ...] = ()
            above, below = (none, everybody) if fundable <= 0 else (everybody, none)
            return Line(fundable, standings[-1].expected_rank if fundable > 0 else 0.0, above, none, below)
        at = standings[fundable - 1].expected_rank
        above = tuple(row.application for row in standings if row.worst < at)
        below = tuple(row.application for row in standings if row.best > at)
        zone = tuple(row.application for row in standings if row.best <= at <= row.worst)
        return Line(fundable, at, above, zone, below)

    @cached_property
    def posterior(self) -> _Posterior:
        held = self.prior.severity
        if len(self.applications) <= MANY and (len(self.readers) < FEW_READERS or held is not None):
            return _Posterior(self.data, self._grid())
        variances = self.variances if held is None else replace(self.variances, reader=held**2)
        return _Posterior(self.data, [(1.0, variances)])

    def _grid(self) -> list[tuple[float, Variances]]:
        """Standard deviations of applications and of the rest with their weights; the readers' as it is held to be."""
        import numpy as np

        most, held = self.prior
        severity = sqrt(self.variances.reader) if held is None else held
        steps = (np.arange(STEPS) + 0.5) / STEPS
        cells, weights = [], []
        for rest in steps * most * sqrt(2):
            for application in steps * most:
                cell = self.data.at(application**2, severity**2, rest**2, self.variances.mean)
                cells.append(cell)
                weights.append(log(_quarter_ring(rest, most)) - cell.criterion / 2)
        heights = np.exp(np.array(weights) - max(weights))
        heights /= heights.sum()
        # What weighs next to nothing moves no rank by a thousandth.
        kept = [(float(height), cell) for height, cell in zip(heights, cells, strict=True) if height > 1e-5]
        total = sum(height for height, _ in kept)
        return [(height / total, cell) for height, cell in kept]


def _quarter_ring(radius: float, most: float) -> float:
    """The prior of a standard deviation whose two parts are each anything up to `most`, but for a constant."""
    from math import acos

    return radius * (pi / 2 - 2 * acos(min(1.0, most / radius)))


class _Data:
    """The scores as sums by application and by reader, which is all that the model asks of them."""

    def __init__(self, scores: Sequence[Score], applications: Sequence[Id], readers: Sequence[Id]):
        import numpy as np

        place = {application: i for i, application in enumerate(applications)}
        seat = {reader: j for j, reader in enumerate(readers)}
        i = np.array([place[score.application] for score in scores])
        j = np.array([seat[score.reader] for score in scores])
        y = np.array([float(score.score) for score in scores])
        self.count = len(y)
        self.range = float(y.max() - y.min())
        self.middle = float(y.mean())
        y = y - self.middle
        self.square = float(y @ y)
        self.met = np.zeros((len(applications), len(readers)))
        np.add.at(self.met, (i, j), 1)
        self.read = self.met.sum(axis=1)
        self.given = self.met.sum(axis=0)
        self.off_application = np.bincount(i, y, len(applications))
        self.off_reader = np.bincount(j, y, len(readers))
        self.by_application = self.off_application + self.middle * self.read

    def solved(self, a: float, r: float) -> _Solved:
        """With a and r as the standard deviations of application and reader over that of the rest."""
        return _Solved(self, a, r)

    def at(self, application: float, reader: float, rest: float, mean: float) -> Variances:
        """Given variances and a given mean: the criterion is then -2 log of the likelihood itself."""
        solved = self.solved(sqrt(application / rest), sqrt(reader / rest))
        off = mean - self.middle
        residual = solved.yy - 2 * off * solved.xy + off**2 * solved.xx
        criterion = solved.log_det + self.count * log(2 * pi * rest) + residual / rest
        return Variances(application, reader, rest, mean, 0.0, criterion)

    def effects(self, variances: Variances) -> tuple[np.ndarray, np.ndarray]:
        """The shrunk effects of applications and of readers."""
        a, r = sqrt(variances.application / variances.rest), sqrt(variances.reader / variances.rest)
        solved = self.solved(a, r)
        off = variances.mean - self.middle
        top, bottom = solved.inverse_on(
            a * (self.off_application - off * self.read), r * (self.off_reader - off * self.given)
        )
        return a * top, r * bottom


class _Solved:
    """The mixed-model equations at one pair of ratios, the applications' diagonal block eliminated.

    `yy`, `xy` and `xx` are the inner products of scores and mean in the inverse of the scores' covariance over the
    variance of the rest; `log_det` is the logarithm of that covariance's determinant.
    """

    def __init__(self, data: _Data, a: float, r: float):
        import numpy as np

        self.data, self.a, self.r = data, a, r
        self.diagonal = 1 + a**2 * data.read
        self.cross = a * r * data.met
        lean = self.cross / self.diagonal[:, None]
        block = np.eye(len(data.given)) + np.diag(r**2 * data.given) - self.cross.T @ lean
        self.factor = np.linalg.cholesky(block)
        self.log_det = float(np.log(self.diagonal).sum() + 2 * np.log(np.diag(self.factor)).sum())
        y = a * data.off_application, r * data.off_reader
        x = a * data.read, r * data.given
        on_y, on_x = self.inverse_on(*y), self.inverse_on(*x)
        self.yy = data.square - float(y[0] @ on_y[0] + y[1] @ on_y[1])
        self.xx = data.count - float(x[0] @ on_x[0] + x[1] @ on_x[1])
        # The scores were centred, so that they sum to nought.
        self.xy = -float(x[0] @ on_y[0] + x[1] @ on_y[1])

    def inverse_on(self, top: np.ndarray, bottom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        lower = bottom - self.cross.T @ (top / self.diagonal)
        solved = np.linalg.solve(self.factor.T, np.linalg.solve(self.factor, lower))
        return (top - self.cross @ solved) / self.diagonal, solved

    def covariance(self) -> np.ndarray:
        """Of the applications' effects given the scores and the mean, over the variance of the rest."""
        import numpy as np

        half = self.half()
        return self.a**2 * (np.diag(1 / self.diagonal) + half.T @ half)

    def half(self) -> np.ndarray:
        """What applications share through their readers: this, turned and multiplied by itself."""
        import numpy as np

        return np.linalg.solve(self.factor, (self.cross / self.diagonal[:, None]).T)

    def drawn(self, mean: np.ndarray, rest: float, number: int, chance: np.random.Generator) -> np.ndarray:
        """So many rounds of effects, hanging together as `covariance` says, from its two parts."""
        import numpy as np

        half = self.half()
        alone = chance.standard_normal((number, len(mean))) / np.sqrt(self.diagonal)
        together = chance.standard_normal((number, len(half))) @ half
        return mean + sqrt(rest) * self.a * (alone + together)

    def criterion(self) -> tuple[float, float, float]:
        """The REML criterion at the best mean and rest, with that rest and that mean (off the middle)."""
        off = self.xy / self.xx
        free = self.data.count - 1
        residual = max(self.yy - off * self.xy, 1e-300)
        value = self.log_det + log(self.xx) + free * (1 + log(2 * pi * residual / free))
        return value, residual / free, off


def _reml(data: _Data) -> Variances:
    """The variances at which the REML criterion is least; from two starts, since it may have two valleys."""
    from scipy.optimize import minimize

    def criterion(ratios: Sequence[float]) -> float:
        return data.solved(*ratios).criterion()[0]

    found = min(
        (
            minimize(criterion, start, method="L-BFGS-B", bounds=[(0, 1e3)] * 2, options={"ftol": 1e-13})
            for start in ((1.0, 1.0), (0.3, 2.0))
        ),
        key=lambda result: result.fun,
    )
    a, r = (float(ratio) if ratio > NONE else 0.0 for ratio in found.x)
    solved = data.solved(a, r)
    value, rest, off = solved.criterion()
    return Variances(a**2 * rest, r**2 * rest, rest, data.middle + off, sqrt(rest / solved.xx), value)


class _Posterior:
    """The applications' effects given the scores, averaged over the cells: (weight, variances at it)."""

    def __init__(self, data: _Data, cells: Sequence[tuple[float, Variances]]):
        import numpy as np

        many = len(data.read)
        self.expected_ranks = np.zeros(many)
        self.effects = np.zeros(many)
        second = np.zeros(many)
        chance = np.random.default_rng(SEED)
        if is_wide := many > VERY_MANY:
            number_drawn = DRAWS_OF_VERY_MANY
        else:
            number_drawn = min(MOST_DRAWS, max(LEAST_DRAWS, RANKS_DRAWN // many))
            standard = chance.standard_normal((number_drawn, many))
        draws = []
        taken = _shares([weight for weight, _ in cells], number_drawn)
        begin = 0
        for (weight, variances), number in zip(cells, taken, strict=True):
            mean, _ = data.effects(variances)
            solved = data.solved(
                sqrt(variances.application / variances.rest), sqrt(variances.reader / variances.rest)
            )
            if is_wide:
                own, ranks = _ranks_by_block(mean, solved, variances.rest)
                if number:
                    draws.append(solved.drawn(mean, variances.rest, number, chance))
            else:
                covariance = variances.rest * solved.covariance()
                own = np.diag(covariance)
                better = _chance_of_better(mean, mean, own, own, covariance)
                np.fill_diagonal(better, 0.0)
                ranks = 1 + better.sum(axis=1)
                if number:
                    root = np.linalg.cholesky(
                        covariance + 1e-12 * np.eye(many) * max(float(own.max()), 1e-12)
                    )
                    draws.append(mean + standard[begin : begin + number] @ root.T)
                    begin += number
            self.expected_ranks += weight * ranks
            self.effects += weight * mean
            second += weight * (own + mean**2)
        self.deviations = np.sqrt(np.maximum(second - self.effects**2, 0))
        drawn = np.concatenate(draws)
        self.drawn = drawn
        self.drawn_ranks = 1 + np.argsort(np.argsort(-drawn, axis=1), axis=1)
        edge = (1 - WITHIN) / 2
        self.ranks = np.quantile(self.drawn_ranks, [edge, 1 - edge], axis=0, method="inverted_cdf")


def _chance_of_better(
    mean: np.ndarray, others: np.ndarray, own: np.ndarray, theirs: np.ndarray, covariance: np.ndarray
) -> np.ndarray:
    """For each application of the rows, the chance that each of the columns is truly better."""
    import numpy as np
    from scipy.special import ndtr

    apart = np.sqrt(np.maximum(own[:, None] + theirs[None, :] - 2 * covariance, 1e-18))
    better: np.ndarray = ndtr((others[None, :] - mean[:, None]) / apart)
    return better


def _ranks_by_block(mean: np.ndarray, solved: _Solved, rest: float) -> tuple[np.ndarray, np.ndarray]:
    """Each one's variance and expected rank, without ever holding the whole covariance."""
    import numpy as np

    half = solved.half()
    scale = rest * solved.a**2
    own = scale * (1 / solved.diagonal + (half**2).sum(axis=0))
    ranks = np.empty(len(mean))
    for begin in range(0, len(mean), BLOCK):
        block = slice(begin, begin + BLOCK)
        better = _chance_of_better(mean[block], mean, own[block], own, scale * half[:, block].T @ half)
        rows = np.arange(len(better))
        better[rows, begin + rows] = 0.0
        ranks[block] = 1 + better.sum(axis=1)
    return own, ranks


def _shares(weights: Sequence[float], whole: int) -> list[int]:
    """So many draws for each weight, adding up to the whole: what is left over goes to the largest remainders."""
    exact = [weight * whole for weight in weights]
    taken = [int(share) for share in exact]
    left = whole - sum(taken)
    for i in sorted(range(len(exact)), key=lambda i: (taken[i] - exact[i], i))[:left]:
        taken[i] += 1
    return taken
