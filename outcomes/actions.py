"""What councils do before a round: confirm that they are signed up, and say what is hard."""

from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import Authority, User
from outcomes import rules
from outcomes.models import Issue, Outcome, SignUp


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


@verb
def state_issue(outcome: Outcome, authority: Authority, *, text: str, by: User, at: datetime) -> Issue:
    """The council says what is hard about the outcome; the panel makes the criteria from what it reads here."""
    outcome = Outcome.objects.lock(outcome.pk)
    text = clean(text)
    refuse_if(
        rules.reasons_not_to_state_issue(outcome, authority, at=at)
        or rules.reasons_against_issue(outcome, authority, text)
    )
    issue = Issue.objects.create(outcome=outcome, authority=authority, text=text, stated_by=by, stated_at=at)
    steps.note(issue, "state", by=by, at=at)
    letters.write("issue_stated", to=by, key=f"{issue.pk}", at=at, context={"issue": issue})
    return issue


@verb
def keep(row: Any, *, changed: list[str], by: User, at: datetime) -> Any:
    """Save reference data that staff entered, and note which fields they changed."""
    if row.pk is None:
        row.save()
    elif changed:
        # Only what was typed: the rest may have been written since the page was read, such as a confirmation.
        row.save(update_fields=changed)
    steps.note(row, "change", by=by, at=at, fields=sorted(changed))
    return row
