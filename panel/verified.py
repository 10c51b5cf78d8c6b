"""What those who saw for themselves would mark, beside what the readers marked on paper. It moves no rank by itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from panel import ranking
from panel.models import Appointment, Case, Verification, VerificationMark
from panel.standings import OnCriterion, Standing


@dataclass(frozen=True)
class Beside:
    """One criterion: the readers' mean, the mean of those who were there, and each of their marks."""

    on: OnCriterion
    mean: Fraction | None
    marks: tuple[tuple[Appointment, VerificationMark], ...]

    @property
    def shown(self) -> Decimal | None:
        return None if self.mean is None else ranking.rounded(self.mean)

    @property
    def differs(self) -> bool:
        """Did they see it otherwise by a mark, or more?"""
        return self.mean is not None and self.on.mean is not None and abs(self.mean - self.on.mean) >= 1


@dataclass(frozen=True)
class Verified:
    """`score` is from 0 to 100, with the mean of those who were there in place of the readers', where they marked."""

    verifications: tuple[Verification, ...]
    rows: tuple[Beside, ...]
    score: Fraction | None

    @property
    def shown(self) -> Decimal | None:
        return None if self.score is None else ranking.rounded(self.score)

    @property
    def is_marked(self) -> bool:
        return any(row.marks for row in self.rows)


def verified(case: Case, standing: Standing, *, known: Any = None) -> Verified:
    """A case with its verifications, in four queries at most: all of them, or those of them that are `known` to a reader."""
    those = Verification.objects.all() if known is None else known
    found = tuple(those.filter(case=case).for_list().with_marks())
    given: dict[int, list[tuple[Appointment, VerificationMark]]] = defaultdict(list)
    for verification in found:
        members = {member.pk: member for member in verification.members.all()}
        for mark in verification.marks.all():
            given[mark.criterion_id].append((members[mark.appointment_id], mark))
    rows = tuple(
        Beside(on, mean(mark.score for _, mark in given[on.criterion.pk]), tuple(given[on.criterion.pk]))
        for on in standing.criteria
    )
    counted: dict[str, Any] = {
        str(row.on.criterion.pk): row.on.mean if row.mean is None else row.mean for row in rows
    }
    weights = {str(row.on.criterion.pk): row.on.criterion.weight for row in rows}
    return Verified(found, rows, ranking.weighted(counted, weights))


def mean(scores: Iterable[int]) -> Fraction | None:
    scores = list(scores)
    return Fraction(sum(scores), len(scores)) if scores else None
