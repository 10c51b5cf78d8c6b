"""What an applicant is told by criterion: the mean mark and the readers' reasons, without who gave them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from panel.models import Case, Mark
from panel.standings import OnCriterion, standing_of
from panel.statuses import SheetStatus


@dataclass(frozen=True)
class Feedback:
    """One criterion as the applicant reads it."""

    on: OnCriterion
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.on.criterion.name

    @property
    def shown(self) -> Any:
        return self.on.shown


def feedback_on(case: Case) -> list[Feedback]:
    """By criterion. Reasons come in the order of their words, which says nothing about whose they are."""
    reasons: dict[int, list[str]] = defaultdict(list)
    lodged = Mark.objects.filter(assessment__case=case, assessment__status=SheetStatus.LODGED)
    # Why somebody could not judge says something of the reader, and nothing of the bid.
    for criterion, reason in (
        lodged.exclude(reason="").exclude(cannot_judge=True).values_list("criterion", "reason")
    ):
        reasons[criterion].append(reason)
    return [Feedback(on, tuple(sorted(set(reasons[on.criterion.pk])))) for on in standing_of(case).criteria]
