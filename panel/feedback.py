"""What an applicant is told by criterion: the mean mark, and words drafted from the readers' reasons, without who gave them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from panel.models import Case, FeedbackLetter, Mark
from panel.standings import OnCriterion, standing_of
from panel.statuses import SheetStatus


@dataclass(frozen=True)
class Feedback:
    """One criterion as the applicant reads it."""

    on: OnCriterion
    text: str

    @property
    def name(self) -> str:
        return self.on.criterion.name

    @property
    def shown(self) -> Any:
        return self.on.shown


def drafted_from_reasons(case: Case) -> dict[int, str]:
    """By criterion, the lodged reasons in the order of their words, which says nothing about whose they are."""
    reasons: dict[int, set[str]] = defaultdict(set)
    lodged = Mark.objects.filter(assessment__case=case, assessment__status=SheetStatus.LODGED)
    # Why somebody could not judge says something of the reader, and nothing of the bid.
    said = lodged.exclude(reason="").exclude(cannot_judge=True)
    for criterion, reason in said.values_list("criterion", "reason"):
        reasons[criterion].add(reason)
    criteria = case.application.round.criteria.values_list("pk", flat=True)
    return {criterion: "\n\n".join(sorted(reasons[criterion])) for criterion in criteria}


def feedback_of(letter: FeedbackLetter) -> list[Feedback]:
    """The letter by criterion, as it stands."""
    texts = dict(letter.texts.values_list("criterion", "text"))
    return [Feedback(on, texts.get(on.criterion.pk, "")) for on in standing_of(letter.case).criteria]
