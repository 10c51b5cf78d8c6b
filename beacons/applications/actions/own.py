"""A councillor begins an application of their own."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from beacons.applications import rules
from beacons.applications.actions.starting import numbered
from beacons.applications.models import Application
from beacons.applications.rules.own import group_category
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import one_line
from beacons.directory.models import Membership, User
from beacons.rounds.models import Round
from outcomes.models import Outcome


@verb
def start_own(
    a_round: Round, seat: Membership, outcome: Outcome, *, title: str, by: User, at: datetime
) -> Application:
    """For one outcome of the round, among the places of the councillor's political group."""
    title = one_line(title)
    standing = standing_of(a_round, by)
    refuse_if(rules.reasons_not_to_start_this(a_round, seat, outcome, title=title, standing=standing, at=at))
    application = Application(
        reference=secrets.token_hex(8),
        round=a_round,
        outcome=outcome,
        category=group_category(a_round, seat),
        authority=seat.authority,
        councillor=by,
        political_group=seat.political_group,
        title=title,
        lead_officer=one_line(f"Councillor {by.name}")[:120],
        drafted_by=by,
        drafted_at=at,
    )
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        # A second press of the button was quicker by a moment; the constraint knows.
        refuse_if(rules.reasons_not_to_start_own(a_round, seat, standing=standing_of(a_round, by), at=at))
        raise
    return numbered(application, by=by, at=at)


def standing_of(a_round: Round, councillor: User) -> Application | None:
    """The application that this councillor has in the round."""
    return Application.objects.standing().filter(round=a_round, councillor=councillor).first()
