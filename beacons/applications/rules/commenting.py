"""Why nothing can be said beside an answer, and nothing settled."""

from datetime import datetime

from beacons.applications.models import Application, Comment
from beacons.applications.rules.open import reasons_closed
from beacons.applications.statuses import APPLICATION
from beacons.core import text

MOST_IN_A_COMMENT = 4_000


def reasons_not_to_comment(application: Application, *, at: datetime) -> list[str]:
    """Comments are for the time of writing, and for that between certifying and handing in."""
    if not application.is_unfinished:
        return [
            f"{APPLICATION.stands(application)}; its comments can be read, and nothing can be added to them."
        ]
    return reasons_closed(application, at=at)


def reasons_not_to_write_comment(application: Application, *, words: str, at: datetime) -> list[str]:
    reasons = reasons_not_to_comment(application, at=at)
    if text.is_blank(words):
        reasons.append("Write the comment.")
    if len(words) > MOST_IN_A_COMMENT:
        reasons.append(
            f"The comment has {len(words):,} characters, and {MOST_IN_A_COMMENT:,} is the most. Say it in several."
        )
    return reasons


def reasons_not_to_answer_comment(
    application: Application, remark: Comment, *, words: str, at: datetime
) -> list[str]:
    reasons = reasons_not_to_write_comment(application, words=words, at=at)
    if not remark.is_open:
        reasons.append("This comment is settled. Reopen it to answer.")
    return reasons
