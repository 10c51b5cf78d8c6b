"""What colleagues say to one another beside the answers, and that it is settled.

No step is noted of any of it: the office reads the audit, and comments are the council's own. Each row says who and when.
"""

from datetime import datetime

from beacons.applications import rules
from beacons.applications.models import Application, Comment
from beacons.core import text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User
from beacons.rounds.models import Question


@verb
def write_comment(
    application: Application, *, question: Question | None, words: str, by: User, at: datetime
) -> Comment:
    """Beside an answer, or about the application as a whole. The same words posted twice in a row are one comment."""
    application = Application.objects.lock(application.pk)
    words = text.clean(words)
    refuse_if(rules.reasons_not_to_write_comment(application, words=words, at=at))
    if question is not None and question.round_id != application.round_id:
        raise Refused("This question is not asked in this round.")
    last = application.comments.filter(question=question).order_by("written_at", "pk").last()
    if last is not None and last.thread_id is None and (last.text, last.written_by_id) == (words, by.pk):
        return last
    return Comment.objects.create(
        application=application, question=question, text=words, written_by=by, written_at=at
    )


@verb
def answer_comment(remark: Comment, *, words: str, by: User, at: datetime) -> Comment:
    """Below a remark that is still open."""
    application = Application.objects.lock(remark.application_id)
    remark = Comment.objects.lock(remark.pk)
    words = text.clean(words)
    refuse_if(rules.reasons_not_to_answer_comment(application, remark, words=words, at=at))
    last = remark.replies.order_by("written_at", "pk").last()
    if last is not None and (last.text, last.written_by_id) == (words, by.pk):
        return last
    return Comment.objects.create(
        application=application,
        question_id=remark.question_id,
        thread=remark,
        text=words,
        written_by=by,
        written_at=at,
    )


@verb
def settle_comment(remark: Comment, *, by: User, at: datetime) -> Comment:
    """Anybody of the council may; whoever pressed first is named."""
    application = Application.objects.lock(remark.application_id)
    remark = Comment.objects.lock(remark.pk)
    refuse_if(rules.reasons_not_to_comment(application, at=at))
    if remark.is_open:
        remark.resolved_by, remark.resolved_at = by, at
        remark.save(update_fields=["resolved_by", "resolved_at"])
    return remark


@verb
def reopen_comment(remark: Comment, *, by: User, at: datetime) -> Comment:
    application = Application.objects.lock(remark.application_id)
    remark = Comment.objects.lock(remark.pk)
    refuse_if(rules.reasons_not_to_comment(application, at=at))
    if not remark.is_open:
        remark.resolved_by = remark.resolved_at = None
        remark.reopened_by, remark.reopened_at = by, at
        remark.save(update_fields=["resolved_by", "resolved_at", "reopened_by", "reopened_at"])
    return remark
