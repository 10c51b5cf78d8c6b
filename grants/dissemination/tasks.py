"""What the clock does with what spreads. What is due is found from facts, so running twice changes nothing more."""

from datetime import datetime

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import each, one_by_one
from grants.dissemination import actions
from grants.dissemination.models import Adoption, Booking, Practice


@shared_task
def sweep() -> int:
    """Remind those who booked, let practices fall due for review, ask adopters how far they have come."""
    return one_by_one(remind_bookers, review_practices, ask_adopters, at=clock.now())


def remind_bookers(at: datetime) -> int:
    return each(Booking.objects.to_remind(at), actions.remind_booker, at=at)


def review_practices(at: datetime) -> int:
    return each(Practice.objects.to_fall_due(at), actions.fall_due, at=at)


def ask_adopters(at: datetime) -> int:
    return each(Adoption.objects.to_ask(at), actions.ask_adopter, at=at)
