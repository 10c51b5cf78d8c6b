"""Where cases stand by their lodged marks, among those a viewer may see. What is ranked, `ranking` works out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from beacons.rounds.models import Category, Criterion, Round
from panel import ranking
from panel.models import Assessment, Case, Mark
from panel.statuses import SheetStatus

# Marks this far apart on one criterion are talked about before anybody is shortlisted.
APART = 2
# Of 100. A case below it is shortlisted only with a written reason.
THRESHOLD = 60
# What set equals apart that marks cannot part.
CHAIRS_WORD = "the chair's word"
# Equal scores go to the higher mean on the first of these criteria, then on the next.
TIES = (Criterion.Key.OUTCOMES, Criterion.Key.TRANSFER)


NOT_JUDGED = "No reader could judge it on any criterion."


def too_low(name: str, mean: Any, least: Any) -> str:
    """In words, of a criterion with a smallest mean."""
    words = "no reader could judge it" if mean is None else f"mean {mean}"
    return f"{name}: {words}, and {least} is the least to be shortlisted."


def far_apart(name: str, lowest: Any, highest: Any) -> str:
    return f"{name}: marks from {lowest} to {highest}."


@dataclass(frozen=True)
class OnCriterion:
    """The lodged marks of one case on one criterion."""

    criterion: Criterion
    mean: Fraction | None
    lowest: int | None
    highest: int | None

    @property
    def shown(self) -> Any:
        return None if self.mean is None else ranking.rounded(self.mean)

    @property
    def is_apart(self) -> bool:
        return self.lowest is not None and self.highest is not None and self.highest - self.lowest >= APART

    @property
    def fails(self) -> bool:
        """Is the mean below the smallest with which a case may be shortlisted?"""
        return bool(self.criterion.least) and (self.mean is None or self.mean < self.criterion.least)


@dataclass(frozen=True)
class Standing:
    """One case among the others a viewer may see."""

    pk: int
    outcome_id: int
    # Where a round has categories, its rank is one among those of its category.
    category_id: int | None
    requested: int
    ranked: ranking.Ranked
    criteria: tuple[OnCriterion, ...]

    @property
    def rank(self) -> int | None:
        return self.ranked.rank

    def with_rank(self, rank: int | None) -> "Standing":
        """The same case, where it was ranked among others than those it was worked out with."""
        return replace(self, ranked=replace(self.ranked, rank=rank))

    @property
    def score(self) -> Fraction | None:
        return self.ranked.score

    @property
    def shown(self) -> Any:
        return self.ranked.shown

    @property
    def lowest(self) -> Any:
        """The lowest of the readers' own scores, as people read it."""
        return ranking.rounded(min(self.ranked.sheets)) if self.ranked.sheets else None

    @property
    def highest(self) -> Any:
        return ranking.rounded(max(self.ranked.sheets)) if self.ranked.sheets else None

    @property
    def spread(self) -> Any:
        return None if self.ranked.spread is None else ranking.rounded(self.ranked.spread)

    @property
    def apart(self) -> list[OnCriterion]:
        """The criteria on which the readers are two points apart, or more."""
        return [on for on in self.criteria if on.is_apart]

    @property
    def gates(self) -> list[OnCriterion]:
        """The criteria whose smallest mean the case does not reach."""
        return [on for on in self.criteria if on.fails]

    @property
    def to_discuss(self) -> list[str]:
        """Why the meeting has to talk about this case, the gravest reason first."""
        told = [NOT_JUDGED] if self.score is None else []
        told += [too_low(on.criterion.name, on.shown, on.criterion.least) for on in self.gates]
        told += [far_apart(on.criterion.name, on.lowest, on.highest) for on in self.apart]
        return told

    @property
    def below_threshold(self) -> bool:
        return self.score is not None and self.score < THRESHOLD

    @property
    def own_scores(self) -> str:
        """The span of the readers' own scores, in words."""
        return f"{self.lowest} to {self.highest}" if self.ranked.sheets else "–"

    @property
    def parted_words(self) -> str:
        """What set it above its equal."""
        names = {str(on.criterion.pk): on.criterion.name for on in self.criteria}
        return {"": "", "chair": CHAIRS_WORD}.get(self.ranked.parted_by) or names.get(
            self.ranked.parted_by, ""
        )

    @property
    def equal_to(self) -> tuple[Fraction | int | None, ...]:
        """What two cases of one category share that marks cannot part."""
        return (
            self.category_id,
            self.score,
            *(on.mean for key in TIES for on in self.criteria if on.criterion.key == key),
        )

    @property
    def ties(self) -> bool:
        """Does it need the chair's word, or has it been given?"""
        return self.ranked.needs_reason or self.ranked.parted_by == "chair"

    @property
    def weight(self) -> tuple[int, int, Fraction]:
        """How much there is to talk about: failed gates, criteria apart, spread. The greatest comes first."""
        return (len(self.gates) + (self.score is None), len(self.apart), self.ranked.spread or Fraction(0))


