"""Councils say what is hard."""

from datetime import datetime

from beacons.core import letters, steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import Authority, User
from outcomes import rules
from outcomes.models import Issue, Outcome


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
