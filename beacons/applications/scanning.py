"""Has the scanner look at what waits for it, and gives the shelf back what nobody needs."""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings

from beacons.applications import actions
from beacons.applications.models import Attachment
from beacons.core.files import clamd
from beacons.core.files.shelf import shelf
from beacons.core.lifecycle import Refused
from beacons.core.sweeps import note_failure

logger = logging.getLogger(__name__)
# No file is begun after so long, so that a sweep ends well before the next.
SECONDS = 40.0
# A file that the scanner, or we, cannot read is tried again after so long.
LATER = timedelta(minutes=15)


def scan_waiting(at: datetime, *, seconds: float = SECONDS) -> int:
    """Scan what waits, file by file; returns how many were. What cannot be scanned stays closed to others.

    No lock is held while the scanner works: a file is claimed under a lease first, so that two clerks take different
    ones, and what a killed clerk had is taken up again. Where the scanner does not answer at all the rest waits for the
    next sweep, and staff see the failure.
    """
    if not settings.CLAMD_ADDRESS:
        return 0
    last, done = time.monotonic() + seconds, 0
    while time.monotonic() < last:
        attachment = actions.claim_for_scan(at)
        if attachment is None:
            break
        try:
            found = found_in(attachment)
            actions.note_scan(attachment, found=found, at=at)
        except Refused as refusal:
            logger.info("%s was left: %s", attachment.pk, refusal)
        except clamd.NoAnswer as error:
            if not clamd.answers(settings.CLAMD_ADDRESS):
                # The next sweep tries the same file first, so that staff see one failure that lasts and not many.
                put_off(attachment, error, until=None, at=at)
                break
            put_off(attachment, error, until=at + LATER, at=at)
        except Exception as error:
            logger.exception("file %s could not be scanned", attachment.pk)
            put_off(attachment, error, until=at + LATER, at=at)
        else:
            done += 1
    return done


def found_in(attachment: Attachment) -> str:
    with shelf().open(attachment.stored_as or "") as file:
        return clamd.scan(file, address=settings.CLAMD_ADDRESS)


def put_off(attachment: Attachment, error: Exception, *, until: datetime | None, at: datetime) -> None:
    actions.give_back(attachment, until=until)
    note_failure(scan_waiting, attachment, f"{type(error).__name__}: {error}", at=at)


def tidy_the_shelf(at: datetime) -> int:
    """Give each row its bytes for good, and drop what a killed server left without one; returns how many there were.

    What a row has claimed is never looked at here: a sweep over the wrong database takes nothing away.
    """
    kept = shelf()
    stale = list(kept.stale())
    rows = set(Attachment.objects.filter(stored_as__in=stale).values_list("stored_as", flat=True))
    for name in stale:
        if name in rows:
            kept.claim(name)
        else:
            logger.warning("%s had no row, and was dropped", name)
            kept.delete(name)
    return len(stale) + kept.drop_half_written()
