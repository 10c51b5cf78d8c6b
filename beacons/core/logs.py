"""What the log may not keep: the secret in an address that lets somebody in."""

import logging
import re

# Addresses of links that were sent by letter, up to their secret. A test finds those that are missing here.
DOORS = re.compile(r"(/(?:candidates|parts/by-link|colleagues/join|password/reset/key)/)[^/\s?\"']+")
HIDDEN = r"\1…"


class WithoutSecrets(logging.Filter):
    """Django logs the path of each request that it refuses; the log is read by more people than the letter."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if DOORS.search(words):
            record.msg, record.args = DOORS.sub(HIDDEN, words), None
        return True
