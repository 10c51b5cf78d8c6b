"""Who takes part beside the lead authority, and what it says to that."""

import secrets
from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.telling import tell
from beacons.applications.actions.writing import Overtaken
from beacons.applications.budget import HEADS, sums_of
from beacons.applications.content import partner_fingerprint
from beacons.applications.models import Application, Partner
from beacons.applications.rules.partners import ASKING
from beacons.core import letters, steps, text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.links import hash_of
from beacons.core.steps import verb
from beacons.directory.models import Authority, User

# What a partner's answer leaves behind, emptied.
UNANSWERED = {
    "confirmed_at": None,
    "confirmed_name": "",
    "confirmed_job": "",
    "confirmed_by": None,
    "confirmed_content": "",
    "declined_at": None,
    "declined_name": "",
    "declined_job": "",
    "declined_why": "",
}
# And what asking does.
UNASKED = {"secret_hash": "", "asked_at": None, "asked_content": ""}


def locked(partner: Partner) -> Partner:
    """The partner as it stands, under the lock of its bid: every verb on either takes that one first."""
    application = Application.objects.lock(partner.application_id)
    partner = Partner.objects.select_related("authority", "inherited_from").lock(partner.pk)
    partner.application = application
    return partner


def write(partner: Partner, **fields: object) -> None:
    for name, value in fields.items():
        setattr(partner, name, value)
    partner.save(update_fields=list(fields))


# The lead authority's part


@verb
def add_partner(
    application: Application,
    *,
    authority: Authority | None,
    name: str,
    role: str,
    contact_name: str = "",
    contact_job: str = "",
    contact_email: str = "",
    by: User,
    at: datetime,
) -> Partner:
    application = Application.objects.lock(application.pk)
    name, role = text.one_line(name), text.one_line(role)
    refuse_if(
        rules.reasons_not_to_add_partner(
            application, authority=authority, name=name, role=role, contact_email=contact_email, at=at
        )
    )
    partner = Partner.objects.create(
        application=application,
        authority=authority,
        name=name,
        role=role,
        contact_name=text.one_line(contact_name),
        contact_job=text.one_line(contact_job),
        contact_email=contact_email,
    )
    steps.note(application, "add_partner", by=by, at=at, partner=str(partner), role=role)
    return partner