@dataclass(frozen=True)
class Facts:
    """What a standing takes over from its case."""

    tie_place: int | None
    outcome: int
    category: int | None
    # Where its category stands among those of the round.
    position: tuple[int, int]
    requested: int


def standings(cases: Any, criteria: Sequence[Criterion]) -> list[Standing]:
    """The unsealed cases of one round's queryset, best first: two queries, whatever their number.

    Where the round has categories each is ranked by itself, one after the other.
    """
    cases = cases.unsealed()
    facts = {
        pk: Facts(place, outcome, category, (position or 0, category or 0), sum(heads))
        for pk, place, outcome, category, position, *heads in cases.order_by("pk").values_list(
            "pk",
            "tie_place",
            "application__outcome",
            "application__category",
            "application__category__position",
            "application__develop",
            "application__innovate",
            "application__disseminate",
            "application__support",
        )
    }
    sheets: dict[int, dict[int, dict[str, int | None]]] = defaultdict(lambda: defaultdict(dict))
    lodged = Mark.objects.filter(
        assessment__case__in=cases.values("pk"), assessment__status=SheetStatus.LODGED
    )
    for case, sheet, criterion, score in lodged.values_list(
        "assessment__case", "assessment", "criterion", "score"
    ):
        sheets[case][sheet][str(criterion)] = score
    weights = {str(criterion.pk): criterion.weight for criterion in criteria}
    ties = [str(criterion.pk) for key in TIES for criterion in criteria if criterion.key == key]
    # The chair's word on equals, in its order.
    told = sorted((fact.tie_place, pk) for pk, fact in facts.items() if fact.tie_place is not None)
    ranked = [
        row
        for position in sorted({fact.position for fact in facts.values()})
        for row in ranking.rank(
            {pk: list(sheets[pk].values()) for pk, fact in facts.items() if fact.position == position},
            weights,
            ties=ties,
            chairs_order=[pk for _, pk in told if facts[pk].position == position],
        )
    ]
    return [
        Standing(
            pk=row.application,
            outcome_id=facts[row.application].outcome,
            category_id=facts[row.application].category,
            requested=facts[row.application].requested,
            ranked=row,
            criteria=tuple(
                on_criterion(criterion, row, sheets[row.application].values()) for criterion in criteria
            ),
        )
        for row in ranked
    ]


def tied(ranked: Sequence[Standing]) -> list[list[Standing]]:
    """Groups that marks do not part, best first; also those the chair has parted by a written reason."""
    groups: dict[tuple[Fraction | int | None, ...], list[Standing]] = {}
    for standing in ranked:
        if standing.ties:
            groups.setdefault(standing.equal_to, []).append(standing)
    return list(groups.values())


def on_criterion(
    criterion: Criterion, row: ranking.Ranked, sheets: Iterable[dict[str, int | None]]
) -> OnCriterion:
    key = str(criterion.pk)
    marks = [mark for sheet in sheets if (mark := sheet.get(key)) is not None]
    return OnCriterion(criterion, row.criteria[key], min(marks, default=None), max(marks, default=None))


def criteria_of(a_round: Round) -> list[Criterion]:
    return list(a_round.criteria.all())


