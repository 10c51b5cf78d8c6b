"""The panel's clock."""

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import one_by_one
from panel import sweeps, sweeps_of_results


@shared_task
def sweep() -> int:
    """Interests first, so that no reminder tells of a paper that has just been taken away; announcements last."""
    at = clock.now()
    return one_by_one(
        sweeps.note_interests,
        sweeps.ask_for_declarations,
        sweeps.withdraw_cases,
        sweeps.remind_members,
        sweeps.tell_chairs_of_late_marks,
        sweeps.open_seals,
        sweeps_of_results.tell_office_of_no_chair,
        sweeps_of_results.tell_chairs_of_delay,
        sweeps_of_results.tell_shortlist,
        sweeps_of_results.remind_signatories,
        sweeps_of_results.lapse_refused,
        sweeps_of_results.announce_cases,
        at=at,
    )
