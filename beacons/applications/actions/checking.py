"""Found eligible or not; closed with its grant."""

from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.telling import tell
from beacons.applications.models import Application
from beacons.applications.statuses import APPLICATION
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User


@verb
def find_eligible(application: Application, *, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_find_eligible(application, at=at))
    APPLICATION.advance(application, "find_eligible", by=by, at=at)
    tell(application, "application_eligible", at=at)
    return application


@verb
def find_ineligible(application: Application, *, why: str, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_find_ineligible(application, why=why, at=at))
    APPLICATION.advance(application, "find_ineligible", by=by, at=at, why=why)
    tell(application, "application_ineligible", at=at, why=why)
    return application


@verb
def close(application: Application, *, by: User | None, at: datetime) -> Application:
    """Its grant has been closed."""
    application = Application.objects.lock(application.pk)
    APPLICATION.advance(application, "close", by=by, at=at)
    return application