def standing_of(case: Case, criteria: Sequence[Criterion] | None = None) -> Standing:
    """One case by itself: its rank says nothing."""
    criteria = criteria if criteria is not None else criteria_of(case.application.round)
    (only,) = standings(Case.objects.filter(pk=case.pk), criteria)
    return only


@dataclass(frozen=True)
class OfCategory:
    """What one category comes to, among the cases a viewer may see."""

    category: Category
    count: int
    to_discuss: int
    requested: int


def by_category(categories: Iterable[Category], ranked: Sequence[Standing]) -> list[OfCategory]:
    """Every category of a round, also those in which nothing is open yet."""
    return [
        OfCategory(
            category=category,
            count=len(found),
            to_discuss=sum(bool(standing.to_discuss) for standing in found),
            requested=sum(standing.requested for standing in found),
        )
        for category in categories
        for found in [[standing for standing in ranked if standing.category_id == category.pk]]
    ]


def grouped(rows: Sequence[tuple[Any, Case]]) -> list[tuple[Category | None, list[tuple[Any, Case]]]]:
    """Rows in the order of their ranks under the category to which they belong; without categories one group."""
    return [
        (category, list(some))
        for category, some in groupby(rows, key=lambda row: row[1].application.category)
    ]


@dataclass(frozen=True)
class FundingLine:
    """How far down a ranking the pot reaches if each is given what it asks."""

    after: int
    asked: int
    pot: int

    @property
    def left(self) -> int:
        return self.pot - self.asked


def funding_line(ranked: Sequence[Standing], pot: int) -> FundingLine:
    """Walk down the ranking until the next would not fit. A case that fails a gate, or has no rank, takes nothing."""
    asked = 0
    for position, standing in enumerate(ranked):
        if standing.rank is None:
            return FundingLine(position, asked, pot)
        if standing.gates:
            continue
        if asked + standing.requested > pot:
            return FundingLine(position, asked, pot)
        asked += standing.requested
    return FundingLine(len(ranked), asked, pot)


@dataclass(frozen=True)
class MarkRow:
    """One criterion with each sheet and its mark beside each other."""

    on: OnCriterion
    pairs: tuple[tuple[Assessment, Mark | None], ...]


@dataclass(frozen=True)
class SideBySide:
    """Every lodged mark of a case with its reason; for eyes that may see it once the seal is open."""

    sheets: tuple[Assessment, ...]
    rows: tuple[MarkRow, ...]
    standing: Standing


def side_by_side(case: Case, criteria: Sequence[Criterion] | None = None) -> SideBySide | None:
    """All marks of a case beside each other, with what a meeting changed of them; None while they are sealed."""
    if case.is_sealed:
        return None
    criteria = criteria if criteria is not None else criteria_of(case.application.round)
    sheets = tuple(
        case.assessments.lodged()
        .select_related("appointment__user", "appointment__seat")
        .prefetch_related("marks__changes")
        .order_by("appointment__user__name", "pk")
    )
    marks = {(sheet.pk, mark.criterion_id): mark for sheet in sheets for mark in sheet.marks.all()}
    standing = standing_by(case, sheets, criteria)
    return SideBySide(
        sheets=sheets,
        rows=tuple(
            MarkRow(on, tuple((sheet, marks.get((sheet.pk, on.criterion.pk))) for sheet in sheets))
            for on in standing.criteria
        ),
        standing=standing,
    )


def standing_by(case: Case, sheets: Sequence[Assessment], criteria: Sequence[Criterion]) -> Standing:
    """One case by sheets that are read already, with their marks; its rank says nothing."""
    given = [{str(mark.criterion_id): mark.score for mark in sheet.marks.all()} for sheet in sheets]
    weights = {str(criterion.pk): criterion.weight for criterion in criteria}
    # A sheet without marks counts for nothing.
    (row,) = ranking.rank({case.pk: [marks for marks in given if marks]}, weights)
    application = case.application
    return Standing(
        pk=case.pk,
        outcome_id=application.outcome_id,
        category_id=application.category_id,
        requested=application.requested,
        ranked=row,
        criteria=tuple(on_criterion(criterion, row, given) for criterion in criteria),
    )
