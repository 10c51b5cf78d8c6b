"""The panel's clock."""

from celery import shared_task

from beacons.core import clock
from beacons.core.sweeps import one_by_one
from panel.sweeps import bundles, feedback, papers, rankings, results, seats, sharing_out


@shared_task
def sweep() -> int:
    """Interests first, so that no reminder tells of a paper that has just been taken away; announcements late,
    and the feedback that follows them last.
    """
    at = clock.now()
    return one_by_one(
        seats.end_terms,
        papers.note_interests,
        papers.ask_for_declarations,
        papers.withdraw_cases,
        papers.remind_members,
        papers.tell_chairs_of_late_marks,
        papers.open_seals,
        seats.tell_of_closed_vacancies,
        results.tell_office_of_no_chair,
        results.tell_chairs_of_delay,
        results.tell_shortlist,
        results.remind_signatories,
        results.lapse_refused,
        results.announce_cases,
        feedback.draft,
        feedback.replace_leads,
        feedback.remind_leads,
        feedback.tell_of_overdue,
        feedback.send,
        at=at,
    )


@shared_task(soft_time_limit=300, time_limit=330)
def sweep_rankings() -> int:
    """Apart from the rest, which must not wait for a ranking of thousands."""
    return one_by_one(rankings.reckon, rankings.clear, at=clock.now())


@shared_task(soft_time_limit=300, time_limit=330)
def sweep_sharing_out() -> int:
    """Apart from the rest, as rankings are."""
    return one_by_one(sharing_out.work_out, at=clock.now())


@shared_task(soft_time_limit=300, time_limit=330)
def sweep_bundles() -> int:
    """Apart from the rest, which must not wait for papers that are drawn."""
    return one_by_one(bundles.draw, bundles.clear, at=clock.now())
