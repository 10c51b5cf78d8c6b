"""What holders and other councils do so that a practice spreads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from beacons.applications.models import Application
from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority
from grants.dissemination import near_misses, rules, timetable
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.dissemination.notices import tell_author, tell_booker, tell_cohort, who_answers
from grants.dissemination.statuses import ACTIVITY, ADOPTION, PRACTICE
from grants.models import Grant

# Addresses under /library/ that are no practice's.
NO_SLUGS = {"awaiting-review"}

# Activities and bookings


@verb
def plan_activity(
    grant: Grant,
    *,
    kind: str,
    title: str,
    description: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    places: int,
    by: Any,
    at: datetime,
) -> Activity:
    """Plan an activity and tell the cohort of the outcome about it."""
    grant = Grant.objects.select_related("authority", "round", "application__outcome").lock(grant.pk)
    refuse_if(rules.reasons_not_to_plan(grant, title=title, starts_at=starts_at, ends_at=ends_at, at=at))
    activity = Activity(
        grant=grant,
        kind=kind,
        title=title,
        description=description,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        places=places,
        planned_by=by,
        planned_at=at,
    )
    activity.full_clean()
    activity.save()
    ACTIVITY.begin(activity, by=by, at=at)
    tell_cohort(activity, at=at)
    return activity


def _locked(activity_id: int) -> Activity:
    """The activity under lock, with what its rules and letters read. Whoever changes its bookings takes this first."""
    known = Activity.objects.select_related("grant__authority", "grant__application__outcome")
    return known.lock(activity_id)


@verb
def cancel_activity(activity: Activity, *, why: str, by: Any, at: datetime) -> Activity:
    """Call an activity off and tell everybody who booked."""
    activity = _locked(activity.pk)
    refuse_if(rules.reasons_not_to_cancel(activity, why=why, at=at))
    ACTIVITY.advance(activity, "cancel", by=by, at=at, why=why)
    for booking in activity.bookings.standing().select_related("booked_by"):
        tell_booker("activity_cancelled", booking, at=at, activity=activity, why=why)
    return activity


@verb
def book(activity: Activity, authority: Authority, *, people: int, by: Any, at: datetime) -> Booking:
    """Take places for a council. The activity's row is locked, so that the last place is given once."""
    activity = _locked(activity.pk)
    refuse_if(rules.reasons_not_to_book(activity, authority, people=people, at=at))
    booking = Booking(
        activity=activity,
        authority=authority,
        people=people,
        booked_by=by,
        booked_at=at,
        reminded_at=at if timetable.is_near(activity.starts_at, at) else None,
    )
    booking.full_clean()
    booking.save()
    steps.note(booking, "book", by=by, at=at, people=people)
    letters.write("booking_receipt", to=by, key=str(booking.pk), at=at, context={"booking": booking})
    return booking


@verb
def cancel_booking(booking: Booking, *, by: Any, at: datetime) -> Booking:
    """Give the places back."""
    activity = _locked(booking.activity_id)
    booking = Booking.objects.lock(booking.pk)
    booking.activity = activity
    refuse_if(rules.reasons_not_to_cancel_booking(booking, at=at))
    booking.cancelled_at = at
    booking.save(update_fields=["cancelled_at"])
    steps.note(booking, "cancel", by=by, at=at)
    return booking


@verb
def remind_booker(booking: Booking, *, by: Any, at: datetime) -> Booking:
    """The day comes near: say again when and where, and how to give the places back."""
    activity = _locked(booking.activity_id)
    booking = Booking.objects.select_related("booked_by", "authority").lock(booking.pk)
    booking.activity = activity
    refuse_if(rules.reasons_not_to_remind(booking, at=at))
    tell_booker("activity_reminder", booking, at=at)
    booking.reminded_at = at
    booking.save(update_fields=["reminded_at"])
    return booking


@verb
def record_attendance(
    activity: Activity, came: Mapping[int, int], *, note: str, by: Any, at: datetime
) -> Activity:
    """Say how many people of each booking came (0: nobody), and ask those who came what they will change."""
    activity = _locked(activity.pk)
    refuse_if(rules.reasons_not_to_record(activity, came, at=at))
    for booking in activity.bookings.standing().select_related("booked_by", "authority"):
        booking.activity = activity
        booking.people_came = came[booking.pk]
        booking.attended = booking.people_came > 0
        booking.save(update_fields=["people_came", "attended"])
        if booking.attended:
            tell_booker("booking_what_changes", booking, at=at)
    councils = sum(1 for people in came.values() if people)
    ACTIVITY.advance(activity, "hold", by=by, at=at, set_fields={"held_note": note}, councils=councils)
    return activity


