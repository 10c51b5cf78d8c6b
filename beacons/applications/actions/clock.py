"""What the clock does: reminds, and lets lapse."""

from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.telling import tell
from beacons.applications.models import Application
from beacons.applications.statuses import APPLICATION
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.workdays import day_in_london
from beacons.directory.models import User
from beacons.rounds.timeline import reminder_due


@verb
def lapse(application: Application, *, by: User | None, at: datetime) -> Application:
    """Not handed in when applications closed."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_lapse(application, at=at))
    APPLICATION.advance(application, "lapse", by=by, at=at)
    tell(application, "application_lapsed", at=at)
    return application


@verb
def remind(application: Application, *, by: User | None, at: datetime) -> Application:
    """Tell the people of an unfinished application that the closing is near."""
    application = Application.objects.lock(application.pk)
    closes_at = application.closes_at
    due = reminder_due(day_in_london(closes_at), at, application.round.days_of_reminders)
    if due is None or at >= closes_at or not application.is_unfinished:
        raise Refused("There is nothing to remind of.")
    application.reminded_at = at
    application.save(update_fields=["reminded_at"])
    tell(application, "application_reminder", at=at, key=due.isoformat())
    return application
