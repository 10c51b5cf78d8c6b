"""What stands in the way of setting the instant at which everything opens, and of announcing a case."""

from datetime import datetime, timedelta
from typing import Any

from beacons.core import clock, workdays
from beacons.rounds.models import Round, Stage
from panel.chairing import Chairs
from panel.models import Announcement, Case
from panel.statuses import CASE, CaseStatus

# A request that came just before the instant must not end after it: somebody could have read the results by then.
LAST_CALL = clock.STRAGGLERS


def reasons_not_to_set_announcement(
    a_round: Round, *, by: Any, at: datetime, instant: datetime | None = None
) -> list[str]:
    """Without an `instant`, of setting any."""
    standing = Announcement.objects.filter(round=a_round).first()
    made = Case.objects.of_round(a_round).filter(status=CaseStatus.ANNOUNCED).exists()
    if made or (standing is not None and at >= standing.at - LAST_CALL):
        return ["The announcement has been made, or is being made, so its time cannot be changed."]
    found = Chairs(a_round, at).reasons_not_to_act(by)
    stage = a_round.stage_of(Stage.Key.DECISION)
    if at < stage.opens_at:
        found.append(
            f"This opens with the stage “{stage}”, at noon on {stage.opens_on.day} {stage.opens_on:%B %Y}."
        )
    found += reasons_of_cases(a_round)
    if not found and instant is not None:
        found += reasons_against_instant(a_round, instant, at=at)
    return found


def reasons_of_cases(a_round: Round) -> list[str]:
    """All that stand must be settled: nobody may learn from a result that is missing."""
    cases = Case.objects.of_round(a_round).standing()
    count = cases.exclude(pk__in=cases.decided().values("pk")).count()
    if count:
        is_or_are = "application is" if count == 1 else "applications are"
        return [f"{count} {is_or_are} not settled. All are announced together."]
    return [] if cases.exists() else ["There is nothing to announce."]


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
