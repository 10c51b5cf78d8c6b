"""Feedback letters: drafted, chased, and sent."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from beacons.core import letters
from beacons.core.sweeps import each
from beacons.core.workdays import add_working_days, last_noon, noon, working_days_between
from beacons.directory.models import Role, User
from beacons.rounds.models import Round
from panel.actions import feedback
from panel.models import Appointment, Case, FeedbackLetter
from panel.querysets.feedback import FeedbackLetterQuerySet
from panel.querysets.interests import bids_of_interest
from panel.statuses import FeedbackStatus

# Working days before they are due at which leads are told of the letters they have yet to write; first of all with the
# announcement.
REMIND = (FeedbackLetterQuerySet.WITHIN, 5, 2)
# Overdue letters are told of at once, and then each so many working days.
TELL_AGAIN = 3


def draft(at: datetime) -> int:
    """A letter for every settled case that has none."""
    return each(Case.objects.to_draft_feedback(at).for_list().order_by("pk"), feedback.draft, at=at)


def replace_leads(at: datetime) -> int:
    """Another reader for letters whose lead has left or has an interest; where there is none, nothing is done."""
    waiting = FeedbackLetter.objects.standing().unapproved()
    gone = set(FeedbackLetter.objects.of_leads_gone(at).values_list("pk", flat=True))
    # By whom they act for now, whether or not the clock has recorded the interest.
    for user in User.objects.filter(appointments__feedback_letters__in=waiting).distinct().order_by("pk"):
        mine = waiting.filter(lead__user=user, case__application__in=bids_of_interest(user).values("pk"))
        gone |= set(mine.values_list("pk", flat=True))
    found = [
        letter
        for letter in FeedbackLetter.objects.filter(pk__in=gone).for_list().order_by("pk")
        if letter.lead_id is not None or feedback.next_lead(letter.case, at=at) is not None
    ]
    return each(found, feedback.replace_lead, at=at)


def send(at: datetime) -> int:
    """Approved, and the announcement has come."""
    return each(FeedbackLetter.objects.to_send(at).order_by("pk"), feedback.send, at=at)


def announced_rounds(at: datetime) -> Any:
    """Rounds in which somebody waits for feedback."""
    waiting = FeedbackLetter.objects.standing().unapproved().order_by()
    return (
        Round.objects.filter(pk__in=waiting.values("case__application__round"), announcement__at__lte=at)
        .select_related("announcement")
        .order_by("pk")
    )


def remind_leads(at: datetime) -> int:
    """Each lead hears of all its letters of a round at once: with the announcement, and five and two working days before."""
    due: list[tuple[Any, str, dict[str, Any]]] = []
    for found in announced_rounds(at):
        due_on = found.announcement.feedback_due_on
        if at >= noon(due_on):
            continue
        begun = [days for days in REMIND if noon(add_working_days(due_on, -days)) <= at]
        days = min(begun, default=REMIND[0])
        waiting = FeedbackLetter.objects.of_round(found).standing().drafted()
        led = waiting.filter(lead__in=Appointment.objects.active(at).declared().values("pk"))
        numbers: dict[User, int] = Counter(
            letter.lead.user
            for letter in led.select_related("lead__user").order_by("pk")
            if letter.lead is not None
        )
        due += [
            (user, f"{found.pk}:{due_on}:{days}", {"round": found, "number": number, "due_on": due_on})
            for user, number in numbers.items()
        ]
    return letters.write_missing("panel_feedback_due", due, at=at)


def tell_of_overdue(at: datetime) -> int:
    """The chair, the vice-chair and the scheme managers hear of overdue letters, each of those that it may know of."""
    due: list[tuple[Any, str, dict[str, Any]]] = []
    for found in announced_rounds(at):
        due_on = found.announcement.feedback_due_on
        late = FeedbackLetter.objects.of_round(found).overdue(at)
        if not late.exists():
            continue
        times = working_days_between(due_on, last_noon(at)) // TELL_AGAIN
        chairs = Appointment.objects.active(at).chairs().filter(seat__round=found).for_list()
        people = [*(one.user for one in chairs), *User.objects.with_role(Role.SCHEME_MANAGER)]
        for person in people:
            theirs = late.exclude(case__application__in=bids_of_interest(person).values("pk"))
            numbers: dict[str, int] = defaultdict(int, Counter(theirs.values_list("status", flat=True)))
            if number := sum(numbers.values()):
                context = {
                    "round": found,
                    "number": number,
                    "drafted": numbers[FeedbackStatus.DRAFTED],
                    "written": numbers[FeedbackStatus.WRITTEN],
                    "due_on": due_on,
                }
                due.append((person, f"{found.pk}:{due_on}:{times}", context))
    return letters.write_missing("panel_feedback_late", due, at=at)
