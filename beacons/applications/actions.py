"""What people and the clock do with an application. Each verb happens whole or not at all."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from beacons.applications import calls, rules
from beacons.applications.content import details_fingerprint
from beacons.applications.models import Answer, AnswerVersion, Application, Partner
from beacons.applications.statuses import APPLICATION
from beacons.core import letters, steps, text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, Role, User
from beacons.rounds.models import Category, Round
from beacons.rounds.timeline import reminder_due
from outcomes.models import Outcome, SignUp

UNSIGNED = {
    "certified_by": None,
    "certified_at": None,
    "content_hash": "",
    "submitted_by": None,
    "submitted_at": None,
}


class Overtaken(Refused):
    """Somebody else saved the same thing meanwhile; nothing was written.

    `application` is how it stands now, and `answers` are those that they saved, by question.
    """

    def __init__(self, *reasons: str, application: Application, answers: Mapping[int, Answer] | None = None):
        super().__init__(*reasons)
        self.application = application
        self.answers = dict(answers or {})


# Writing


@verb
def start(
    a_round: Round,
    outcome: Outcome,
    authority: Authority,
    *,
    title: str,
    by: User,
    at: datetime,
    category: Category | None = None,
    partner: Authority | None = None,
    partner_role: str = "",
) -> Application:
    """Begin a draft. An authority whose area is not signed up names, at once, a partner whose area is."""
    title = one_line(title)
    call = calls.call(a_round, outcome, authority)
    refuse_if(rules.reasons_not_to_start(call, title=title, category=category, partner=partner, at=at))
    lead = (
        SignUp.objects.filter(outcome=outcome, authority=authority)
        .values_list("lead_officer", flat=True)
        .first()
    )
    application = Application(
        reference=secrets.token_hex(8),
        round=a_round,
        outcome=outcome,
        category=category,
        authority=authority,
        title=title,
        lead_officer=lead or "",
        drafted_by=by,
        drafted_at=at,
    )
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        # A colleague was quicker by a moment; the constraint knows, and the page names their application.
        standing = calls.call(a_round, outcome, authority).standing_in(category)
        if standing is None:
            raise
        raise Refused(rules.taken(call, standing)) from None
    application.reference = f"BCN-{application.pk:05d}"
    application.save(update_fields=["reference"])
    APPLICATION.begin(application, by=by, at=at)
    if partner is not None:
        role = one_line(partner_role) or "Signed up to the outcome"
        Partner.objects.create(application=application, authority=partner, role=role)
    return application


@verb
def save_details(
    application: Application,
    *,
    title: str,
    summary: str,
    lead_officer: str,
    develop: int,
    innovate: int,
    disseminate: int,
    support: int,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Application:
    """Save the details and the money. `seen` is the fingerprint of what the form showed when it was opened."""
    application = Application.objects.lock(application.pk)
    title, lead_officer, summary = one_line(title), one_line(lead_officer), text.clean(summary)
    pounds = {"develop": develop, "innovate": innovate, "disseminate": disseminate, "support": support}
    refuse_if(
        rules.reasons_not_to_save_details(application, title=title, summary=summary, pounds=pounds, at=at)
    )
    typed = {"title": title, "summary": summary, "lead_officer": lead_officer, **pounds}
    changed = {name: value for name, value in typed.items() if getattr(application, name) != value}
    if not changed:
        return application
    if seen is not None and seen != details_fingerprint(application):
        raise Overtaken(
            "Somebody else saved these details while you were writing. What they saved is shown above the form,"
            " what you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=application,
        )
    for name, value in changed.items():
        setattr(application, name, value)
    application.save(update_fields=list(changed))
    steps.note(application, "save_details", by=by, at=at, saved=changed)
    return application


@verb
def save_answers(
    application: Application, answers: Mapping[int, tuple[str, int]], *, by: User, at: datetime
) -> Application:
    """Save answers, `{question id: (text, version that was seen)}`; every text saved is kept as a version.

    A text that was changed while somebody else saved another is not written over theirs: `Overtaken` carries
    what they wrote. An answer whose typed text is the one that was seen was not touched, and stays as it is.
    """
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    questions = {question.pk: question for question in application.round.questions.all()}
    if not set(answers) <= set(questions):
        raise Refused("One of these questions is not asked in this round. Open the page again.")
    typed = {pk: (text.clean(words), seen) for pk, (words, seen) in answers.items()}
    refuse_if(rules.reasons_too_long({f"“{questions[pk]}”": words for pk, (words, _) in typed.items()}))
    held = {answer.question_id: answer for answer in application.answers.select_related("saved_by")}
    versions = AnswerVersion.objects.filter(answer__application=application, answer__question__in=questions)
    once = {
        (question, version): words
        for question, version, words in versions.values_list("answer__question_id", "version", "text")
        if question in typed and version == typed[question][1]
    }
    changed, overtaken = [], {}
    for pk, (words, seen) in typed.items():
        answer = held.get(pk) or Answer(application=application, question=questions[pk])
        if words in (answer.text, once.get((pk, seen), "" if seen == 0 else None)):
            continue
        if seen == answer.version:
            changed.append((answer, words))
        else:
            overtaken[pk] = answer
    if overtaken:
        raise Overtaken(
            *(
                f"{answer.saved_by} saved “{questions[pk]}” while you were writing. Both texts are shown below, and"
                " nothing was overwritten. Save again to keep yours."
                for pk, answer in overtaken.items()
            ),
            application=application,
            answers=overtaken,
        )
    for answer, words in changed:
        answer.text, answer.saved_by, answer.saved_at = words, by, at
        answer.version += 1
        answer.save()
        AnswerVersion.objects.create(
            answer=answer, version=answer.version, text=words, saved_by=by, saved_at=at
        )
    return application


@verb
def add_partner(
    application: Application, *, authority: Authority | None, name: str, role: str, by: User, at: datetime
) -> Partner:
    application = Application.objects.lock(application.pk)
    name, role = one_line(name), one_line(role)
    refuse_if(rules.reasons_not_to_add_partner(application, authority=authority, name=name, role=role, at=at))
    partner = Partner.objects.create(application=application, authority=authority, name=name, role=role)
    steps.note(application, "add_partner", by=by, at=at, partner=str(partner), role=role)
    return partner


@verb
def remove_partner(partner: Partner, *, by: User, at: datetime) -> Application:
    application = Application.objects.lock(partner.application_id)
    refuse_if(rules.reasons_not_to_edit(application, at=at))
    steps.note(application, "remove_partner", by=by, at=at, partner=str(partner), role=partner.role)
    Partner.objects.filter(pk=partner.pk).delete()
    return application


# Handing in


@verb
def certify(application: Application, *, by: User, at: datetime, seen: str | None = None) -> Application:
    """A second person of the authority stands by it. `seen` is the fingerprint of what that person was shown."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_certify(application, by=by, at=at))
    fingerprint = application.fingerprint()
    if seen is not None and seen != fingerprint:
        raise Overtaken(
            "The application was changed while you were reading it. Read it again before you certify it.",
            application=application,
        )
    signed = {"certified_by": by, "certified_at": at, "content_hash": fingerprint}
    APPLICATION.advance(application, "certify", by=by, at=at, set_fields=signed, content=fingerprint)
    tell(application, "application_certified", at=at)
    return application


