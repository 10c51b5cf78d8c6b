"""Certified, sent back, submitted, withdrawn, taken up again."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from beacons.applications import printing, rules
from beacons.applications.actions.abstaining import apply_after_all
from beacons.applications.actions.figures import freeze, thaw
from beacons.applications.actions.telling import tell
from beacons.applications.actions.writing import Overtaken
from beacons.applications.models import Application, Certification, Submission
from beacons.applications.querysets import PLAN
from beacons.applications.statuses import APPLICATION
from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import Step, verb
from beacons.directory.models import Authority, Role, User

NOBODY_ASKED = {"certifier_asked_by": None, "certifier_asked_at": None}

UNSIGNED = {
    **NOBODY_ASKED,
    "certified_by": None,
    "certified_at": None,
    "content_hash": "",
    "submitted_by": None,
    "submitted_at": None,
}


@verb
def ask_certifier(application: Application, *, by: User, at: datetime) -> Application:
    """Write to those who can certify that it is ready: it waits on their desks until one of them has answered."""
    application = locked(application)
    refuse_if(rules.reasons_not_to_ask_certifier(application, at=at))
    application.certifier_asked_by, application.certifier_asked_at = by, at
    application.save(update_fields=["certifier_asked_by", "certifier_asked_at"])
    steps.note(application, "ask_certifier", by=by, at=at)
    letters.write_each(
        "application_to_certify",
        to=application.certifiers().order_by("pk"),
        at=at,
        key=f"{application.reference}:{at.isoformat()}",
        context={"application": application, "closes_at": application.closes_at, "by": by},
    )
    return application


@verb
def certify(application: Application, *, by: User, at: datetime, seen: str | None = None) -> Application:
    """A second person of the authority stands by it. `seen` is the fingerprint of what that person was shown."""
    application = locked(application)
    refuse_if(rules.reasons_not_to_certify(application, by=by, at=at))
    freeze(application, at=at)
    fingerprint = application.fingerprint()
    if seen is not None and seen != fingerprint:
        raise Overtaken(
            "The application was changed while you were reading it. Read it again before you certify it.",
            application=application,
        )
    signed = {**NOBODY_ASKED, "certified_by": by, "certified_at": at, "content_hash": fingerprint}
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
    if was_just_sent_back(application, why, named, by):
        # The button was pressed twice.
        return application
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


def locked(application: Application) -> Application:
    """The row locked, and then read with all that is certified, handed in and told."""
    Application.objects.lock(application.pk)
    return Application.objects.for_detail().prefetch_related(*PLAN).get(pk=application.pk)


def was_just_sent_back(application: Application, why: str, parts: dict[str, str], by: User) -> bool:
    last = Step.objects.of(application).exclude(to_status="").with_words().last()
    if last is None or (last.step, last.by_id) != ("send_back", by.pk):
        return False
    said = getattr(last, "words", None)
    return said is not None and (said.why, said.data.get("parts", {})) == (why, parts)


@verb
def submit(application: Application, *, by: User, at: datetime) -> Application:
    """Handed in. Many are in the last minutes: nothing is asked of the database twice."""
    application = locked(application)
    refuse_if(rules.reasons_not_to_submit(application, at=at))
    # Without what it says, which may be long.
    kept = application.certifications.order_by("-pk").values_list("pk", "sha256").first()
    if kept is None or kept[1] != application.content_hash:
        raise RuntimeError(f"{application.reference}: what was certified is not kept")
    partners = application.partners.select_related("authority", "inherited_from")
    Submission.objects.create(
        application=application,
        certification_id=kept[0],
        number=application.submissions.count() + 1,
        submitted_by=by,
        submitted_at=at,
        closes_at=application.closes_at,
        partners=[{"partner": str(partner), "said": partner.said} for partner in partners],
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
        set_fields={**NOBODY_ASKED, "submitted_by": None, "submitted_at": None},
        handed_in=handed_in,
    )
    tell(application, "application_withdrawn", at=at, office=was_handed_in, why=why, by=by, final=final)
    return application


@verb
def reopen(application: Application, *, by: User, at: datetime) -> Application:
    """What was withdrawn is a draft again, as long as nothing else stands in its place."""
    # Nobody says meanwhile that the authority will not apply.
    authority = Authority.objects.lock(application.authority_id)
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_reopen(application, at=at))
    try:
        with transaction.atomic():
            APPLICATION.advance(application, "reopen", by=by, at=at, set_fields=UNSIGNED)
    except IntegrityError:
        raise Refused("Your authority has begun another application for this outcome meanwhile.") from None
    thaw(application)
    if application.councillor_id is None:
        apply_after_all(application.round, application.outcome, authority, by=by, at=at)
    tell(application, "application_reopened", at=at, by=by)
    return application
