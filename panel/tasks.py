"""The panel's clock."""

from celery import shared_task

from beacons.core import clock
from panel import sweeps, sweeps_of_results


@shared_task
def sweep() -> int:
    """Interests first, so that no reminder tells of a paper that has just been taken away; announcements last."""
    at = clock.now()
    return (
        sweeps.note_interests(at)
        + sweeps.ask_for_declarations(at)
        + sweeps.withdraw_cases(at)
        + sweeps.remind_members(at)
        + sweeps.tell_chairs_of_late_marks(at)
        + sweeps.open_seals(at)
        + sweeps_of_results.tell_office_of_no_chair(at)
        + sweeps_of_results.tell_chairs_of_delay(at)
        + sweeps_of_results.tell_shortlist(at)
        + sweeps_of_results.remind_signatories(at)
        + sweeps_of_results.lapse_refused(at)
        + sweeps_of_results.announce_cases(at)
    )