@verb
def send_back(application: Application, *, why: str, by: User, at: datetime) -> Application:
    """A certifier asks for changes; it is a draft again."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_send_back(application, why=why, at=at))
    APPLICATION.advance(application, "send_back", by=by, at=at, why=why, set_fields=UNSIGNED)
    tell(application, "application_sent_back", at=at, roles=(Role.DRAFTER,), why=why, by=by)
    return application


@verb
def submit(application: Application, *, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_submit(application, at=at))
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
    return application


# The check


@verb
def find_eligible(application: Application, *, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_check(application, at=at))
    APPLICATION.advance(application, "find_eligible", by=by, at=at)
    tell(application, "application_eligible", at=at)
    return application


@verb
def find_ineligible(application: Application, *, why: str, by: User, at: datetime) -> Application:
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_find_ineligible(application, why=why, at=at))
    APPLICATION.advance(application, "find_ineligible", by=by, at=at, why=why)
    tell(application, "application_ineligible", at=at, why=why)
    return application


@verb
def close(application: Application, *, by: User | None, at: datetime) -> Application:
    """Its grant has been closed."""
    application = Application.objects.lock(application.pk)
    APPLICATION.advance(application, "close", by=by, at=at)
    return application


# The clock


@verb
def lapse(application: Application, *, by: User | None, at: datetime) -> Application:
    """Not handed in when applications closed."""
    application = Application.objects.lock(application.pk)
    refuse_if(rules.reasons_not_to_lapse(application, at=at))
    APPLICATION.advance(application, "lapse", by=by, at=at)
    tell(application, "application_lapsed", at=at)
    return application


@verb
def remind(application: Application, *, by: User | None, at: datetime) -> Application:
    """Tell the people of an unfinished application that the closing is near."""
    application = Application.objects.lock(application.pk)
    closes_at = application.closes_at
    due = reminder_due(application.round.stage_of("applications").closes_on, at)
    if due is None or at >= closes_at or not application.is_unfinished:
        raise Refused("There is nothing to remind of.")
    application.reminded_at = at
    application.save(update_fields=["reminded_at"])
    tell(application, "application_reminder", at=at, key=due.isoformat())
    return application


# Words


def one_line(words: str) -> str:
    """Titles and names stand in lists, letters' subjects and file names: in one line, without odd marks."""
    return " ".join(text.clean(words).split())


def tell(
    application: Application,
    kind: str,
    *,
    at: datetime,
    roles: tuple[str, ...] = (),
    office: bool = False,
    key: str = "",
    **context: Any,
) -> None:
    """Write to the people of the authority (in these roles, if any are named), and to the office if it is theirs too."""
    people = set(User.objects.of_authority(application.authority_id, *roles))
    if application.drafted_by.is_active and application.drafted_by.acts_for(application.authority_id):
        people.add(application.drafted_by)
    if office:
        people |= set(User.objects.with_role(Role.SCHEME_MANAGER, Role.CASE_OFFICER))
    for person in sorted(people, key=lambda user: user.pk):
        letters.write(
            kind,
            to=person,
            at=at,
            key=f"{application.reference}:{key or at.isoformat()}",
            context={"application": application, "closes_at": application.closes_at, **context},
        )
