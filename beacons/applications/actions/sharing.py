"""What the authority will do for others if it wins."""

from dataclasses import replace
from datetime import datetime

from beacons.applications import rules
from beacons.applications.actions.writing import Overtaken
from beacons.applications.models import Application, NamedPeer, PlannedActivity
from beacons.applications.sharing import Plan, plan_of
from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import one_line
from beacons.directory.models import User


@verb
def save_plan(
    application: Application, plan: Plan, *, by: User, at: datetime, seen: str | None = None
) -> Application:
    """Save the whole plan, in its order; each that was saved is in the history.

    `seen` is the fingerprint of the plan that the form was opened with. Where somebody else has saved another since,
    nothing is written over theirs; a plan that was not touched leaves theirs as it is.
    """
    application = Application.objects.lock(application.pk)
    plan = in_one_line(plan)
    refuse_if(rules.reasons_not_to_save_plan(application, plan, at=at))
    held = plan_of(application)
    if plan == held or (seen is not None and seen == plan.fingerprint()):
        return application
    if seen is not None and seen != held.fingerprint():
        raise Overtaken(
            "Somebody else saved the plan while you were writing. What they saved is shown above the form,"
            " what you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=application,
        )
    application.authorities_to_help, application.struggling_to_help = plan.authorities, plan.struggling
    application.save(update_fields=["authorities_to_help", "struggling_to_help"])
    application.planned_activities.all().delete()
    PlannedActivity.objects.bulk_create(
        PlannedActivity(
            application=application,
            kind=each.kind,
            count=each.count,
            until=each.until,
            note=each.note,
            position=position,
        )
        for position, each in enumerate(plan.activities, start=1)
    )
    application.named_peers.all().delete()
    NamedPeer.objects.bulk_create(
        NamedPeer(
            application=application,
            name=each.name,
            job_title=each.job_title,
            days=each.days,
            position=position,
        )
        for position, each in enumerate(plan.peers, start=1)
    )
    steps.note(application, "save_plan", by=by, at=at, saved=plan.content())
    return application


def in_one_line(plan: Plan) -> Plan:
    """Names and notes stand in tables and letters: in one line, without odd marks."""
    return replace(
        plan,
        activities=tuple(replace(each, note=one_line(each.note)) for each in plan.activities),
        peers=tuple(
            replace(each, name=one_line(each.name), job_title=one_line(each.job_title)) for each in plan.peers
        ),
    )
