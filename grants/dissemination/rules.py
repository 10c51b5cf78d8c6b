"""Why something may not happen now, in sentences that pages show beside the button."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Sum

from beacons.core import text
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.statuses import (
    ADOPTION,
    IN_LIBRARY,
    ActivityStatus,
    AdoptionStatus,
    PracticeStatus,
)
from grants.models import Grant
from grants.statuses import GrantStatus
from outcomes.models import SignUp

# Until then, places are for the cohort; what is left is for anybody.
COHORT_FIRST = timedelta(days=14)
HOLDERS_AT_WORK = (GrantStatus.AGREED, GrantStatus.ACTIVE)
MAY_BEGIN_AS = (AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED, AdoptionStatus.CHANGED)


def reasons_not_to_plan(
    grant: Grant, *, starts_at: datetime | None = None, ends_at: datetime | None = None, at: datetime
) -> list[str]:
    """Why this grant may not plan an activity (then)."""
    if grant.status not in HOLDERS_AT_WORK:
        return ["Activities can be planned once the agreement is signed by all, until the closing return."]
    reasons = []
    if starts_at is not None and starts_at <= at:
        reasons.append("The activity must start in the future.")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        reasons.append("The activity must end after it starts.")
    closes_at = grant.round.stage_of("close").closes_at
    if ends_at is not None and ends_at > closes_at:
        reasons.append(f"The round ends at noon on {day_in_london(closes_at):%-d %B %Y}: choose an earlier day.")
    return reasons


def reasons_not_to_cancel(activity: Activity, *, at: datetime) -> list[str]:
    if activity.status != ActivityStatus.PLANNED:
        return [f"This activity is {activity.get_status_display().lower()}."]
    if at >= activity.starts_at:
        return ["This activity has begun. Record who came instead."]
    return []


def in_cohort(activity: Activity, authority: Authority) -> bool:
    """Is the authority, or the area it lies in, signed up to the outcome?"""
    outcome = activity.grant.application.outcome_id
    return SignUp.objects.filter(outcome=outcome, authority__in=[authority.pk, authority.area_id]).exists()


def places_left(activity: Activity) -> int:
    taken = activity.bookings.standing().aggregate(taken=Sum("people", default=0))["taken"]
    return activity.places - taken


def reasons_not_to_book(activity: Activity, authority: Authority, *, people: int = 1, at: datetime) -> list[str]:
    if activity.status != ActivityStatus.PLANNED:
        return [f"This activity is {activity.get_status_display().lower()}."]
    if at >= activity.starts_at:
        return ["This activity has begun."]
    reasons = []
    if authority.pk == activity.grant.authority_id:
        reasons.append("Your council holds this activity.")
    if activity.bookings.standing().filter(authority=authority).exists():
        reasons.append(f"{authority} has booked places already. Cancel them first if their number has changed.")
    left = places_left(activity)
    if people > left:
        reasons.append("There are no places left." if left <= 0 else f"Only {left} places are left.")
    opens_to_all = activity.starts_at - COHORT_FIRST
    if at < opens_to_all and not in_cohort(activity, authority):
        reasons.append(
            "Places are for councils signed up to this outcome first. What is left is for everybody from"
            f" {day_in_london(opens_to_all):%-d %B %Y}."
        )
    return reasons


def reasons_not_to_cancel_booking(booking: Booking, *, at: datetime) -> list[str]:
    if booking.cancelled_at is not None:
        return ["This booking is cancelled already."]
    if at >= booking.activity.starts_at:
        return ["The activity has begun."]
    return []


def reasons_not_to_record(activity: Activity, came: Mapping[int, int] | None = None, *, at: datetime) -> list[str]:
    """Why the host may not say who came; `came` is {booking: people}."""
    if activity.status != ActivityStatus.PLANNED:
        return [f"This activity is {activity.get_status_display().lower()}."]
    if at < activity.ends_at:
        return ["Record who came once the activity is over."]
    if came is None:
        return []
    booked = {booking.pk: booking for booking in activity.bookings.standing().select_related("authority")}
    missing = [str(booking.authority) for pk, booking in booked.items() if pk not in came]
    return [f"Say whether {council} came." for council in missing] + [
        "A booking that is not this activity's was named." for pk in came if pk not in booked
    ]


def reasons_not_to_tell(booking: Booking, *, words: str | None = None, at: datetime) -> list[str]:
    if not booking.attended:
        return ["Say what you will change once the host has recorded that you came."]
    if words is not None and text.is_blank(words):
        return ["Write what you will change, if only in a sentence. “Nothing, because …” is an answer too."]
    return []


def reasons_not_to_draft_practice(grant: Grant, *, at: datetime) -> list[str]:
    if grant.status not in (*HOLDERS_AT_WORK, GrantStatus.REPORTED):
        return ["A practice is written while the grant runs."]
    return []


def reasons_not_to_edit(practice: Practice) -> list[str]:
    if practice.status not in (PracticeStatus.DRAFTED, PracticeStatus.DEVELOPED):
        return ["This practice has been reviewed and stands as it is. Ask the scheme's office to return it to you."]
    return []


def reasons_not_to_develop(practice: Practice) -> list[str]:
    """What a practice lacks before it can be handed to review."""
    needed = {
        "the problem": practice.problem,
        "what was done": practice.done,
        "the result": practice.result,
        "what others need for it to work": practice.conditions,
        "the lessons, failures too": practice.lessons,
    }
    return [f"Write {name}." for name, words in needed.items() if text.is_blank(words)]


def reasons_not_to_publish(practice: Practice, *, review_on: date | None = None, at: datetime) -> list[str]:
    if review_on is not None and review_on <= day_in_london(at):
        return ["The review date must lie ahead."]
    return []


def reasons_not_to_adopt(
    practice: Practice, authority: Authority, *, status: str = AdoptionStatus.CONSIDERING, at: datetime
) -> list[str]:
    reasons = []
    if practice.status not in IN_LIBRARY:
        reasons.append("Only a practice of the library can be taken up.")
    if practice.authority_id == authority.pk:
        reasons.append("This is your own council's practice.")
    if practice.adoptions.filter(authority=authority).exists():
        reasons.append(f"{authority} has recorded this practice already. Change its status there.")
    if status not in MAY_BEGIN_AS:
        reasons.append("Begin with considering, planned or changed.")
    return reasons


def reasons_not_to_move(adoption: Adoption, step: str, *, note: str | None = None) -> list[str]:
    reasons = ADOPTION.reasons_not_to(adoption, step)
    if note is not None and text.is_blank(note):
        reasons.append("Say in a sentence what you are doing, or what you learned.")
    return reasons
