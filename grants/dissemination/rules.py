"""Why something may not happen now, in sentences that pages show beside the button."""

from collections.abc import Mapping
from datetime import date, datetime

from beacons.core import text
from beacons.core.templatetags.govuk import day, moment
from beacons.core.workdays import day_in_london
from beacons.directory.models import Authority
from grants.dissemination import timetable
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.statuses import (
    ADOPTION,
    IN_LIBRARY,
    PRACTICE,
    ActivityStatus,
    AdoptionStatus,
    PracticeStatus,
)
from grants.models import Grant
from grants.statuses import GrantStatus
from outcomes.models import SignUp

HOLDERS_AT_WORK = (GrantStatus.AGREED, GrantStatus.ACTIVE)
MAY_BEGIN_AS = (AdoptionStatus.CONSIDERING, AdoptionStatus.PLANNED, AdoptionStatus.CHANGED)
MOST_PLACES = 2_000
# A review date further away than this would be none.
LONGEST_UNREVIEWED = 36

# Activities

# Of what is no longer planned.
OVER: dict[str, str] = {
    ActivityStatus.HELD: "This activity is over, and who came is recorded.",
    ActivityStatus.CANCELLED: "This activity is cancelled.",
}


def reasons_not_to_plan(
    grant: Grant,
    *,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    at: datetime,
) -> list[str]:
    """Why this grant may not plan an activity (of this title, then). A form sent twice plans it once."""
    if grant.status not in HOLDERS_AT_WORK:
        return ["Activities can be planned once the agreement is signed by all, until the closing return."]
    closes_at = grant.round.stage_of("close").closes_at
    if at >= closes_at:
        return [f"The round ended at {moment(closes_at)}."]
    reasons = []
    if starts_at is not None and starts_at <= at:
        reasons.append("The activity must start in the future.")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        reasons.append("The activity must end after it starts.")
    if ends_at is not None and ends_at > closes_at:
        reasons.append(f"The round ends at {moment(closes_at)}: choose an earlier day.")
    if starts_at is not None:
        same = grant.activities.filter(status=ActivityStatus.PLANNED, title=title, starts_at=starts_at)
        if same.exists():
            reasons.append(f"“{title}” is planned for this time already.")
    return reasons


def reasons_not_to_cancel(activity: Activity, *, why: str | None = None, at: datetime) -> list[str]:
    if not activity.is_planned:
        return [OVER[activity.status]]
    if activity.has_begun(at):
        return ["This activity has begun. Record who came instead."]
    if why is not None and text.is_blank(why):
        return ["Say why, in a sentence: everybody who booked will read it."]
    return []


# Bookings


def in_cohort(activity: Activity, authority: Authority) -> bool:
    """Is the authority, or the area it lies in, signed up to the outcome?"""
    areas = [authority.pk, authority.area_id]
    return SignUp.objects.of_areas(areas).filter(outcome=activity.grant.application.outcome_id).exists()


def _reasons_too_late(activity: Activity, at: datetime) -> list[str]:
    if not activity.is_planned:
        return [OVER[activity.status]]
    return ["This activity has begun."] if activity.has_begun(at) else []


def reasons_closed(activity: Activity, *, at: datetime) -> list[str]:
    """Why nobody can book, whoever asks."""
    full = ["There are no places left."] if activity.left <= 0 else []
    return _reasons_too_late(activity, at) or full


def reasons_not_to_book(
    activity: Activity, authority: Authority, *, people: int = 1, at: datetime
) -> list[str]:
    if too_late := _reasons_too_late(activity, at):
        return too_late
    reasons = reasons_closed(activity, at=at)
    if authority.pk == activity.grant.authority_id:
        reasons.append("Your council holds this activity.")
    if activity.bookings.standing().filter(authority=authority).exists():
        reasons.append(
            f"{authority} has booked places already. Cancel them first if their number has changed."
        )
    if people < 1:
        reasons.append("Say for how many people.")
    if people > activity.left > 0:
        reasons.append(
            "Only one place is left." if activity.left == 1 else f"Only {activity.left} places are left."
        )
    if at < activity.opens_to_all_at and not in_cohort(activity, authority):
        reasons.append(
            "Places are for councils signed up to this outcome first. What is left is for everybody from"
            f" {moment(activity.opens_to_all_at)}."
        )
    return reasons


def reasons_not_to_cancel_booking(booking: Booking, *, at: datetime) -> list[str]:
    if booking.cancelled_at is not None:
        return ["This booking is cancelled already."]
    return _reasons_too_late(booking.activity, at)


def reasons_not_to_remind(booking: Booking, *, at: datetime) -> list[str]:
    if booking.reminded_at is not None:
        return ["This booker was reminded already."]
    return reasons_not_to_cancel_booking(booking, at=at)


