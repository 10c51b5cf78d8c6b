"""A lead member of the LGA's board stands behind a bid, or no longer does."""

from datetime import datetime

from beacons.applications import rules
from beacons.applications.models import Application, Endorsement
from beacons.core import steps, text
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User


@verb
def endorse(application: Application, *, reason: str, by: User, at: datetime) -> Endorsement:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_endorse(application, by=by))
    given = Endorsement.objects.create(
        application=application, endorsed_by=by, endorsed_at=at, reason=text.clean(reason)
    )
    steps.note(application, "endorse", by=by, at=at, why=given.reason)
    return given


@verb
def take_back(application: Application, *, by: User, at: datetime) -> Application:
    """Until the bid is checked. That it had been given stays among the steps."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_take_back(application, by=by))
    application.endorsements.filter(endorsed_by=by).delete()
    steps.note(application, "take_back_endorsement", by=by, at=at)
    return application
