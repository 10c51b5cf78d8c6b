"""Written by several hands: every text that is saved is kept, and none is written over another unseen."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from beacons.applications import kinds, rules
from beacons.applications.models import Answer, AnswerVersion, Application, DetailsVersion
from beacons.applications.overtaking import NOWHERE, Page, Verdict, judge
from beacons.core import text
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.directory.models import User
from beacons.rounds.models import Question

NO_VERSION = "There is no such version."


class Overtaken(Refused):
    """Somebody else saved the same thing meanwhile; nothing was written.

    `application` is how it stands now, `answers` are those that they saved, by question, and `details` the title,
    summary and lead officer that they did.
    """

    def __init__(
        self,
        *reasons: str,
        application: Application,
        by: User | None = None,
        answers: Mapping[int, Answer] | None = None,
        details: DetailsVersion | None = None,
    ):
        super().__init__(*reasons)
        self.application = application
        self.by = by
        self.answers = dict(answers or {})
        self.details = details


@verb
def save_answers(
    application: Application,
    answers: Mapping[int, tuple[str, int]],
    *,
    by: User,
    at: datetime,
    page: Page = NOWHERE,
) -> Application:
    """Save answers, `{question id: (text, version that was seen)}`; every text saved is kept as a version.

    A text that was changed while somebody else saved another is not written over theirs: `Overtaken` carries
    what they wrote. An answer whose typed text is the one that was seen was not touched, and stays as it is. `page`
    is where the texts were typed: what else came from there overtakes nothing.
    """
    application, changed, overtaken = _sort(application, answers, by=by, at=at, page=page)
    if overtaken:
        raise Overtaken(
            *(
                f"{saved_by(answer, by)} “{answer.question}” {meanwhile(answer, by)}. Both texts are shown below, and"
                " nothing was overwritten. Save again to keep yours."
                for answer in overtaken.values()
            ),
            application=application,
            by=by,
            answers=overtaken,
        )
    for answer, words in changed:
        _write(answer, words, by=by, at=at, page=page)
    return application


@verb
def save_each_answer(
    application: Application,
    answers: Mapping[int, tuple[str, int]],
    *,
    by: User,
    at: datetime,
    page: Page,
) -> dict[int, Answer]:
    """Save them as `save_answers` does, but each for itself: those that somebody overtook are left and handed back."""
    _, changed, overtaken = _sort(application, answers, by=by, at=at, page=page)
    for answer, words in changed:
        _write(answer, words, by=by, at=at, page=page)
    return overtaken


def _sort(
    application: Application, answers: Mapping[int, tuple[str, int]], *, by: User, at: datetime, page: Page
) -> tuple[Application, list[tuple[Answer, str]], dict[int, Answer]]:
    """Lock the application and ask the rules; then which answers are to be written, and which were overtaken."""
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
        pk: Answer(application=application, question=question)
        for pk, question in questions.items()
        if pk in typed
    }
    held |= {
        answer.question_id: answer for answer in application.answers.select_related("saved_by", "question")
    }
    doubtful = {
        pk: seen for pk, (words, seen) in typed.items() if words != held[pk].text and seen != held[pk].version
    }
    once, later = _since(application, doubtful)
    changed, overtaken = [], {}
    for pk, (words, seen) in typed.items():
        answer = held[pk]
        verdict = judge(
            words,
            now=answer.text,
            seen=once.get(pk),
            later=later[pk],
            page=page,
            by=by,
            is_newest=seen == answer.version,
        )
        if verdict is Verdict.WRITE:
            changed.append((answer, words))
        elif verdict is Verdict.OVERTAKEN:
            overtaken[pk] = answer
    return application, changed, overtaken


def _since(application: Application, seen: Mapping[int, int]) -> tuple[dict[int, str], dict[int, list[Any]]]:
    """By question: the text of the version that was seen, and all the versions after it."""
    once = {pk: "" for pk, version in seen.items() if version == 0}
    later: dict[int, list[Any]] = defaultdict(list)
    if not seen:
        return once, later
    known = AnswerVersion.objects.filter(answer__application=application)
    shown, after = Q(), Q()
    for pk, version in seen.items():
        shown |= Q(answer__question=pk, version=version)
        after |= Q(answer__question=pk, version__gt=version)
    once |= dict(known.filter(shown).values_list("answer__question", "text"))
    for saved in known.filter(after).select_related("answer").defer("text", "answer__text"):
        later[saved.answer.question_id].append(saved)
    return once, later


def _write(
    answer: Answer,
    words: str,
    *,
    by: User,
    at: datetime,
    page: Page = NOWHERE,
    restored_from: int | None = None,
) -> None:
    answer.text, answer.saved_by, answer.saved_at = words, by, at
    answer.version += 1
    answer.save()
    AnswerVersion.objects.create(
        answer=answer,
        version=answer.version,
        text=words,
        saved_by=by,
        saved_at=at,
        page=page.mark,
        turn=page.turn,
        restored_from=restored_from,
    )


@verb
def restore_answer(
    application: Application, question: Question, version: int, *, seen: int, by: User, at: datetime
) -> Application:
    """Write an earlier text again, as a new version. `seen` is the version that stood when it was chosen."""
    application = Application.objects.lock(application.pk)
    answer = application.answers.select_related("saved_by").filter(question=question).first()
    earlier = answer and answer.versions.filter(version=version).first()
    if answer is None or earlier is None:
        raise Refused(NO_VERSION)
    refuse_if(rules.reasons_not_to_restore(application, standing=answer, seen=seen, by=by, at=at))
    if earlier.text != answer.text:
        _write(answer, earlier.text, by=by, at=at, restored_from=version)
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
    seen: int | None = None,
    page: Page = NOWHERE,
) -> Application:
    """Save the details; each save is kept as a version. `seen` is the version that the form showed."""
    application = Application.objects.lock(application.pk)
    typed = as_kept(title=title, summary=summary, lead_officer=lead_officer)
    refuse_if(
        rules.reasons_not_to_save_details(application, title=typed["title"], summary=typed["summary"], at=at)
    )
    now = {name: getattr(application, name) for name in typed}
    is_newest = seen is None or seen == application.details_version
    once, later = (None, []) if is_newest or typed == now else _details_since(application, seen or 0)
    verdict = judge(typed, now=now, seen=once, later=later, page=page, by=by, is_newest=is_newest)
    if verdict is Verdict.OVERTAKEN:
        newest = application.details_versions.select_related("saved_by").first()
        raise Overtaken(
            f"{saved_by(newest, by)} these details {meanwhile(newest, by)}. What was saved is shown above the form,"
            " what you typed is in it, and nothing was overwritten. Save again to keep yours.",
            application=application,
            by=by,
            details=newest,
        )
    if verdict is Verdict.WRITE:
        for name, value in typed.items():
            setattr(application, name, value)
        keep_details(application, by=by, at=at, page=page)
    return application


def _details_since(application: Application, seen: int) -> tuple[dict[str, str] | None, list[DetailsVersion]]:
    """The details of the version that was seen, and all the versions after it."""
    versions = list(application.details_versions.filter(version__gte=seen))
    once = next((version.texts for version in versions if version.version == seen), None)
    return once, [version for version in versions if version.version > seen]


def keep_details(
    application: Application,
    *,
    by: User,
    at: datetime,
    page: Page = NOWHERE,
    restored_from: int | None = None,
) -> None:
    """Save title, summary and lead officer as they are set on it, and keep them as a version."""
    application.details_version += 1
    application.save(update_fields=[*DetailsVersion.TEXTS, "details_version"])
    DetailsVersion.objects.create(
        application=application,
        version=application.details_version,
        title=application.title,
        summary=application.summary,
        lead_officer=application.lead_officer,
        saved_by=by,
        saved_at=at,
        page=page.mark,
        turn=page.turn,
        restored_from=restored_from,
    )


@verb
def restore_details(
    application: Application, version: int, *, seen: int, by: User, at: datetime
) -> Application:
    """Write earlier details again, as a new version. `seen` is the version that stood when it was chosen."""
    application = Application.objects.lock(application.pk)
    versions = application.details_versions.select_related("saved_by")
    earlier = versions.filter(version=version).first()
    if earlier is None:
        raise Refused(NO_VERSION)
    refuse_if(rules.reasons_not_to_restore(application, standing=versions.first(), seen=seen, by=by, at=at))
    if any(getattr(application, name) != words for name, words in earlier.texts.items()):
        for name, words in earlier.texts.items():
            setattr(application, name, words)
        keep_details(application, by=by, at=at, restored_from=version)
    return application


def as_kept(*, title: str, summary: str, lead_officer: str) -> dict[str, str]:
    """The details as they are kept."""
    return {
        "title": text.one_line(title),
        "summary": text.clean(summary),
        "lead_officer": text.one_line(lead_officer),
    }


def saved_by(saved: Any, by: User | None) -> str:
    """'Sam Taylor saved', or 'You saved' of what this person saved elsewhere."""
    return "You saved" if by and saved.saved_by_id == by.pk else f"{saved.saved_by} saved"


def meanwhile(saved: Any, by: User | None) -> str:
    return "in another window meanwhile" if by and saved.saved_by_id == by.pk else "while you were writing"
