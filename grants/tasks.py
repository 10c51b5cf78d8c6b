"""What the clock does with grants. What is due is found from facts, so running twice changes nothing more."""

from datetime import datetime

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each, one_by_one
from grants import actions, awards, plans, rules
from grants.models import Grant, Return


@shared_task
def sweep() -> int:
    """Draft and offer what was announced, lapse offers, offer to reserves, remind of returns, close."""
    return one_by_one(
        draft_awards,
        offer_drafts,
        lapse_offers,
        offer_to_reserves,
        start_agreed,
        follow_plans,
        remind_of_returns,
        close_reconciled,
        close_stopped,
        at=clock.now(),
    )


def draft_awards(at: datetime) -> int:
    return each(awards.without_grant(at), actions.draft, at=at)


def offer_drafts(at: datetime) -> int:
    return each(Grant.objects.drafted(), actions.offer, at=at)


def lapse_offers(at: datetime) -> int:
    return each(Grant.objects.offers_to_lapse(at - clock.STRAGGLERS), actions.lapse, at=at)


def offer_to_reserves(at: datetime) -> int:
    return each(
        awards.next_reserves(at),
        actions.offer_reserve,
        at=at,
        when=lambda case: not rules.reasons_not_to_offer_reserve(case, at=at),
    )


def start_agreed(at: datetime) -> int:
    return each(Grant.objects.to_start(), actions.start, at=at)


def follow_plans(at: datetime) -> int:
    return each(Grant.objects.running().for_dates(), actions.follow_plan, at=at, when=plans.moved)


def remind_of_returns(at: datetime) -> int:
    return each(
        Return.objects.to_remind(at),
        actions.remind,
        at=at,
        when=lambda due: due.reminders_due(at) > due.reminders,
    )


def close_reconciled(at: datetime) -> int:
    return each(Grant.objects.to_close(at), actions.close, at=at)


def close_stopped(at: datetime) -> int:
    return each(
        Grant.objects.stopped_to_close(at).for_detail(),
        actions.close,
        at=at,
        when=lambda grant: not rules.reasons_not_to_close(grant, at=at),
    )
