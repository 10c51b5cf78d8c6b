"""Begun."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from beacons.applications import calls, rules
from beacons.applications.actions.abstaining import apply_after_all
from beacons.applications.actions.carrying import carry_over
from beacons.applications.actions.writing import keep_details
from beacons.applications.models import Application, Partner
from beacons.applications.statuses import APPLICATION
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.core.text import one_line
from beacons.directory.models import Authority, User
from beacons.rounds.models import Category, Round
from outcomes.models import Outcome, SignUp


@verb
def start(
    a_round: Round,
    outcome: Outcome,
    authority: Authority,
    *,
    title: str,
    by: User,
    at: datetime,
    category: Category | None = None,
    partner: Authority | None = None,
    partner_role: str = "",
) -> Application:
    """Begin a draft. Where the round asks for a sign-up and the area has none, a partner that has one is named at once.

    In a second phase it begins with what the application of the first said.
    """
    title = one_line(title)
    # Nobody says meanwhile that the authority will not apply.
    Authority.objects.lock(authority.pk)
    call = calls.call(a_round, outcome, authority, at)
    refuse_if(rules.reasons_not_to_start(call, title=title, category=category, partner=partner, at=at))
    lead = (
        SignUp.objects.filter(outcome=outcome, authority=authority)
        .values_list("lead_officer", flat=True)
        .first()
    )
    application = Application(
        reference=secrets.token_hex(8),
        round=a_round,
        outcome=outcome,
        category=category,
        authority=authority,
        title=title,
        lead_officer=lead or "",
        drafted_by=by,
        drafted_at=at,
        carried_from=call.admitting,
    )
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        # A colleague was quicker by a moment; the constraint knows, and the page names their application.
        standing = calls.call(a_round, outcome, authority, at).standing_in(category)
        if standing is None:
            raise
        raise Refused(rules.taken(call, standing)) from None
    numbered(application, by=by, at=at)
    apply_after_all(a_round, outcome, authority, by=by, at=at)
    if call.admitting is not None:
        carry_over(call.admitting, application, by=by, at=at)
    if partner is not None:
        role = one_line(partner_role) or "Signed up to the outcome"
        Partner.objects.create(application=application, authority=partner, role=role)
    return application


def numbered(application: Application, *, by: User, at: datetime) -> Application:
    """Give a draft that has just been saved its reference and the first version of its details, and begin its way."""
    application.reference = f"BCN-{application.pk:05d}"
    application.save(update_fields=["reference"])
    keep_details(application, by=by, at=at)
    APPLICATION.begin(application, by=by, at=at)
    return application
