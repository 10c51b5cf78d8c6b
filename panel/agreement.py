"""How far readers agree: intraclass correlations and Krippendorff's alpha. Plain Python, with numpy.

The six intraclass correlations of Shrout and Fleiss (1979) ask for complete tables. A panel's are never complete: there
the same two figures come from variance components (`calibration.Variances.single` and `mean_of`), and Krippendorff's
alpha stands beside them, which allows gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Table = Sequence[Sequence[float]]
# Rows of observers, columns of what they observed; None where one did not.
Gapped = Sequence[Sequence[float | None]]

NOMINAL, ORDINAL, INTERVAL, RATIO = "nominal", "ordinal", "interval", "ratio"
# From where agreement is called what: the customary steps, read from the largest.
WORDS = ((0.8, "close"), (0.67, "fair"), (0.4, "loose"), (float("-inf"), "little"))


class Correlations(NamedTuple):
    """Of one score and of the mean of all: readers drawn anew for each row, drawn once for all, or fixed."""

    one_way: float
    random: float
    fixed: float
    one_way_mean: float
    random_mean: float
    fixed_mean: float


def intraclass(table: Table) -> Correlations:
    """The six of a complete table: rows of what was scored, columns of readers. ValueError for fewer than two of each."""
    import numpy as np

    scores = np.array(table, dtype=float)
    if scores.ndim != 2 or min(scores.shape) < 2 or not np.isfinite(scores).all():
        raise ValueError(
            "An intraclass correlation needs a complete table of two rows and two columns at least."
        )
    n, k = scores.shape
    middle = scores.mean()
    rows = k * ((scores.mean(axis=1) - middle) ** 2).sum()
    columns = n * ((scores.mean(axis=0) - middle) ** 2).sum()
    whole = ((scores - middle) ** 2).sum()
    between = rows / (n - 1)
    within = (whole - rows) / (n * (k - 1))
    judges = columns / (k - 1)
    rest = (whole - rows - columns) / ((n - 1) * (k - 1))
    return Correlations(
        one_way=float((between - within) / (between + (k - 1) * within)),
        random=float((between - rest) / (between + (k - 1) * rest + k * (judges - rest) / n)),
        fixed=float((between - rest) / (between + (k - 1) * rest)),
        one_way_mean=float((between - within) / between),
        random_mean=float((between - rest) / (between + (judges - rest) / n)),
        fixed_mean=float((between - rest) / between),
    )


def alpha(table: Gapped, level: str = ORDINAL) -> float | None:
    """Krippendorff's alpha: 1 for full agreement, 0 for what chance would give. None where nothing can be said.

    That is where no two observers saw the same, or where only one value was ever given.
    """
    import numpy as np

    columns = [[mark for mark in column if mark is not None] for column in zip(*table, strict=True)]
    pairable = [column for column in columns if len(column) > 1]
    values = sorted({mark for column in pairable for mark in column})
    if len(values) < 2:
        return None
    place = {value: number for number, value in enumerate(values)}
    met = np.zeros((len(values), len(values)))
    for column in pairable:
        counts = np.bincount([place[mark] for mark in column], minlength=len(values)).astype(float)
        met += (np.outer(counts, counts) - np.diag(counts)) / (len(column) - 1)
    marginal = met.sum(axis=0)
    total = marginal.sum()
    apart = DISTANCES[level](np.array(values, dtype=float), marginal) ** 2
    observed = (met * apart).sum()
    expected = (np.outer(marginal, marginal) * apart).sum() / (total - 1)
    return float(1 - observed / expected)


def in_a_word(agreement: float) -> str:
    """“close”, “fair”, “loose” or “little”: one word for a panel's page."""
    return next(word for least, word in WORDS if agreement >= least)


def _nominal(values: np.ndarray, marginal: np.ndarray) -> np.ndarray:
    return (values[:, None] != values[None, :]).astype(float)


def _ordinal(values: np.ndarray, marginal: np.ndarray) -> np.ndarray:
    """Everything given between the two, with half of each of them."""
    middle = marginal.cumsum() - marginal / 2
    return abs(middle[:, None] - middle[None, :])


def _interval(values: np.ndarray, marginal: np.ndarray) -> np.ndarray:
    return abs(values[:, None] - values[None, :])


def _ratio(values: np.ndarray, marginal: np.ndarray) -> np.ndarray:
    import numpy as np

    both = abs(values[:, None]) + abs(values[None, :])
    return np.divide(_interval(values, marginal), both, out=np.zeros_like(both), where=both > 0)


DISTANCES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    NOMINAL: _nominal,
    ORDINAL: _ordinal,
    INTERVAL: _interval,
    RATIO: _ratio,
}
