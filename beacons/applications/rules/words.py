"""A reason that has to be said."""

from beacons.core import text


def reasons_unsaid(why: str, sentence: str) -> list[str]:
    return [sentence] if text.is_blank(why) else []
