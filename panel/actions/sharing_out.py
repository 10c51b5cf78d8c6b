"""Plans of who reads what for panels too large to wait for: asked for by a chair, worked out by the clock.

Nobody's act but the asking is noted: a plan decides nothing until it is carried out (`sheets.assign`).
"""

from datetime import datetime
from typing import Any

from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel import readers
from panel.models import SharingOut
from panel.rules import sheets as rules


@verb
def ask(round: Round, *, least_fit: int, by: Any, at: datetime) -> SharingOut:
    """Have the clock work out who reads what."""
    round = Round.objects.lock(round.pk)
    refuse_if(rules.reasons_not_to_ask_for_a_plan(round, least_fit=least_fit, by=by, at=at))
    asked = SharingOut.objects.create(round=round, least_fit=least_fit, asked_by=by, asked_at=at)
    steps.note(asked, "ask", by=by, at=at, least_fit=least_fit)
    return asked


@verb
def claim(at: datetime) -> SharingOut | None:
    """One that nobody is working out, for whoever asked first."""
    found = SharingOut.objects.due(at).select_for_update(skip_locked=True, of=("self",)).first()
    if found is not None:
        found.begun_at, found.tried = at, 0
        found.save(update_fields=["begun_at", "tried"])
    return found


def work_out(claimed: SharingOut, *, at: datetime) -> SharingOut:
    """Outside any transaction, so that others see how far it is."""
    mine = SharingOut.objects.unfinished().filter(pk=claimed.pk, begun_at=claimed.begun_at)
    plan = readers.gather(claimed.round, at=at, least_fit=claimed.least_fit)

    def tell(tried: int) -> None:
        mine.update(tried=tried)

    readers.solve(plan, tell=tell)
    found = {
        "readings": [
            [reading.application.pk, reading.member.pk, reading.is_new] for reading in plan.readings
        ],
        "shortfalls": plan.shortfalls,
        "least": plan.least,
        "most": plan.most,
    }
    mine.update(done_at=at, inputs=plan.inputs, found=found)
    return claimed