def reasons_not_to_record(
    activity: Activity, came: Mapping[int, int] | None = None, *, at: datetime
) -> list[str]:
    """Why the host may not say who came; `came` is {booking: people}."""
    if not activity.is_planned:
        return [OVER[activity.status]]
    if not activity.is_over(at):
        return [f"Record who came once the activity is over, from {moment(activity.ends_at)}."]
    if came is None:
        return []
    booked = {booking.pk: booking for booking in activity.bookings.standing().select_related("authority")}
    reasons = [f"Say whether {booking.authority} came." for pk, booking in booked.items() if pk not in came]
    for pk, people in came.items():
        if pk not in booked:
            reasons.append("A booking that is not this activity's was named.")
        elif not 0 <= people <= MOST_PLACES:
            reasons.append(f"The number of people from {booked[pk].authority} cannot be right.")
    return reasons


def reasons_not_to_tell(booking: Booking, *, words: str | None = None, at: datetime) -> list[str]:
    if booking.attended is False:
        return ["The host recorded that nobody came from your council."]
    if not booking.attended:
        return ["Say what you will change once the host has recorded that you came."]
    if words is not None and text.is_blank(words):
        return ["Write what you will change, if only in a sentence. “Nothing, because …” is an answer too."]
    return []


# Practices


def reasons_not_to_draft_practice(grant: Grant, *, title: str = "", at: datetime) -> list[str]:
    """Why the holder may not begin an entry (of this title). A form sent twice begins one."""
    if title and grant.practices.filter(title=title).exists():
        return [f"“{title}” is in your grant's list already: open it there."]
    if grant.status not in (*HOLDERS_AT_WORK, GrantStatus.REPORTED):
        return ["A practice is written while the grant runs."]
    return []


def reasons_not_to_edit(practice: Practice) -> list[str]:
    """A draft is its author's; what is due for review may be brought up to date before it is renewed."""
    if practice.status in (PracticeStatus.DRAFTED, PracticeStatus.DUE_FOR_REVIEW):
        return []
    if practice.is_retired:
        return ["This practice is retired."]
    if practice.is_in_library:
        return [
            f"This practice is published. It can be changed when its review is due, on {day(practice.review_on)}."
        ]
    return ["This practice is being reviewed. Ask the scheme’s office to return it to you."]


def reasons_incomplete(practice: Practice) -> list[str]:
    """What a practice lacks before others can learn from it."""
    needed = {
        "the problem": practice.problem,
        "what was done": practice.done,
        "the result": practice.result,
        "what others need for it to work": practice.conditions,
        "the lessons, failures too": practice.lessons,
    }
    return [f"Write {name}." for name, words in needed.items() if text.is_blank(words)]


def reasons_not_to_develop(practice: Practice) -> list[str]:
    return PRACTICE.reasons_not_to(practice, "develop") or reasons_incomplete(practice)


def reasons_not_to_return(practice: Practice, *, why: str | None = None) -> list[str]:
    reasons = PRACTICE.reasons_not_to(practice, "return_to_author")
    if why is not None and text.is_blank(why):
        reasons.append("Say what is missing.")
    return reasons


def reasons_not_to_publish(practice: Practice, *, review_on: date | None = None, at: datetime) -> list[str]:
    """Why it may not be published, or renewed, until that day."""
    today = day_in_london(at)
    if review_on is not None and review_on <= today:
        return ["The review date must lie ahead."]
    if review_on is not None and review_on > timetable.months_later(today, LONGEST_UNREVIEWED):
        return ["The review date must lie within three years: what nobody looks at for longer goes stale."]
    return []


def reasons_not_to_retire(practice: Practice, *, why: str | None = None) -> list[str]:
    reasons = PRACTICE.reasons_not_to(practice, "retire")
    if why is not None and text.is_blank(why):
        reasons.append("Say why, in a sentence: councils that took it up will read it.")
    return reasons


# Adoptions


def reasons_not_to_adopt(
    practice: Practice,
    authority: Authority,
    *,
    status: str = AdoptionStatus.CONSIDERING,
    note: str | None = None,
    at: datetime,
) -> list[str]:
    reasons = []
    if practice.status not in IN_LIBRARY:
        reasons.append("Only a practice of the library can be taken up.")
    if practice.authority_id == authority.pk:
        reasons.append("This is your own council’s practice.")
    if practice.adoptions.filter(authority=authority).exists():
        reasons.append(f"{authority} has recorded this practice already. Change its status there.")
    if status not in MAY_BEGIN_AS:
        reasons.append("Begin with considering, planned or changed.")
    return reasons + _reasons_without_note(note)


def reasons_not_to_move(adoption: Adoption, step: str, *, note: str | None = None) -> list[str]:
    return ADOPTION.reasons_not_to(adoption, step) + _reasons_without_note(note)


def _reasons_without_note(note: str | None) -> list[str]:
    if note is not None and text.is_blank(note):
        return ["Say in a sentence what you are doing, or what you learned."]
    return []


def reasons_not_to_ask(adoption: Adoption, *, at: datetime) -> list[str]:
    if not adoption.is_open:
        return ["This adoption has come to its end."]
    if timetable.months_since(adoption.recorded_at, at) <= adoption.asked:
        return ["This council need not be asked again yet."]
    return []
