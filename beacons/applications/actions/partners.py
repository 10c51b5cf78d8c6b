"""Who takes part beside the lead authority."""

from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.writing import one_line
from beacons.applications.budget import HEADS, sums_of
from beacons.applications.models import Application, Partner
from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, User


@verb
def add_partner(
    application: Application, *, authority: Authority | None, name: str, role: str, by: User, at: datetime
) -> Partner:
    application = Application.objects.lock(application.pk)
    name, role = one_line(name), one_line(role)
    refuse_if(rules.reasons_not_to_add_partner(application, authority=authority, name=name, role=role, at=at))
    partner = Partner.objects.create(application=application, authority=authority, name=name, role=role)
    steps.note(application, "add_partner", by=by, at=at, partner=str(partner), role=role)
    return partner


@verb
def remove_partner(partner: Partner, *, by: User, at: datetime) -> Application:
    """With it its part of the grant goes; what the others have stays."""
    application = Application.objects.lock(partner.application_id)
    partner = Partner.objects.select_related("authority").lock(partner.pk)
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    steps.note(application, "remove_partner", by=by, at=at, partner=str(partner), role=partner.role)
    Partner.objects.filter(pk=partner.pk).delete()
    for head, amount in zip(HEADS, sums_of(partner), strict=True):
        setattr(application, head, getattr(application, head) - amount)
    application.save(update_fields=HEADS)
    return application