@verb
def edit_partner(
    partner: Partner,
    *,
    role: str,
    contact_name: str,
    contact_job: str,
    contact_email: str,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Partner:
    """What it does, and whom to ask: written by the lead authority, and by the partner's own people.

    `seen` is the fingerprint of what the form showed when it was opened.
    """
    partner = locked(partner)
    role = text.one_line(role)
    refuse_if(rules.reasons_not_to_edit_partner(partner, role=role, contact_email=contact_email, at=at))
    typed = {
        "role": role,
        "contact_name": text.one_line(contact_name),
        "contact_job": text.one_line(contact_job),
        "contact_email": contact_email,
    }
    changed = {name: value for name, value in typed.items() if getattr(partner, name) != value}
    if not changed:
        return partner
    if seen is not None and seen != partner_fingerprint(partner):
        raise Overtaken(
            "Somebody else changed this partner while you were writing. What they saved is shown above the form, what"
            " you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=partner.application,
        )
    write(partner, **changed)
    steps.note(partner.application, "edit_partner", by=by, at=at, partner=str(partner), saved=changed)
    return partner


@verb
def remove_partner(partner: Partner, *, by: User, at: datetime) -> Application:
    """With it its part of the grant goes; what the others have stays."""
    partner = locked(partner)
    application = partner.application
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    steps.note(
        application,
        "remove_partner",
        by=by,
        at=at,
        partner=str(partner),
        role=partner.role,
        sums=sums_of(partner),
    )
    Partner.objects.filter(pk=partner.pk).delete()
    for head, amount in zip(HEADS, sums_of(partner), strict=True):
        setattr(application, head, getattr(application, head) - amount)
    application.save(update_fields=HEADS)
    return application


@verb
def ask_partner(partner: Partner, *, by: User, at: datetime) -> Partner:
    """Write to its contact, with a link by which the part can be confirmed or declined; earlier links stop working."""
    partner = locked(partner)
    refuse_if(rules.reasons_not_to_ask(partner, at=at))
    refuse_if(rules.reasons_enough_letters(partner.contact_email, at=at))
    secret = secrets.token_urlsafe(32)
    declined = {name: UNANSWERED[name] for name in UNANSWERED if name.startswith("declined")}
    write(
        partner,
        secret_hash=hash_of(secret),
        asked_at=at,
        asked_content=partner.asked_about,
        **(declined if partner.has_declined else {}),
    )
    application = partner.application
    letters.write(
        ASKING,
        to=partner.contact_email,
        at=at,
        key=f"{application.reference}:{partner.pk}:{partner.secret_hash[:16]}",
        secret=secret,
        context={
            "partner": partner,
            "application": application,
            "by": by,
            "closes_at": application.closes_at,
        },
    )
    steps.note(partner, "ask_partner", by=by, at=at, to=partner.contact_email, about=partner.fingerprint)
    return partner


# The partner's part


@verb
def confirm_part(
    partner: Partner,
    *,
    name: str,
    job: str,
    seen: str,
    by: User | None,
    at: datetime,
    secret: str = "",
) -> Partner:
    """Somebody of the partner stands by its part: signed in, or by the link's secret (then `by` is None).

    `seen` is the fingerprint of the part that was shown: what changed meanwhile is not confirmed unread.
    """
    partner = locked(partner)
    refuse_without_right(partner, by, secret)
    name, job = text.one_line(name), text.one_line(job)
    refuse_if(rules.reasons_not_to_confirm(partner, name=name, job=job, by=by, at=at))
    if partner.is_confirmed:
        # The button was pressed twice, or a colleague was quicker.
        return partner
    if seen != partner.fingerprint:
        raise Refused("Your part was changed while you were reading it. Read it again before you confirm it.")
    write(
        partner,
        **UNANSWERED
        | {
            "confirmed_at": at,
            "confirmed_name": name,
            "confirmed_job": job,
            "confirmed_by": by,
            "confirmed_content": partner.fingerprint,
        },
    )
    steps.note(partner, "confirm_part", by=by, at=at, name=name, job=job, content=partner.fingerprint)
    tell(
        partner.application, "partner_confirmed", at=at, key=f"{partner.pk}:{at.isoformat()}", partner=partner
    )
    if by is None:
        tell_partners_own(partner, at=at)
    return partner


@verb
def decline_part(
    partner: Partner,
    *,
    name: str,
    job: str,
    why: str,
    by: User | None,
    at: datetime,
    secret: str = "",
) -> Partner:
    """Somebody of the partner says that it does not take part like this, and why."""
    partner = locked(partner)
    refuse_without_right(partner, by, secret)
    name, job, why = text.one_line(name), text.one_line(job), text.clean(why)
    refuse_if(rules.reasons_not_to_decline(partner, name=name, job=job, why=why, by=by, at=at))
    if partner.has_declined:
        return partner
    write(
        partner,
        **UNANSWERED | {"declined_at": at, "declined_name": name, "declined_job": job, "declined_why": why},
    )
    steps.note(partner, "decline_part", by=by, at=at, why=why, name=name, job=job)
    tell(
        partner.application, "partner_declined", at=at, key=f"{partner.pk}:{at.isoformat()}", partner=partner
    )
    if by is None:
        tell_partners_own(partner, at=at)
    return partner


def tell_partners_own(partner: Partner, *, at: datetime) -> None:
    """The partner authority's own people, of an answer by the link: the lead chose the mailbox to which it went."""
    if partner.authority_id is None:
        return
    letters.write_each(
        "partner_answered_by_link",
        to=User.objects.of_authority(partner.authority_id).order_by("pk"),
        at=at,
        key=f"{partner.application.reference}:{partner.pk}:{at.isoformat()}",
        context={"application": partner.application, "partner": partner},
    )


def refuse_without_right(partner: Partner, by: User | None, secret: str) -> None:
    """The link that was opened may have been replaced by a newer one since."""
    if by is None and (not secret or partner.secret_hash != hash_of(secret)):
        raise Refused("This link has been replaced by the one in a newer letter. Open that one.")
