"""What stands in the way of setting the instant at which everything opens, and of announcing a case."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Count, Q

from beacons.core import clock, workdays
from beacons.rounds.models import Round, Stage
from panel.chairing import Chairs
from panel.models import Announcement, Case
from panel.querysets.cases import DECIDED, STANDING
from panel.statuses import CASE, CaseStatus

# A request that came just before the instant must not end after it: somebody could have read the results by then.
LAST_CALL = clock.STRAGGLERS


@dataclass(frozen=True)
class Settling:
    """How far a round's cases are, in one query: those that stand, of them those not settled, and those announced."""

    standing: int
    unsettled: int
    announced: int

    ASKED: ClassVar = {
        "standing": Count("pk", filter=STANDING),
        "unsettled": Count("pk", filter=STANDING & ~Q(status__in=DECIDED)),
        "announced": Count("pk", filter=Q(status=CaseStatus.ANNOUNCED)),
    }

    @classmethod
    def of(cls, a_round: Round) -> "Settling":
        return cls(**Case.objects.of_round(a_round).order_by().aggregate(**cls.ASKED))


def reasons_not_to_set_announcement(
    a_round: Round,
    *,
    by: Any,
    at: datetime,
    instant: datetime | None = None,
    chairs: Chairs | None = None,
    settling: Settling | None = None,
    standing: Announcement | None = None,
) -> list[str]:
    """Without an `instant`, of setting any. With `settling`, what is known of the cases and of the announcement stands."""
    if settling is None:
        standing = Announcement.objects.filter(round=a_round).first()
        settling = Settling.of(a_round)
    if settling.announced or (standing is not None and at >= standing.at - LAST_CALL):
        return ["The announcement has been made, or is being made, so its time cannot be changed."]
    found = (chairs or Chairs(a_round, at)).reasons_not_to_act(by)
    stage = a_round.stage_of(Stage.Key.DECISION)
    if at < stage.opens_at:
        found.append(
            f"This opens with the stage “{stage}”, at noon on {stage.opens_on.day} {stage.opens_on:%B %Y}."
        )
    found += reasons_of_cases(settling)
    if not found and instant is not None:
        found += reasons_against_instant(a_round, instant, at=at)
    return found


def reasons_of_cases(settling: Settling) -> list[str]:
    """All that stand must be settled: nobody may learn from a result that is missing."""
    count = settling.unsettled
    if count:
        is_or_are = "application is" if count == 1 else "applications are"
        return [f"{count} {is_or_are} not settled. All are announced together."]
    return [] if settling.standing else ["There is nothing to announce."]


def reasons_against_instant(a_round: Round, instant: datetime, *, at: datetime) -> list[str]:
    if instant <= at:
        return ["The announcement must lie ahead."]
    latest = latest_instant(a_round)
    if instant > latest:
        day = workdays.day_in_london(latest)
        return [
            f"The announcement must come by noon on {day.day} {day:%B %Y}, so that {a_round.days_to_accept} days remain"
            " to accept an offer."
        ]
    return []


def latest_instant(a_round: Round) -> datetime:
    """An offer may be accepted for some days, and the agreement stage must leave room for that."""
    agreed_by = a_round.stage_of(Stage.Key.AGREEMENT).closes_on
    return workdays.noon(agreed_by - timedelta(days=a_round.days_to_accept))


def reasons_not_to_announce(case: Case, *, at: datetime) -> list[str]:
    found = CASE.reasons_not_to(case, "announce")
    if found:
        return found
    announcement = Announcement.objects.filter(round=case.application.round).first()
    if announcement is None:
        return ["The chair has not set the announcement."]
    if not announcement.has_come(at):
        return ["The announcement has not come."]
    return [] if Case.objects.filter(pk=case.pk).standing().exists() else ["The application was withdrawn."]
