"""What the clock does with grants. What is due is found from facts, so running twice changes nothing more."""

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each
from grants import actions, awards, plans, rules
from grants.models import Grant, Return
from grants.statuses import GrantStatus


@shared_task
def sweep() -> int:
    """Draft and offer what was announced, lapse offers, offer to reserves, remind of returns, close."""
    at = clock.now()
    done = each(awards.without_grant(at), actions.draft, at=at)
    done += each(Grant.objects.drafted(), actions.offer, at=at)
    done += each(Grant.objects.offers_to_lapse(at - clock.STRAGGLERS), actions.lapse, at=at)
    done += each(
        awards.next_reserves(at),
        actions.offer_reserve,
        at=at,
        when=lambda case: not rules.reasons_not_to_offer_reserve(case, at=at),
    )
    done += each(Grant.objects.to_start(), actions.start, at=at)
    done += each(Grant.objects.running().for_detail(), actions.follow_plan, at=at, when=plans.moved)
    done += each(
        Return.objects.to_remind(at),
        actions.remind,
        at=at,
        when=lambda due: due.reminders_due(at) > due.reminders,
    )
    done += each(Grant.objects.to_close(at), actions.close, at=at)
    return done + each(
        Grant.objects.filter(status=GrantStatus.STOPPED).for_detail(),
        actions.close,
        at=at,
        when=lambda grant: not rules.reasons_not_to_close(grant, at=at),
    )