@verb
def tell_change(booking: Booking, *, text: str, by: Any, at: datetime) -> Booking:
    """Say what a council that came will change. It may say it again; the audit keeps both."""
    _locked(booking.activity_id)
    booking = Booking.objects.lock(booking.pk)
    refuse_if(rules.reasons_not_to_tell(booking, words=text, at=at))
    booking.will_change, booking.told_at = text, at
    booking.save(update_fields=["will_change", "told_at"])
    steps.note(booking, "tell_change", by=by, at=at, why=text)
    return booking


# Practices


@verb
def draft_practice(
    grant: Grant,
    *,
    title: str,
    problem: str,
    done: str,
    cost: int | None,
    result: str,
    conditions: str,
    lessons: str,
    contact: str,
    by: Any,
    at: datetime,
) -> Practice:
    """Begin a library entry for the practice that won the grant."""
    grant = Grant.objects.select_related("application").lock(grant.pk)
    refuse_if(rules.reasons_not_to_draft_practice(grant, title=title, at=at))
    practice = Practice(
        grant=grant,
        slug=_free_slug(title),
        authority_id=grant.authority_id,
        outcome_id=grant.application.outcome_id,
        title=title,
        problem=problem,
        done=done,
        cost=cost,
        result=result,
        conditions=conditions,
        lessons=lessons,
        contact=contact,
        drafted_by=by,
        drafted_at=at,
    )
    _begin(practice, by=by, at=at, title=title)
    return practice


@verb
def offer_practice(application: Application, *, tells_of_bid: bool, by: Any, at: datetime) -> Practice:
    """Make an entry from a bid that won nothing, in its own words. Asked a second time, the entry that is there.

    The council changes it before it hands it in for review.
    """
    Application.objects.lock(application.pk)
    application = Application.objects.for_paper().get(pk=application.pk)
    if there := near_misses.entry_of(application):
        return there
    refuse_if(near_misses.reasons_not_to_offer(application, by, at=at))
    words = near_misses.drafted_from(application, contact=by.email)
    practice = Practice(
        application=application,
        tells_of_bid=tells_of_bid,
        slug=_free_slug(words["title"]),
        authority_id=application.authority_id,
        outcome_id=application.outcome_id,
        drafted_by=by,
        drafted_at=at,
        **words,
    )
    _begin(practice, by=by, at=at, title=practice.title, offered_from=application.reference)
    return practice


def _begin(practice: Practice, *, by: Any, at: datetime, **data: Any) -> None:
    practice.full_clean()
    try:
        with transaction.atomic():
            practice.save()
    except IntegrityError:
        raise Refused(
            "Another practice of this title was begun in this very moment. Please try again."
        ) from None
    PRACTICE.begin(practice, by=by, at=at, **data)


def _free_slug(title: str) -> str:
    """An address for the title that no other practice has."""
    base = slugify(title)[:100].strip("-") or "practice"
    taken = NO_SLUGS | set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug
        for slug in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
        if slug not in taken
    )


@verb
def edit_practice(practice: Practice, *, by: Any, at: datetime, **facts: Any) -> Practice:
    """Change a draft, or what is due for review; the step keeps what it said before."""
    practice = Practice.objects.lock(practice.pk)
    refuse_if(rules.reasons_not_to_edit(practice))
    before = {name: getattr(practice, name) for name in facts}
    for name, value in facts.items():
        setattr(practice, name, value)
    if practice.is_in_library:
        refuse_if(rules.reasons_incomplete(practice))
    practice.full_clean()
    practice.save(update_fields=list(facts))
    changed = {name: value for name, value in before.items() if value != facts[name]}
    steps.note(practice, "edit", by=by, at=at, before=changed)
    return practice


@verb
def develop(practice: Practice, *, by: Any, at: datetime) -> Practice:
    """The practice has been tried and is whole: hand it to review."""
    practice = Practice.objects.lock(practice.pk)
    refuse_if(rules.reasons_not_to_develop(practice))
    PRACTICE.advance(practice, "develop", by=by, at=at)
    return practice


