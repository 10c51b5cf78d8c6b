"""Why a partner cannot be named, changed or asked; and why it cannot answer."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from beacons.applications.deadline import day_in_words
from beacons.applications.models import Application, Partner
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.words import reasons_unsaid
from beacons.applications.rules.writing import reasons_not_to_edit
from beacons.applications.statuses import APPLICATION, Status
from beacons.core import text
from beacons.core.letters import Letter
from beacons.directory.models import Authority, User

MOST_PARTNERS = 40

# Nobody is asked the same twice within a day.
NOT_AGAIN_BEFORE = timedelta(days=1)
MOST_LETTERS = 5
ASKING = "partner_asked"


def reasons_not_to_add_partner(
    application: Application,
    *,
    authority: Authority | None,
    name: str,
    role: str,
    contact_email: str = "",
    at: datetime,
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at)
    if (authority is None) == text.is_blank(name):
        reasons.append("Choose an authority from the list, or write the partner's name: one of the two.")
    if authority is not None and authority.pk == application.authority_id:
        reasons.append("Your own authority leads the application, so it cannot be its partner too.")
    partners = list(application.partners.all())
    same_name = not text.is_blank(name) and name.casefold() in {
        partner.name.casefold() for partner in partners
    }
    if same_name or (
        authority is not None and authority.pk in {partner.authority_id for partner in partners}
    ):
        reasons.append(f"{authority or name} is a partner already.")
    if len(partners) >= MOST_PARTNERS:
        reasons.append(f"There can be {MOST_PARTNERS} partners at most.")
    return reasons + reasons_part(application, role=role, contact_email=contact_email)


def reasons_part(application: Application, *, role: str, contact_email: str) -> list[str]:
    """What is wrong with what is said of a partner."""
    reasons = [] if not text.is_blank(role) else ["Say what the partner's part in the application is."]
    if not contact_email:
        return reasons
    try:
        validate_email(contact_email)
    except ValidationError:
        reasons.append(f"“{contact_email}” is not an email address.")
    if User.objects.of_authority(application.authority_id).filter(email__iexact=contact_email).exists():
        reasons.append(
            f"{contact_email} belongs to somebody of {application.authority}, which leads the application. The contact must be"
            " somebody of the partner."
        )
    return reasons


def reasons_not_to_edit_partner(
    partner: Partner, *, role: str, contact_email: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit_part(partner, at=at)
    return reasons + reasons_part(partner.application, role=role, contact_email=contact_email)


def reasons_not_to_edit_part(partner: Partner, *, at: datetime) -> list[str]:
    """While the bid is a draft the lead authority and the partner's own people write what its part is."""
    return reasons_not_to_edit(partner.application, at=at)


def reasons_not_to_ask(partner: Partner, *, at: datetime) -> list[str]:
    """A contact is sent the same once a day at most."""
    reasons = reasons_not_to_answer(partner, at=at)
    if not partner.contact_email:
        reasons.append(f"Enter the email address of somebody at {partner} first.")
    if partner.is_confirmed:
        reasons.append(f"{partner} has confirmed its part as it stands.")
    if reasons:
        return reasons
    again = partner.asked_at + NOT_AGAIN_BEFORE if partner.asked_at else at
    if at < again and partner.asked_content == partner.asked_about:
        return [
            f"{partner} was asked the same within a day. It can be asked again from {day_in_words(again)}."
        ]
    return []


def reasons_enough_letters(address: str, *, at: datetime) -> list[str]:
    """However often a part is changed, or a partner taken out and put in: so many letters a day to one address.

    The verb alone asks this: on a page of forty partners it would be forty queries, for what hardly ever happens.
    """
    sent = Letter.objects.filter(kind=ASKING, to__iexact=address, written_at__gt=at - NOT_AGAIN_BEFORE)
    if sent.count() >= MOST_LETTERS:
        return [
            f"{address} has been sent {MOST_LETTERS} letters within a day, which is enough. Try tomorrow."
        ]
    return []


def reasons_not_to_answer(partner: Partner, *, at: datetime) -> list[str]:
    """A partner answers until the bid is handed in or applications close, whichever comes first."""
    application = partner.application
    if application.is_handed_in:
        return ["This application has been submitted, so nothing about it can be changed any more."]
    if application.status not in (Status.DRAFT, Status.CERTIFIED):
        return [f"{APPLICATION.stands(application)}, so there is nothing to answer."]
    return reasons_closed(application, at=at)


def reasons_not_to_confirm(partner: Partner, *, name: str, job: str, by: Any, at: datetime) -> list[str]:
    reasons = reasons_not_to_answer(partner, at=at)
    reasons += reasons_not_of_the_partner(partner, by)
    reasons += reasons_unsaid(name, "Write your name.")
    return reasons + reasons_unsaid(job, "Write your job.")


def reasons_not_to_decline(
    partner: Partner, *, name: str, job: str, why: str, by: Any, at: datetime
) -> list[str]:
    reasons = reasons_not_to_confirm(partner, name=name, job=job, by=by, at=at)
    return reasons + reasons_unsaid(why, "Say why.")


def reasons_not_of_the_partner(partner: Partner, by: Any) -> list[str]:
    """Whoever is signed in answers for the partner only as one of its people; `by` is None for somebody who is not."""
    if by is None or (partner.authority_id and by.acts_for(partner.authority_id)):
        return []
    return [f"You are signed in as {by}, who does not act for {partner}. Sign out to answer by the link."]
