"""What may be known of a round's results, by whom and when. Every page, letter and later room asks here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from beacons.applications.models import Application
from beacons.applications.permissions import may_edit
from beacons.applications.statuses import Status
from beacons.rounds.models import Category, Round, Stage
from outcomes.models import Outcome
from panel.feedback import Feedback, feedback_of
from panel.models import Announcement, Case, Decision, FeedbackLetter
from panel.querysets.cases import CaseQuerySet
from panel.querysets.decisions import DecisionQuerySet
from panel.statuses import Verdict

ASSESSED = "assessed"
SHORTLISTED = "shortlisted"
NOT_SHORTLISTED = "not_shortlisted"
WORDS = {
    ASSESSED: "Being assessed",
    SHORTLISTED: "Shortlisted",
    NOT_SHORTLISTED: "Not shortlisted",
    Verdict.AWARD: "Awarded",
    Verdict.RESERVE: "In reserve",
    Verdict.DECLINE: "Not awarded",
}
# Awards by category, where there are some, then by outcome.
ORDER = (
    "application__category__position",
    "application__category",
    "application__outcome__title",
    "application__authority__name",
)
COLOURS = {
    SHORTLISTED: "blue",
    NOT_SHORTLISTED: "grey",
    Verdict.AWARD: "green",
    Verdict.RESERVE: "turquoise",
    Verdict.DECLINE: "grey",
}


@dataclass(frozen=True)
class OwnResult:
    """What an authority may know of its own bid. `reasons` and `feedback` are empty until they may be read.

    `feedback_due_at` says when the feedback comes at the latest, from the announcement until it is there.
    """

    key: str
    reasons: str = ""
    amount: int = 0
    reserve_place: int | None = None
    announced_at: datetime | None = None
    feedback: tuple[Feedback, ...] = ()
    feedback_due_at: datetime | None = None

    @property
    def words(self) -> str:
        return WORDS[self.key]

    @property
    def colour(self) -> str:
        return COLOURS.get(self.key, "blue")

    # So that a page may write {% status_tag result %}.
    status_colour = colour

    @property
    def status(self) -> str:
        return self.key

    def get_status_display(self) -> str:
        return self.words


def own_result(application: Application, user: Any, at: datetime) -> OwnResult | None:
    """What this person may know of the panel's work on their authority's bid at this instant.

    None for anybody else, and for a bid that the panel does not judge. Until the shortlist closes an applicant
    learns nothing but that the bid is being assessed; then whether it was shortlisted; the verdict comes with the
    announcement. What is sealed is not so much as read before.
    """
    if not may_edit(user, application):
        return None
    if application.status not in (Status.ELIGIBLE, Status.CLOSED):
        return None
    if announcement_has_come(application.round, at):
        decision = (
            Decision.objects.announced(at)
            .filter(case__application=application)
            .select_related("case")
            .first()
        )
        return announced_result(decision, at) if decision is not None else OwnResult(ASSESSED)
    if not application.round.has_closed(Stage.Key.SHORTLIST, at):
        return OwnResult(ASSESSED)
    case = Case.objects.filter(application=application).only("shortlisted_at", "left_out_at").first()
    if case is None or (case.shortlisted_at is None and case.left_out_at is None):
        return OwnResult(ASSESSED)
    if case.shortlisted_at is not None:
        return OwnResult(SHORTLISTED)
    # Why, the applicant reads with the announcement: feedback stays sealed until then.
    return OwnResult(NOT_SHORTLISTED)


def own_verdict(application: Application, user: Any, at: datetime) -> str | None:
    """The verdict alone, once it is announced, for whom `own_result` tells it; None before, and for anybody else."""
    if not may_edit(user, application) or application.status not in (Status.ELIGIBLE, Status.CLOSED):
        return None
    decided = Decision.objects.announced(at).filter(case__application=application)
    return decided.values_list("verdict", flat=True).first()


def announced_result(decision: Decision, at: datetime) -> OwnResult:
    """A verdict that has been announced, with its reasons; and the feedback by criterion once the chair has approved it."""
    announcement = decision.case.application.round.announcement
    letter = FeedbackLetter.objects.opened(at).filter(case=decision.case).select_related("case").first()
    return OwnResult(
        decision.verdict,
        reasons=decision.reasons,
        amount=decision.amount if decision.verdict == Verdict.AWARD else 0,
        reserve_place=decision.reserve_place,
        announced_at=announcement.at,
        feedback=() if letter is None else tuple(feedback_of(letter)),
        feedback_due_at=announcement.feedback_due_at if letter is None else None,
    )


def announcement_has_come(a_round: Round, at: datetime) -> bool:
    return Announcement.objects.come(at).filter(round=a_round).exists()


def announced_decisions(a_round: Round, at: datetime) -> DecisionQuerySet:
    """Every decision of a round that has been announced; empty until the instant."""
    return Decision.objects.announced(at).of_round(a_round)


def announced_awards(a_round: Round, at: datetime) -> CaseQuerySet:
    """Cases awarded and announced, by the instant and not by whether the clock has run since."""
    awards = announced_decisions(a_round, at).filter(verdict=Verdict.AWARD)
    return (
        Case.objects.filter(decision__in=awards.values("pk"))
        .for_list()
        .select_related("decision")
        .order_by(*ORDER, "pk")
    )


@dataclass(frozen=True)
class OfCategory:
    """What is published of one category."""

    category: Category
    judged: int
    awards: int
    pounds: int


def by_category(a_round: Round, at: datetime) -> list[OfCategory]:
    """The public numbers of each category of a round in which something was judged."""
    award = Q(verdict=Verdict.AWARD)
    counted = (
        announced_decisions(a_round, at)
        .filter(case__application__category__isnull=False)
        .order_by()
        .values("case__application__category")
        .annotate(
            judged=Count("pk"),
            awards=Count("pk", filter=award),
            pounds=Sum("amount", filter=award, default=0),
        )
    )
    found = {line.pop("case__application__category"): line for line in counted}
    return [
        OfCategory(category, **found[category.pk])
        for category in a_round.categories.all()
        if category.pk in found
    ]


def figures(a_round: Round, at: datetime) -> dict[str, int]:
    """The public numbers of a round's results: of those without an award nothing else is told."""
    verdicts = {
        verdict: Count("pk", filter=Q(verdict=verdict))
        for verdict in (Verdict.AWARD, Verdict.RESERVE, Verdict.DECLINE)
    }
    counted = announced_decisions(a_round, at).aggregate(judged=Count("pk"), **verdicts)
    return {str(name): number for name, number in counted.items()}


def pounds_awarded(a_round: Round, at: datetime) -> int:
    awards = announced_decisions(a_round, at).filter(verdict=Verdict.AWARD)
    return awards.aggregate(total=Sum("amount"))["total"] or 0


def outcomes_without(a_round: Round) -> list[Outcome]:
    """The round's outcomes on which no application stands: they end with it, and the one pot is all the others'."""
    judged = Case.objects.of_round(a_round).standing().order_by().values("application__outcome")
    return list(a_round.outcomes.exclude(pk__in=judged).order_by("title"))
