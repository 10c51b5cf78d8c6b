"""A fair ranking, worked out over what a member may see: raw standings, and beside them what calibration says.

Whoever may see the same cases shares the same ranking, so it is kept with the cases that are hidden and with a digest of
what it rests on. The digest asks no mark: lodged marks of an open seal change in a meeting alone, where each change is
kept. So a ranking can only be out of date by a case that opened or was withdrawn, by a sheet that was discharged, by a mark
that was changed, or by the chair's word on equals. All but the last only ever happen once, so their numbers tell of each.

What the meeting changed counts in the raw standings. Calibration goes on resting on the marks as they were lodged: those
were given by each reader alone, and marks after a talk are not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db.models import Count, Max, Q

from beacons.rounds.models import Criterion, Round
from outcomes.models import Outcome
from panel import agreement, calibration, funding, ranking
from panel.models import Assessment, Case, Mark, MarkChange, Ranking, RankingRow
from panel.querysets.cases import HowMany, Listed
from panel.querysets.interests import of_interest_to
from panel.standings import FundingLine, Standing, by_category, criteria_of, funding_line, standings
from panel.statuses import CaseStatus, SheetStatus

METHOD = f"{calibration.METHOD}; page 3"
# So many cases are ranked while a page is asked for; more are left to the clock.
AT_ONCE = 150
# What is held of the standard deviations before any mark is seen, of 100 points: two marks of five between
# applications at most, and, where readers are few, half a mark between readers (Heyard et al. 2022).
MOST, HALF_A_MARK = 40.0, 10.0
NO_REGION = "no region"


@dataclass(frozen=True)
class Scope:
    """The cases of a round that a person may see, sealed ones too, and those that an interest hides from that person."""

    round: Round
    cases: Any
    interest: Q | None = None

    @classmethod
    def of(cls, user: Any, a_round: Round, at: datetime) -> "Scope":
        return cls(a_round, Case.objects.visible_to(user, at).of_round(a_round), of_interest_to(user))

    @classmethod
    def whole(cls, a_round: Round) -> "Scope":
        """All of a round's cases, as a member sees them from whom none is hidden."""
        return cls(a_round, Case.objects.of_round(a_round))

    @cached_property
    def found(self) -> dict[str, Any]:
        """What is hidden, and what can put a ranking out of date, in one query."""
        seen, begun = Q(pk__in=self.cases.values("pk")), ~Q(status=CaseStatus.ASSIGNED)
        cases = self.cases.filter(begun).values("pk")
        taken = Assessment.objects.filter(status=SheetStatus.DISCHARGED, case__in=cases).order_by()
        changed = MarkChange.objects.filter(mark__assessment__case__in=cases).order_by()
        hidden = self.interest if self.interest is not None else Q(pk__in=[])
        found: dict[str, Any] = (
            Case.objects.of_round(self.round)
            .order_by()
            .aggregate(
                sealed=Count("pk", filter=seen & ~begun),
                begun=Count("pk", filter=seen & begun),
                gone=Count("pk", filter=seen & Q(status=CaseStatus.WITHDRAWN)),
                ties=Listed("pk", "tie_place", filter=seen & Q(tie_place__isnull=False)),
                hidden=Listed("pk", "application", filter=hidden),
                taken=Max(HowMany(taken.values("pk"))),
                changed=Max(HowMany(changed.values("pk"))),
            )
        )
        return found

    @property
    def counted(self) -> dict[str, Any]:
        """What can put a ranking out of date."""
        found = self.found
        numbers = {name: found[name] or 0 for name in ("begun", "gone", "taken", "changed")}
        return {**numbers, "ties": sorted((found["ties"] or "").split(","))}

    @property
    def sealed(self) -> int:
        """How many cases there are whose marks are still each assessor's own."""
        return int(self.found["sealed"])

    @cached_property
    def hidden(self) -> tuple[int, ...]:
        """The cases that an interest takes away."""
        listed = (self.found["hidden"] or "").split(",")
        return tuple(sorted(int(pair.partition(":")[0]) for pair in listed if pair))

    @property
    def hidden_key(self) -> str:
        return digest(list(self.hidden))

    @property
    def count(self) -> int:
        """How many cases there are to rank."""
        return int(self.counted["begun"] - self.counted["gone"])

    @property
    def inputs(self) -> str:
        return digest([METHOD, self.round.pot, self.counted, self.hidden])

    def newest(self) -> Ranking | None:
        """The last ranking of these cases, whether or not it is out of date."""
        return self.last().first()

    def last(self) -> Any:
        """The same as a query: the rankings of these cases, the last first."""
        return Ranking.objects.filter(round=self.round, hidden_key=self.hidden_key).order_by("-pk")


