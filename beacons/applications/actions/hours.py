"""People say how many hours it took them, or that they would rather not."""

from datetime import datetime
from decimal import Decimal

from beacons.applications import rules
from beacons.applications.models import Application, HoursSpent, Work
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User
from beacons.rounds.models import Round


@verb
def tell_hours(application: Application, *, hours: Decimal | None, by: User, at: datetime) -> HoursSpent:
    """On one application. Told again, it is corrected; None takes it back and ends the asking."""
    refuse_if(rules.reasons_not_to_tell_hours(application.round, application, hours=hours, at=at))
    return kept(application.round, Work.APPLYING, application=application, hours=hours, by=by, at=at)


@verb
def tell_hours_of_assessing(a_round: Round, *, hours: Decimal | None, by: User, at: datetime) -> HoursSpent:
    """On all papers of a round together."""
    refuse_if(rules.reasons_not_to_tell_hours(a_round, None, hours=hours, at=at))
    return kept(a_round, Work.ASSESSING, application=None, hours=hours, by=by, at=at)


def kept(
    a_round: Round,
    work: str,
    *,
    application: Application | None,
    hours: Decimal | None,
    by: User,
    at: datetime,
) -> HoursSpent:
    """No step is noted: staff read steps, and nobody is shown what one person told."""
    found, _ = HoursSpent.objects.update_or_create(
        round=a_round,
        work=work,
        application=application,
        person=by,
        defaults={"hours": hours},
        create_defaults={"hours": hours, "told_at": at},
    )
    return found
