"""Councils sign up to outcomes, and stand by it."""

from datetime import datetime

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import User
from outcomes import rules
from outcomes.models import SignUp


@verb
def confirm_sign_up(sign_up: SignUp, *, lead_officer: str, by: User, at: datetime) -> SignUp:
    """The council stands by its sign-up and names who leads on it."""
    sign_up = SignUp.objects.lock(sign_up.pk)
    lead_officer = clean(lead_officer)
    refuse_if(
        [*rules.reasons_not_to_confirm_sign_up(sign_up, at=at), *rules.reasons_not_to_lead(lead_officer)]
    )
    sign_up.lead_officer, sign_up.confirmed_at, sign_up.confirmed_by = lead_officer, at, by
    sign_up.save(update_fields=["lead_officer", "confirmed_at", "confirmed_by"])
    steps.note(sign_up, "confirm", by=by, at=at, lead_officer=lead_officer)
    letters.write("sign_up_confirmed", to=by, key=f"{sign_up.pk}", at=at, context={"sign_up": sign_up})
    return sign_up
