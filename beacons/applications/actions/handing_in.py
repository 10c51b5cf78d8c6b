"""Certified, sent back, submitted, withdrawn, taken up again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from beacons.applications import printing, rules
from beacons.applications.actions.figures import freeze, thaw
from beacons.applications.actions.telling import tell
from beacons.applications.actions.writing import Overtaken
from beacons.applications.models import Application, Certification, Submission
from beacons.applications.statuses import APPLICATION
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Role, User

UNSIGNED = {
    "certified_by": None,
    "certified_at": None,
    "content_hash": "",
    "submitted_by": None,
    "submitted_at": None,
}


@verb
def certify(application: Application, *, by: User, at: datetime, seen: str | None = None) -> Application:
    """A second person of the authority stands by it. `seen` is the fingerprint of what that person was shown."""
    Application.objects.lock(application.pk)
    application = Application.objects.for_paper().get(pk=application.pk)
    refuse_if(rules.reasons_not_to_certify(application, by=by, at=at))
    freeze(application, at=at)
    fingerprint = application.fingerprint()
    if seen is not None and seen != fingerprint:
        raise Overtaken(
            "The application was changed while you were reading it. Read it again before you certify it.",
            application=application,
        )
    signed = {"certified_by": by, "certified_at": at, "content_hash": fingerprint}
    APPLICATION.advance(application, "certify", by=by, at=at, set_fields=signed, content=fingerprint)
    Certification.objects.create(
        application=application,
        certified_by=by,
        certified_at=at,
        statements=application.round.to_confirm,
        content=application.canonical(),
        sha256=fingerprint,
        paper=printing.paper(application),
    )
    tell(application, "application_certified", at=at)
    return application


@verb
def send_back(
    application: Application, *, why: str, by: User, at: datetime, parts: Mapping[str, str] | None = None
) -> Application:
    """A certifier asks for changes; it is a draft again. `parts` names what is to be changed, by part of the task list."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_send_back(application, why=why, at=at))
    named = dict(parts or {})
    APPLICATION.advance(application, "send_back", by=by, at=at, why=why, set_fields=UNSIGNED, parts=named)
    thaw(application)
    tell(
        application,
        "application_sent_back",
        at=at,
        roles=(Role.DRAFTER,),
        why=why,
        by=by,
        parts=list(named.values()),
    )
    return application


@verb
def submit(application: Application, *, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_submit(application, at=at))
    certification = application.certifications.order_by("-pk").first()
    if certification is None or certification.sha256 != application.content_hash:
        raise RuntimeError(f"{application.reference}: what was certified is not kept")
    Submission.objects.create(
        application=application,
        certification=certification,
        number=application.submissions.count() + 1,
        submitted_by=by,
        submitted_at=at,
        closes_at=application.closes_at,
    )
    handed_in = {"submitted_by": by, "submitted_at": at}
    APPLICATION.advance(
        application, "submit", by=by, at=at, set_fields=handed_in, content=application.content_hash
    )
    tell(application, "application_submitted", at=at)
    return application


@verb
def withdraw(application: Application, *, why: str, by: User, at: datetime) -> Application:
    """Before the closing it may come back as a draft; after it, this is final."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_withdraw(application, why=why, at=at))
    was_handed_in, final = application.is_handed_in, rules.is_final(application, at=at)
    handed_in = application.submitted_at and application.submitted_at.isoformat()
    APPLICATION.advance(
        application,
        "withdraw",
        by=by,
        at=at,
        why=why,
        set_fields={"submitted_by": None, "submitted_at": None},
        handed_in=handed_in,
    )
    tell(application, "application_withdrawn", at=at, office=was_handed_in, why=why, by=by, final=final)
    return application


@verb
def reopen(application: Application, *, by: User, at: datetime) -> Application:
    """What was withdrawn is a draft again, as long as nothing else stands in its place."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_reopen(application, at=at))
    try:
        with transaction.atomic():
            APPLICATION.advance(application, "reopen", by=by, at=at, set_fields=UNSIGNED)
    except IntegrityError:
        raise Refused("Your authority has begun another application for this outcome meanwhile.") from None
    thaw(application)
    return application
