"""What the office sees of a running round: where it stands, what is late, and what money has moved.

Only counts: no draft is opened here, no mark shown, no decision told.
"""

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from beacons.applications.models import Application
from beacons.core.heartbeat import Heartbeat
from beacons.core.letters import Letter
from beacons.core.sweeps import Failure
from beacons.rounds.models import Round
from grants.dissemination.models import Activity, Adoption, Booking
from grants.models import Grant, Payment, Return
from outcomes.models import Issue, SignUp
from panel.models import Assessment, FeedbackLetter, Seat


def applications_by_outcome(of: Round) -> list[dict[str, Any]]:
    """For each outcome of the round: cohort, drafts, certified, handed in, lapsed or withdrawn."""
    return list(
        of.outcomes.order_by("title")
        .values("title", "slug")
        .annotate(
            cohort=Count("sign_ups", distinct=True, filter=Q(sign_ups__joins__isnull=True)),
            **in_status(Q(applications__round=of)),
        )
    )


def applications_by_category(of: Round) -> list[dict[str, Any]]:
    """The same for each category, where the round has some."""
    return list(of.categories.order_by("position", "pk").values("name").annotate(**in_status(Q())))


def in_status(bids: Q) -> dict[str, Count]:
    """Of the applications of a row, how many have come how far."""
    return {
        name: Count("applications", filter=bids & Q(applications__status__in=statuses), distinct=True)
        for name, statuses in {
            "drafts": ["draft"],
            "certified": ["certified"],
            "handed_in": ["submitted", "eligible", "ineligible", "closed"],
            "gone": ["lapsed", "withdrawn"],
        }.items()
    }


def marking(of: Round) -> dict[str, int]:
    """Sheets lodged of sheets given out: the “k of n” that staff may know."""
    sheets = Assessment.objects.filter(case__application__round=of).counting()
    return sheets.aggregate(given=Count("pk"), lodged=Count("pk", filter=Q(status="lodged")))


def money(of: Round) -> dict[str, Any]:
    """The pot, what is granted, and what was prepared and approved, in pounds."""
    payments = Payment.objects.filter(grant__round=of).standing()
    sums = payments.aggregate(
        approved=Sum("amount", filter=Q(status="approved"), default=0),
        prepared=Sum("amount", filter=Q(status="prepared"), default=0),
    )
    return {"pot": of.pot, "granted": of.granted, "left": of.pot - of.granted, **sums}


def late_returns(of: Round, at: datetime) -> list[Return]:
    late = Return.objects.overdue(at).filter(grant__round=of).select_related("grant__authority")
    return list(late.order_by("due_on", "pk")[:50])


def late_feedback(of: Round, at: datetime) -> int:
    """How many applicants wait for feedback that was due."""
    return FeedbackLetter.objects.of_round(of).overdue(at).count()


def reach(of: Round) -> dict[str, int]:
    """How far the round's practice has come: activities, places booked, councils reached, adoptions."""
    bookings = Booking.objects.filter(activity__grant__round=of).standing()
    return {
        "activities": Activity.objects.filter(grant__round=of).count(),
        "bookings": bookings.count(),
        "councils": bookings.values("authority").distinct().count(),
        "adoptions": Adoption.objects.filter(practice__grant__round=of).count(),
        "changed": Adoption.objects.filter(
            practice__grant__round=of, status__in=["changed", "moved"]
        ).count(),
    }


def empty_seats(of: Round) -> list[Seat]:
    """Seats without a holder on whom the bodies agree: a risk."""
    held = Q(appointments__agreed_at__isnull=False, appointments__ended_at__isnull=True)
    return list(
        of.seats.annotate(holders=Count("appointments", filter=held)).filter(holders=0).order_by("pk")
    )


def health(at: datetime) -> dict[str, Any]:
    """Is the clock going, and are letters leaving?"""
    return {
        "late": list(Heartbeat.objects.late(at).order_by("name")),
        "beats": Heartbeat.objects.count(),
        "failing": Letter.objects.failing().count(),
        "undone": Failure.objects.standing(at).count(),
        "waiting": Letter.objects.due(at).count(),
    }


def public_figures(of: Round, at: datetime) -> list[tuple[str, int]]:
    """What anybody may know of a round's course, in its order; nothing that a seal still covers. One query."""
    outcomes = of.outcomes.values("pk")
    asked: list[tuple[str, Any, Any]] = []
    if of.needs_sign_up:
        asked += [
            ("sign-ups to its outcomes", SignUp.objects.filter(outcome__in=outcomes), Count("pk")),
            ("issues stated", Issue.objects.filter(outcome__in=outcomes), Count("pk")),
        ]
    if of.has_closed("applications", at):
        asked.append(
            ("applications submitted", Application.objects.filter(round=of).handed_in(), Count("pk"))
        )
    announcement = getattr(of, "announcement", None)
    if announcement is not None and announcement.has_come(at):
        grants = Grant.objects.filter(round=of).standing().exclude(status__in=["drafted", "offered"])
        bookings = Booking.objects.filter(activity__grant__round=of).standing()
        adoptions = Adoption.objects.filter(practice__grant__round=of)
        councils = Count("authority", distinct=True)
        asked += [
            ("grants accepted", grants, Count("pk")),
            ("pounds granted", grants, Sum("amount")),
            ("open days and other activities", Activity.objects.filter(grant__round=of), Count("pk")),
            ("councils that booked a place", bookings, councils),
            ("councils that took a practice up", adoptions, councils),
        ]
    if not asked:
        return []
    figures = Round.objects.filter(pk=of.pk).values_list(*(summed(rows, figure) for _, rows, figure in asked))
    return [(words, number) for (words, *_), number in zip(asked, figures.get(), strict=True)]


def summed(rows: Any, figure: Any) -> Coalesce:
    """One figure over all these rows, as a part of another query."""
    one = rows.order_by().annotate(all_rows=Value(1)).values("all_rows").annotate(figure=figure)
    return Coalesce(Subquery(one.values("figure"), output_field=IntegerField()), 0)
