"""The table a simulated year ends with: each stage as planned and as it went, and what there is to count."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from beacons.applications.models import Application, EvidenceFigure
from beacons.core.letters import Letter
from beacons.core.steps import Step
from beacons.directory.models import Authority
from beacons.rounds.models import Round, Stage
from grants.dissemination.models import Adoption, Booking, Practice
from grants.models import Grant, Payment
from outcomes.models import Issue, SignUp
from panel.models import Appointment, Assessment, Case


def lines(of: Round) -> Iterator[str]:
    """The report, line by line, as text in columns."""
    yield f"{'stage':<28}{'planned':<26}{'last act':<14}{'day':>5}"
    for stage in of.plan:
        planned = f"{stage.opens_on:%d %b} to {stage.closes_on:%d %b %Y}"
        last = last_act(stage)
        acted = f"{last:%d %b %Y}" if last else "-"
        yield f"{stage!s:<28}{planned:<26}{acted:<14}{(stage.closes_on - of.starts_on).days:>5}"
    yield ""
    for noun, number in counts(of).items():
        yield f"{noun:<48}{number:>10,}"


def last_act(stage: Stage) -> date | None:
    """The day of the last step that anybody took between a stage's opening and its closing."""
    acted = Step.objects.filter(at__gte=stage.opens_at, at__lt=stage.closes_at, by_id__isnull=False)
    last = acted.order_by("-at").values_list("at", flat=True).first()
    return last.date() if last else None


def counts(of: Round) -> dict[str, int]:
    """What happened in the round, in numbers."""
    applications = Application.objects.filter(round=of)
    found = {
        "sign-ups to its outcomes": SignUp.objects.filter(outcome__in=of.outcomes.all()).count(),
        "of them confirmed": SignUp.objects.filter(outcome__in=of.outcomes.all()).confirmed().count(),
        "issues stated": Issue.objects.filter(outcome__in=of.outcomes.all()).count(),
        "councils that applied": Authority.objects.filter(applications__round=of).distinct().count(),
        "outcomes for which councils will not apply": of.abstentions.standing().count(),
        "applications submitted": applications.handed_in().count(),
        "answers on hours spent": of.hours_spent.count(),
        "panel members": Appointment.objects.filter(seat__round=of).count(),
        "score sheets lodged": Assessment.objects.filter(case__application__round=of).lodged().count(),
        "cases announced": Case.objects.filter(application__round=of, status="announced").count(),
        "grants offered": Grant.objects.filter(round=of).count(),
        "pounds paid": sum(
            Payment.objects.filter(grant__round=of, status="approved").values_list("amount", flat=True)
        ),
        "bookings": Booking.objects.filter(activity__grant__round=of).count(),
        "evidence figures": EvidenceFigure.objects.filter(application__round=of).count(),
        "practices in the library": Practice.objects.filter(grant__round=of).in_library().count(),
        "of those that won nothing": Practice.objects.filter(application__round=of).in_library().count(),
        "adoptions recorded": Adoption.objects.filter(practice__grant__round=of).count(),
    }
    for status, number in applications.values_list("status").annotate(Count("pk")).order_by("status"):
        found[f"applications now {status}"] = number
    for status, number in (
        Grant.objects.filter(round=of).values_list("status").annotate(Count("pk")).order_by("status")
    ):
        found[f"grants now {status}"] = number
    found["letters written"] = Letter.objects.count()
    found["steps in the audit"] = Step.objects.count()
    return found