@verb
def return_to_author(practice: Practice, *, why: str, by: Any, at: datetime) -> Practice:
    """Give a practice back with what is missing."""
    practice = Practice.objects.select_related("drafted_by").lock(practice.pk)
    refuse_if(rules.reasons_not_to_return(practice, why=why))
    PRACTICE.advance(practice, "return_to_author", by=by, at=at, why=why)
    tell_author("practice_returned", practice, key=f"{practice.pk}:{at.isoformat()}", at=at, why=why)
    return practice


@verb
def review(practice: Practice, *, by: Any, at: datetime) -> Practice:
    """A case officer has read it and finds it fit to be published."""
    practice = Practice.objects.lock(practice.pk)
    PRACTICE.advance(practice, "review", by=by, at=at)
    return practice


@verb
def publish(practice: Practice, *, review_on: date, by: Any, at: datetime) -> Practice:
    """Put a reviewed practice into the public library until its review date."""
    practice = Practice.objects.select_related("drafted_by").lock(practice.pk)
    refuse_if(rules.reasons_not_to_publish(practice, review_on=review_on, at=at))
    PRACTICE.advance(
        practice, "publish", by=by, at=at, set_fields={"published_at": at, "review_on": review_on}
    )
    tell_author("practice_published", practice, key=str(practice.pk), at=at)
    return practice


@verb
def fall_due(practice: Practice, *, by: Any, at: datetime) -> Practice:
    """The review date has come: ask its author whether it still holds."""
    practice = Practice.objects.select_related("drafted_by").lock(practice.pk)
    PRACTICE.advance(practice, "fall_due", by=by, at=at)
    tell_author("practice_due", practice, key=f"{practice.pk}:{practice.review_on}", at=at)
    return practice


@verb
def renew(practice: Practice, *, review_on: date, by: Any, at: datetime) -> Practice:
    """It still holds: it stays in the library until a new review date."""
    practice = Practice.objects.lock(practice.pk)
    refuse_if(rules.reasons_not_to_publish(practice, review_on=review_on, at=at))
    PRACTICE.advance(practice, "renew", by=by, at=at, set_fields={"review_on": review_on})
    return practice


@verb
def retire(practice: Practice, *, why: str, by: Any, at: datetime) -> Practice:
    """Take a practice out of the library; its adoptions stay on record."""
    practice = Practice.objects.lock(practice.pk)
    refuse_if(rules.reasons_not_to_retire(practice, why=why))
    PRACTICE.advance(practice, "retire", by=by, at=at, why=why)
    return practice


# Adoptions


@verb
def record_adoption(
    practice: Practice, authority: Authority, *, status: str, note: str, by: Any, at: datetime
) -> Adoption:
    """A council takes a practice up, and says how far it has come."""
    practice = Practice.objects.lock(practice.pk)
    refuse_if(rules.reasons_not_to_adopt(practice, authority, status=status, note=note, at=at))
    adoption = Adoption(
        practice=practice,
        authority=authority,
        status=status,
        note=note,
        recorded_by=by,
        recorded_at=at,
        moved_at=at,
    )
    adoption.full_clean()
    adoption.save()
    ADOPTION.begin(adoption, by=by, at=at, why=note)
    return adoption


@verb
def move_adoption(adoption: Adoption, *, step: str, note: str, by: Any, at: datetime) -> Adoption:
    """The adoption went on, or was given up with what was learned."""
    adoption = Adoption.objects.lock(adoption.pk)
    refuse_if(rules.reasons_not_to_move(adoption, step, note=note))
    ADOPTION.advance(adoption, step, by=by, at=at, why=note, set_fields={"note": note, "moved_at": at})
    return adoption


@verb
def ask_adopter(adoption: Adoption, *, by: Any, at: datetime) -> Adoption:
    """Ask, six or twelve months on, how far the council has come."""
    adoption = Adoption.objects.select_related("recorded_by", "practice", "authority").lock(adoption.pk)
    refuse_if(rules.reasons_not_to_ask(adoption, at=at))
    months = timetable.months_since(adoption.recorded_at, at)
    for person in who_answers(adoption.recorded_by, adoption.authority_id):
        context = {"adoption": adoption, "months": months}
        letters.write("adoption_question", to=person, key=f"{adoption.pk}:{months}", at=at, context=context)
    adoption.asked = months
    adoption.save(update_fields=["asked"])
    return adoption
