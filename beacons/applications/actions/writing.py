"""Begun, and written by several hands."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from beacons.applications import calls, kinds, rules
from beacons.applications.content import details_fingerprint
from beacons.applications.models import Answer, AnswerVersion, Application, Partner
from beacons.applications.statuses import APPLICATION
from beacons.core import steps, text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import Authority, User
from beacons.rounds.models import Category, Round
from outcomes.models import Outcome, SignUp


class Overtaken(Refused):
    """Somebody else saved the same thing meanwhile; nothing was written.

    `application` is how it stands now, and `answers` are those that they saved, by question.
    """

    def __init__(self, *reasons: str, application: Application, answers: Mapping[int, Answer] | None = None):
        super().__init__(*reasons)
        self.application = application
        self.answers = dict(answers or {})


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
    numbered(application, by=by, at=at)
    if partner is not None:
        role = one_line(partner_role) or "Signed up to the outcome"
        Partner.objects.create(application=application, authority=partner, role=role)
    return application


def numbered(application: Application, *, by: User, at: datetime) -> Application:
    """Give a draft that has just been saved its reference, and begin its way."""
    application.reference = f"BCN-{application.pk:05d}"
    application.save(update_fields=["reference"])
    APPLICATION.begin(application, by=by, at=at)
    return application


@verb
def save_details(
    application: Application,
    *,
    title: str,
    summary: str,
    lead_officer: str,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> Application:
    """Save the details. `seen` is the fingerprint of what the form showed when it was opened."""
    application = Application.objects.lock(application.pk)
    title, lead_officer, summary = one_line(title), one_line(lead_officer), text.clean(summary)
    refuse_if(rules.reasons_not_to_save_details(application, title=title, summary=summary, at=at))
    typed = {"title": title, "summary": summary, "lead_officer": lead_officer}
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
    refuse_if(
        rules.reasons_too_long({f"“{questions[pk]}”": str(words) for pk, (words, _) in answers.items()})
    )
    typed = {pk: (kinds.canonical(questions[pk], words), seen) for pk, (words, seen) in answers.items()}
    held = {
        answer.question_id: answer for answer in application.answers.select_related("saved_by", "question")
    }
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


def one_line(words: str) -> str:
    """Titles and names stand in lists, letters' subjects and file names: in one line, without odd marks."""
    return " ".join(text.clean(words).split())
