"""What the clock does with what spreads. What is due is found from facts, so running twice changes nothing more."""

from celery import shared_task

from beacons.core import clock, heartbeat
from beacons.core.sweeps import each
from grants.dissemination import actions
from grants.dissemination.models import Adoption, Booking, Practice


@shared_task
def sweep() -> int:
    """Remind those who booked, let practices fall due for review, ask adopters how far they have come."""
    at = clock.now()
    heartbeat.beat("dissemination", at=at)
    done = each(Booking.objects.to_remind(at), actions.remind_booker, at=at)
    done += each(Practice.objects.to_fall_due(at), actions.fall_due, at=at)
    done += each(Adoption.objects.to_ask(at), actions.ask_adopter, at=at)
    return done
