"""The clock's work on applications. Pages compare with the closing themselves: nothing waits for this."""

from datetime import datetime
from itertools import islice

from celery import shared_task

from beacons.applications import actions, reminding
from beacons.applications.models import Application, Attachment
from beacons.applications.scanning import scan_waiting, tidy_the_shelf
from beacons.core import clock
from beacons.core.sweeps import each, one_by_one

# So many drafts are looked at, and so many councils reminded, in one sweep; the others wait a minute.
MOST_MEASURED = 200
MOST_REMINDED = 100


@shared_task
def sweep() -> int:
    """Lapse what was not handed in, and remind those who have something left to do; returns how many were done."""
    return one_by_one(lapse_unfinished, remind_unfinished, at=clock.now())


def lapse_unfinished(at: datetime) -> int:
    """What came before the closing and is still being handled finds its application as it was."""
    return each(Application.objects.unfinished_after(at - clock.STRAGGLERS), actions.lapse, at=at)


def remind_unfinished(at: datetime) -> int:
    return each(islice(reminding.to_remind(at), MOST_REMINDED), actions.remind, at=at)


@shared_task
def sweep_progress() -> int:
    """Work out how complete drafts are that may have come further; returns how many."""
    return one_by_one(measure_drafts, at=clock.now())


def measure_drafts(at: datetime) -> int:
    return each(Application.objects.to_measure(at).for_progress()[:MOST_MEASURED], actions.measure, at=at)


@shared_task
def sweep_files() -> int:
    """Have files scanned, delete what was taken out long ago, and tidy the shelf; returns how many were done."""
    return one_by_one(scan_waiting, erase_taken_out, let_go_of_erased, tidy_the_shelf, at=clock.now())


def erase_taken_out(at: datetime) -> int:
    return each(Attachment.objects.to_erase(at), actions.erase_file, at=at)


def let_go_of_erased(at: datetime) -> int:
    return each(Attachment.objects.to_let_go(), actions.let_go, at=at)
