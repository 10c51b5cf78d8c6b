"""Why nothing more can be written, or not this."""

from datetime import datetime

from beacons.applications.deadline import count
from beacons.applications.models import Application
from beacons.applications.rules.open import reasons_closed
from beacons.applications.rules.starting import reasons_title
from beacons.applications.statuses import Status
from beacons.core import text
from beacons.directory.models import Authority

MOST_CHARACTERS = 50_000

MOST_PARTNERS = 40


def reasons_not_to_edit(application: Application, *, at: datetime) -> list[str]:
    reasons = reasons_closed(application, at=at)
    if application.status == Status.CERTIFIED:
        reasons.append(
            "This application is certified. A certifier must send it back before it can be changed."
        )
    elif application.status != Status.DRAFT:
        reasons.append(
            f"This application is “{application.get_status_display().lower()}”: it can no longer be changed."
        )
    return reasons


def reasons_too_long(texts: dict[str, str]) -> list[str]:
    """Texts of many pages are refused; a few words over the limit are saved, and stop certification instead."""
    return [
        f"{name}: this text has {count(len(words), 'character')}, and {MOST_CHARACTERS:,} is the most that can be kept."
        for name, words in texts.items()
        if len(words) > MOST_CHARACTERS
    ]


def reasons_not_to_save_details(
    application: Application, *, title: str, summary: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at) + reasons_title(title)
    return reasons + reasons_too_long({"Summary for the public": summary})


def reasons_not_to_add_partner(
    application: Application, *, authority: Authority | None, name: str, role: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_edit(application, at=at)
    if (authority is None) == text.is_blank(name):
        reasons.append("Choose an authority from the list, or write the partner's name: one of the two.")
    if text.is_blank(role):
        reasons.append("Say what the partner's part in the bid is.")
    if authority is not None and authority.pk == application.authority_id:
        reasons.append("Your own authority leads the bid, so it cannot be its partner too.")
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
    return reasons