def digest(facts: Any) -> str:
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Reckoned:
    """What is to be kept of a ranking."""

    facts: dict[str, Any]
    rows: list[RankingRow]


def reckoned(scope: Scope) -> Reckoned:
    criteria = criteria_of(scope.round)
    everything = standings(scope.cases, criteria)
    line = funding_line(everything, scope.round.pot)
    rows = [raw_row(position, standing) for position, standing in enumerate(everything)]
    scores, given = lodged_scores(scope, criteria)
    facts = {
        "count": len(rows),
        "to_discuss": sum(row.to_discuss for row in rows),
        "after": line.after,
        "asked": line.asked,
        "pot": line.pot,
        "marks": digest(given),
        "criteria": [[one.name, str(one.weight), str(one.least or "")] for one in criteria],
        "outcomes": [
            list(one)
            for one in Outcome.objects.filter(pk__in={row.outcome_id for row in rows})
            .order_by("title")
            .values_list("pk", "title")
        ],
        "categories": [
            [of.category.pk, of.category.name, of.count, of.to_discuss, of.requested]
            for of in by_category(scope.round.categories.all(), everything)
        ],
        "readers": len({score.reader for score in scores}),
        "agreement": agreement_of(scores),
        "able": able_by_group(scope.cases.unsealed(), rows),
    }
    try:
        found = compared(scores)
    except calibration.CannotCompare as why:
        return Reckoned({**facts, "cannot": str(why)}, rows)
    categories = {standing.pk: standing.category_id for standing in everything}
    if facts["categories"]:
        return Reckoned({**facts, **told_by_category(found, rows, categories)}, rows)
    return Reckoned({**facts, **told_by(found, rows, line)}, rows)


def able_by_group(cases: Any, rows: Iterable[RankingRow]) -> dict[str, list[list[Any]]]:
    """The regions, outcomes and categories of what can be funded, each with how many there are."""
    groups = groups_of(cases)
    able = [groups[row.case_id] for row in rows if not row.fails and row.shown is not None]
    counted = {
        kind: Counter(named[place] for named in able if named[place])
        for place, kind in enumerate(("region", "outcome", "category"))
    }
    return {kind: [list(one) for one in sorted(names.items())] for kind, names in counted.items() if names}


def groups_of(cases: Any) -> dict[int, tuple[str, str, str]]:
    """By case, its region, its outcome and, where the round has some, its category."""
    named = cases.order_by().values_list(
        "pk",
        "application__authority__region__name",
        "application__outcome__title",
        "application__category__name",
    )
    return {pk: (region or NO_REGION, outcome, category or "") for pk, region, outcome, category in named}


def raw_row(position: int, standing: Standing) -> RankingRow:
    return RankingRow(
        case_id=standing.pk,
        outcome_id=standing.outcome_id,
        position=position,
        place=position,
        rank=standing.rank,
        needs_reason=standing.ranked.needs_reason,
        parted_by=standing.parted_words,
        shown=standing.shown,
        lowest=standing.lowest,
        highest=standing.highest,
        spread=standing.spread,
        requested=standing.requested,
        fails=bool(standing.gates),
        to_discuss=bool(standing.to_discuss),
        criteria=[
            [None if on.shown is None else str(on.shown), on.lowest, on.highest, on.is_apart, on.fails]
            for on in standing.criteria
        ],
    )


def lodged_scores(
    scope: Scope, criteria: Sequence[Criterion]
) -> tuple[list[calibration.Score], list[list[Any]]]:
    """What each reader gave to each case of 100, before any talk; and these marks themselves, in one order."""
    changed = MarkChange.objects.filter(
        number=1, mark__assessment__case__in=scope.cases.unsealed().values("pk")
    )
    lodged = dict(changed.values_list("mark", "old_score"))
    marks = Mark.objects.filter(
        assessment__case__in=scope.cases.unsealed().values("pk"), assessment__status=SheetStatus.LODGED
    ).order_by("assessment__case", "assessment__appointment", "criterion")
    sheets: dict[tuple[int, int], dict[str, int | None]] = defaultdict(dict)
    given = []
    for pk, case, reader, criterion, score in marks.values_list(
        "pk", "assessment__case", "assessment__appointment", "criterion", "score"
    ):
        mark = lodged.get(pk, score)
        sheets[case, reader][str(criterion)] = mark
        given.append([case, reader, criterion, mark])
    weights = {str(criterion.pk): criterion.weight for criterion in criteria}
    totals = [(case, reader, ranking.weighted(sheet, weights)) for (case, reader), sheet in sheets.items()]
    scores = [
        calibration.Score(case, reader, float(total)) for case, reader, total in totals if total is not None
    ]
    return scores, given


