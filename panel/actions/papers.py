"""How sheets are locked, and how they are taken from a member. Leant on by the other verbs of the panel."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from beacons.core import letters
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel.models import Appointment, Assessment, Case, Interest
from panel.querysets.interests import bids_of_interest
from panel.statuses import SHEET, CaseStatus

# Once a decision has been proposed it stands on what was known then; an interest that comes to light later is
# recorded and hides the papers, and the chairs judge what follows from it.
UNDECIDED = (CaseStatus.ASSIGNED, CaseStatus.SCORED, CaseStatus.MODERATED)


def lock_case(pk: int) -> Case:
    """Always the case before its sheets, so that lodging, discharging and opening the seal queue."""
    asked = Case.objects.for_list().prefetch_related("application__round__stages", "application__partners")
    return asked.lock(pk)


def lock(assessment: Assessment) -> Assessment:
    lock_case(assessment.case_id)
    Assessment.objects.lock(assessment.pk)
    return get(assessment)


def get(assessment: Assessment) -> Assessment:
    """With what the rules ask for, read after the lock was given."""
    return loaded(Assessment.objects.all()).get(pk=assessment.pk)


def loaded(sheets: QuerySet[Assessment]) -> Any:
    return sheets.for_list().prefetch_related(  # type: ignore[attr-defined]
        "marks", "case__application__round__stages", "case__application__round__criteria"
    )


def lock_many(sheets: QuerySet[Assessment]) -> list[Assessment]:
    """These sheets, as they are once their cases are locked, in the order in which everybody locks them."""
    cases = sheets.order_by().values("case")
    list(Case.objects.filter(pk__in=cases).order_by("pk").select_for_update())
    return list(loaded(sheets).order_by("case", "pk").select_for_update(of=("self",)))


@verb
def take_for_interests(found: Iterable[Interest], *, by: Any, at: datetime) -> None:
    """An interest that comes to light takes the sheet away, lodged or not, and tells those who chair."""
    theirs = Q()
    for interest in found:
        theirs |= Q(appointment__user=interest.appointment.user_id, case__application=interest.application_id)
    taken = lock_many(Assessment.objects.counting().filter(theirs)) if theirs else []
    for sheet in taken:
        if sheet.case.status in UNDECIDED:
            # What was lodged when the seal opened stays known as lodged then; under the seal it never counted.
            lodged_at = None if sheet.case.is_sealed else sheet.lodged_at
            why = "An interest in this application came to light."
            SHEET.advance(sheet, "discharge", by=by, at=at, why=why, set_fields={"lodged_at": lodged_at})
    tell_chairs(taken, at=at)


@verb
def take_open_sheets(appointment: Appointment, *, why: str, by: Any, at: datetime) -> None:
    """Discharge what a member who leaves has not lodged."""
    taken = lock_many(appointment.assessments.open())
    for sheet in taken:
        SHEET.advance(sheet, "discharge", by=by, at=at, why=why)
    tell_chairs(taken, at=at)


def tell_chairs(sheets: list[Assessment], *, at: datetime) -> None:
    """Readers are lost: those who chair find others. Nobody is told of a bid in which they have an interest."""
    if not sheets:
        return
    round: Round = sheets[0].case.application.round
    for chair in Appointment.objects.active(at).chairs().filter(seat__round=round).for_list():
        theirs = set(bids_of_interest(chair.user).filter(round=round).values_list("pk", flat=True))
        told = [sheet.case.application for sheet in sheets if sheet.case.application_id not in theirs]
        if told:
            letters.write(
                "panel_readers_lost",
                to=chair.user,
                at=at,
                key=f"{sheets[0].pk}:{at.isoformat()}",
                context={"applications": told, "round": round},
            )
