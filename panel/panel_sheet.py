"""The panel sheet: a row for each case, or for each mark, with columns that stay the same whatever the round's state.

What is not known yet is empty, never left out; the criteria stand at the end, in their order. The same eyes see it as the
ranking: cases whose seal is open, without those in which its reader has an interest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from beacons.rounds.models import Round
from panel.models import Assessment, Case, Decision, RankingRow

COLUMNS = (
    "Place",
    "Reference",
    "Lead authority",
    "Region",
    "Outcome",
    "Category",
    "Title",
    "Asked for (£)",
    "Score of 100",
    "Lowest own score of a reader",
    "Highest own score of a reader",
    "Spread",
    "Calibrated score",
    "Likely rank",
    "Rank from",
    "Rank to",
    "Against the funding line",
    "Chance that the pot reaches it (%)",
    "Below a least mark",
    "Marks apart",
    "Status",
    "What the meeting made of it",
    "Why it was, or was not, shortlisted",
    "Verification",
    "Decision",
    "Grant (£)",
    "Reserve place",
    "Reasons of the decision",
)
MARK_COLUMNS = (
    "Reference",
    "Lead authority",
    "Outcome",
    "Category",
    "Criterion",
    "Weight",
    "Reader",
    "For",
    "Mark of 5",
    "Cannot judge",
    "Reason",
    "Changed in a meeting",
    "Lodged",
)


@dataclass(frozen=True)
class Line:
    """One case of the sheet."""

    row: RankingRow
    decision: Decision | None
    # Which way a case went at the shortlist is sealed from members who did not read it, until the announcement.
    knows_shortlist: bool

    @property
    def status(self) -> str:
        return self.row.case.status_for(self.knows_shortlist)

    @property
    def shortlist_reason(self) -> str:
        return self.row.case.shortlist_reason if self.knows_shortlist else ""

    @property
    def verification_note(self) -> str:
        return self.row.case.verification_note if self.knows_shortlist else ""

    @property
    def cells(self) -> tuple[Any, ...]:
        row, case, decision = self.row, self.row.case, self.decision
        bid = case.application
        return (
            row.rank,
            bid.reference,
            bid.applicant,
            bid.authority.region,
            bid.outcome,
            bid.category,
            bid.title,
            row.requested,
            row.shown,
            row.lowest,
            row.highest,
            row.spread,
            row.calibrated,
            None if row.expected_rank is None else round(row.expected_rank, 1),
            row.best,
            row.worst,
            row.get_zone_display(),
            None if row.chance is None else round(100 * row.chance),
            row.fails,
            row.is_apart,
            self.status,
            case.moderation_note,
            self.shortlist_reason,
            self.verification_note,
            decision.get_verdict_display() if decision else "",
            decision.amount if decision else None,
            decision.reserve_place if decision else None,
            decision.reasons if decision else "",
            *(None if one["shown"] == "–" else Decimal(one["shown"]) for one in row.on_criteria),
        )


def columns(a_round: Round) -> list[str]:
    """Those of every sheet, and then a mean for each criterion of this round."""
    return [*COLUMNS, *(f"Mean: {criterion.name}" for criterion in a_round.criteria.all())]


def loaded(rows: Any) -> Any:
    """Rows of a stored ranking with what the sheet shows of each."""
    bid = "case__application"
    return rows.select_related(
        f"{bid}__authority__region", f"{bid}__category", f"{bid}__councillor", f"{bid}__outcome"
    )


def lines(rows: Iterable[RankingRow], user: Any, at: datetime) -> list[Line]:
    """With the decisions and the shortlist as far as this person may know of them now, in two queries."""
    rows = list(rows)
    cases = [row.case_id for row in rows]
    decisions = Decision.objects.visible_to(user, at).without_interest(user)
    of_case = {found.case_id: found for found in decisions.filter(case__in=cases)}
    known = Case.objects.shortlist_known_to(user, at).filter(pk__in=cases)
    told = set(known.values_list("pk", flat=True))
    return [Line(row, of_case.get(row.case_id), row.case_id in told) for row in rows]


def marks(a_round: Round, user: Any, at: datetime) -> Iterator[Sequence[Any]]:
    """A row for each mark of each lodged sheet whose seal is open, with its reason and what a meeting changed of it."""
    sheets = (
        Assessment.objects.visible_to(user, at)
        .lodged()
        .standing()
        .filter(case__application__round=a_round)
        .exclude(case__status="assigned")
        .for_list()
        .prefetch_related("marks__changes")
        .order_by("case__application__reference", "appointment__user__name", "pk")
    )
    criteria = list(a_round.criteria.all())
    for sheet in sheets.iterator(chunk_size=500):
        bid, given = sheet.case.application, {mark.criterion_id: mark for mark in sheet.marks.all()}
        for criterion in criteria:
            mark = given.get(criterion.pk)
            if mark is None:
                continue
            yield (
                bid.reference,
                bid.applicant,
                bid.outcome,
                bid.category,
                criterion.name,
                criterion.weight,
                sheet.appointment.user,
                sheet.appointment.seat.body_words,
                mark.score,
                mark.cannot_judge,
                mark.reason,
                "\n".join(f"from {change.words}: {change.why}" for change in mark.history),
                sheet.lodged_at,
            )
