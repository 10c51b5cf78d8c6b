"""What happened to a grant and its money, by whom and why, as staff are shown it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from beacons.core.steps import Step
from beacons.core.templatetags.govuk import pounds
from beacons.directory.models import User
from grants.models import Grant, Payment, Return

WORDS = {
    "grants.grant": {
        "begin": "Drafted",
        "offer": "Offered",
        "accept": "Accepted by the council",
        "refuse": "Refused by the council",
        "lapse": "Offer lapsed",
        "sign": "Agreement signed",
        "agree": "Agreed: all have signed",
        "start": "Started",
        "report": "Closing return came",
        "send_back": "Closing return sent back",
        "recover": "Money asked back",
        "record_recovery": "Money came back",
        "reconcile": "Reconciled",
        "close": "Closed",
        "stop": "Stopped",
        "follow_plan": "Dates moved with the plan of the round",
    },
    "grants.payment": {
        "begin": "Payment prepared",
        "approve": "Payment approved",
        "reject": "Payment rejected",
    },
    "grants.return": {"submit": "Return sent", "send_back": "Return sent back"},
}
PARTS = {"council": "for the council", "chair": "for the panel", "lga": "for the LGA"}


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    at: datetime
    what: str
    who: str
    why: str


def of(grant: Grant) -> list[Entry]:
    """Everything, oldest first."""
    about = Q(subject_type="grants.grant", subject_id=grant.pk)
    payments = Payment.objects.filter(grant=grant).values("pk")
    about |= Q(subject_type="grants.payment", subject_id__in=payments)
    returns = Return.objects.filter(grant=grant).values("pk")
    about |= Q(subject_type="grants.return", subject_id__in=returns)
    taken = list(Step.objects.filter(about).with_words().order_by("pk"))
    people = User.objects.in_bulk({step.by_id for step in taken if step.by_id})
    return [_entry(step, people) for step in taken]


def _entry(step: Step, people: dict[int, User]) -> Entry:
    said = getattr(step, "words", None)
    data = said.data if said else {}
    what = WORDS[step.subject_type].get(step.step, step.step.replace("_", " ").capitalize())
    if "amount" in data:
        what = f"{what}: {pounds(data['amount'])}"
    if "part" in data:
        what = f"{what} {PARTS[data['part']]}"
    who = str(people.get(step.by_id, "somebody")) if step.by_id else "the clock"
    return Entry(step.at, what, who, said.why if said else "")
