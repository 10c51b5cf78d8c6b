"""What the clock does with grants. What is due is found from facts, so running twice changes nothing more."""

from celery import shared_task

from beacons.core import clock, heartbeat
from beacons.core.sweeps import each
from grants import actions, awards, plans, rules
from grants.models import Grant, Return
from grants.statuses import GrantStatus


@shared_task
def sweep() -> int:
    """Draft and offer what was announced, lapse offers, offer to reserves, remind of returns, close."""
    at = clock.now()
    heartbeat.beat("grants", at=at)
    done = each(awards.without_grant(at), actions.draft, at=at)
    done += each(Grant.objects.drafted(), actions.offer, at=at)
    done += each(Grant.objects.offers_to_lapse(at), actions.lapse, at=at)
    ready = [case for case in awards.next_reserves(at) if not rules.reasons_not_to_offer_reserve(case, at=at)]
    done += each(ready, actions.offer_reserve, at=at)
    done += each(Grant.objects.to_start(), actions.start, at=at)
    moved = [grant for grant in Grant.objects.running().for_detail() if plans.moved(grant)]
    done += each(moved, actions.follow_plan, at=at)
    late = [due for due in Return.objects.to_remind(at) if due.reminders_due(at) > due.reminders]
    done += each(late, actions.remind, at=at)
    done += each(Grant.objects.to_close(at), actions.close, at=at)
    stopped = Grant.objects.filter(status=GrantStatus.STOPPED).for_detail()
    done += each(
        (grant for grant in stopped if not rules.reasons_not_to_close(grant, at=at)), actions.close, at=at
    )
    return done
