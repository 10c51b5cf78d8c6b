"""What the clock does: reminds, lets lapse, and works out how far drafts have come."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from beacons.applications import reminding, rules, tasklist
from beacons.applications.actions.telling import tell
from beacons.applications.models import Application, Progress, Reminder
from beacons.applications.statuses import APPLICATION
from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User


@verb
def lapse(application: Application, *, by: User | None, at: datetime) -> Application:
    """Not handed in when applications closed."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_lapse(application, at=at))
    APPLICATION.advance(application, "lapse", by=by, at=at)
    tell(application, "application_lapsed", at=at)
    return application


@verb
def remind(authority: Any, *, by: User | None, at: datetime) -> Reminder:
    """One letter to each person of the authority with something left to do before the closing; once for each day."""
    due: reminding.Due = authority.due
    try:
        with transaction.atomic():
            reminder = Reminder.objects.create(
                round=due.round, authority=authority, due_at=due.due_at, sent_at=at
            )
    except IntegrityError:
        raise Refused("This authority was reminded already.") from None
    written_to = reminding.what_is_left(authority, due, at)
    for person, left in written_to.items():
        letters.write(
            "application_reminder",
            to=person,
            key=f"{due.round.pk}:{authority.pk}:{due.due_at.isoformat()}",
            at=at,
            context={"round": due.round, "authority": authority, "closes_at": due.closes_at, "left": left},
        )
    reminder.letters = len(written_to)
    reminder.save(update_fields=["letters"])
    steps.note(reminder, "remind", by=by, at=at, letters=len(written_to))
    return reminder


@verb
def measure(application: Application, *, by: User | None, at: datetime) -> Progress:
    """Keep how complete a draft is, which comes as `for_progress()` loads it."""
    progress, _ = Progress.objects.update_or_create(
        application=application,
        defaults={"percent": tasklist.percent(application, at), "measured_at": at},
    )
    return progress
