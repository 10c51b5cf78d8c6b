"""A bid with all that its own pages say of it: its short lists come together in one query.

Answers, figures, questions and partners bring other rows with them, and are loaded by `for_whole()`.
"""

from collections import Counter

from beacons.applications import calls, history
from beacons.applications.models import Application
from beacons.core import together
from beacons.core.together import Wanted

KEPT = ("planned_activities", "named_peers", "attachments")


def filled(application: Application) -> Application:
    """An application of `for_whole()` and `with_last_step()` with the rest of it; one query."""
    a_round = application.round
    wanted = {
        "stages": Wanted(a_round.stages.all()),
        **{name: Wanted(getattr(application, name).all()) for name in KEPT},
    }
    if application.is_unfinished:
        wanted["comments"] = Wanted(application.comments.open(), only=("question",))
        wanted["sign_ups"] = Wanted(
            calls.sign_ups(application.outcome, calls.taking_part(application)), only=("authority",)
        )
        if application.was_sent_back:
            steps, details = history.changes_since_sent_back(application)
            wanted["steps"] = Wanted(steps, only=("step",))
            wanted["details"] = Wanted(details, only=("version",))
    found = dict(zip(wanted, together.rows(*wanted.values()), strict=True))
    together.keep(a_round, "stages", found["stages"])
    for name in KEPT:
        together.keep(application, name, found[name])
    if application.is_unfinished:
        application.open_comments = Counter(remark.question_id for remark in found["comments"])
        application.areas_signed_up = {row.authority_id for row in found["sign_ups"]}
    if "steps" in found:
        saved = ["save_details"] if found["details"] else []
        application.done_since_sent_back = {*saved, *(step.step for step in found["steps"])}
    return application