def agreement_of(scores: Iterable[calibration.Score]) -> float | None:
    """Krippendorff's alpha of the readers' own scores."""
    by_reader: dict[int, dict[int, float]] = defaultdict(dict)
    for case, reader, score in scores:
        by_reader[reader][case] = score
    cases = sorted({case for theirs in by_reader.values() for case in theirs})
    return agreement.alpha([[theirs.get(case) for case in cases] for theirs in by_reader.values()])


def compared(scores: Sequence[calibration.Score]) -> calibration.Calibration:
    """Few readers say little of how far readers differ: unless they do not differ at all, half a mark is held."""
    found = calibration.Calibration(scores, prior=calibration.Prior(MOST))
    if len(found.readers) < calibration.FEW_READERS and found.variances.finds_severity:
        return calibration.Calibration(scores, prior=calibration.Prior(MOST, HALF_A_MARK))
    return found


def told_by(found: calibration.Calibration, rows: list[RankingRow], line: FundingLine) -> dict[str, Any]:
    """Write what calibration says into the rows; returns what it says of the panel."""
    by_case = {row.case_id: row for row in rows}
    order = [by_case[standing.application] for standing in found.standings]
    fundable = walked(order, line.pot)
    zone = found.line(fundable)
    # What takes nothing from the pot is passed over in every round that is drawn, too.
    costs = {row.case_id: 0 if row.fails else row.requested for row in order}
    chances = funding.chances(found.applications, found.posterior.drawn, costs, line.pot)
    side = dict.fromkeys(zone.above, RankingRow.Zone.ABOVE)
    side |= dict.fromkeys(zone.zone, RankingRow.Zone.WITHIN) | dict.fromkeys(
        zone.below, RankingRow.Zone.BELOW
    )
    for standing, row in zip(found.standings, order, strict=True):
        write(row, standing)
        row.zone = side[standing.application]
        row.chance = None if row.fails else chances[standing.application]
    number([*order, *(row for row in rows if row.expected_rank is None)])
    return {
        "fundable": fundable,
        "line_at": zone.at,
        "has_line": bool(0 < fundable < len(order)),
        "in_zone": len(zone.zone),
        **told_of_panel(found),
    }


def told_by_category(
    found: calibration.Calibration, rows: list[RankingRow], categories: Mapping[int, int | None]
) -> dict[str, Any]:
    """The same where each category is ranked by itself. Readers are weighed by all that they read; a rank is one among
    the category's own. How the pot is shared is not known, so there is no line."""
    by_case = {row.case_id: row for row in rows}
    order: list[RankingRow] = []
    for category in dict.fromkeys(categories[row.case_id] for row in rows):
        of_category = found.among(case for case in found.applications if categories[case] == category)
        for standing in of_category:
            write(by_case[standing.application], standing)
        order += [by_case[standing.application] for standing in of_category]
        order += [row for row in rows if categories[row.case_id] == category and row.expected_rank is None]
    number(order)
    return {"fundable": 0, "line_at": 0.0, "has_line": False, "in_zone": 0, **told_of_panel(found)}


def write(row: RankingRow, standing: calibration.Standing) -> None:
    row.calibrated = Decimal(str(round(standing.calibrated, 3)))
    row.deviation = standing.deviation
    row.expected_rank = standing.expected_rank
    row.best, row.worst = standing.best, standing.worst


def number(order: Sequence[RankingRow]) -> None:
    for place, row in enumerate(order):
        row.place = place


def told_of_panel(found: calibration.Calibration) -> dict[str, Any]:
    """How far the panel's readers and applications differ."""
    variances = found.variances
    each = len(found.scores) / len(found.applications)
    return {
        "single": variances.single,
        "mean_of": variances.mean_of(each),
        "each": each,
        "between": [variances.application**0.5, variances.reader**0.5, variances.rest**0.5],
        "groups": [len(group) for group in found.groups],
        "is_complete": found.is_complete,
        "finds_severity": variances.finds_severity,
        "severities": [[one.reader, one.read, one.points] for one in found.severities],
    }


def walked(order: Sequence[RankingRow], pot: int) -> int:
    """How many of these, from the first, the pot reaches; who fails a least mark takes nothing."""
    asked = 0
    for place, row in enumerate(order):
        asked += 0 if row.fails else row.requested
        if asked > pot:
            return place
    return len(order)
