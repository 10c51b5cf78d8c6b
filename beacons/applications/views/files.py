"""An application's files: a page to add them and take them out, and the one way in which they are handed out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from beacons.applications import actions, content, permissions, rules
from beacons.applications.deadline import sentence
from beacons.applications.forms.files import FilesForm
from beacons.applications.models import Application, Attachment
from beacons.applications.views.base import WritingView, application_for
from beacons.core.files.shelf import shelf
from beacons.core.files.sniffing import FORMS, IN_WORDS
from beacons.core.lifecycle import Refused

# Nothing in a file that is handed out runs, fetches or is framed, whatever a browser makes of it.
NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class ApplicationFiles(WritingView):
    """What is there, a form for more, and what was taken out."""

    template_name = "applications/application_files.html"
    form_class = FilesForm
    loading = "for_section"
    loads = ("attachments__added_by", "attachments__removed_by")
    minutes = 5

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "application": self.application}

    def get_initial(self) -> dict[str, Any]:
        return {"question": self.request.GET.get("question", "")}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application, at = self.application, self.request.at
        return super().get_context_data(
            files=with_question(application, application.files),
            taken_out=rules.taken_out(application.attachments.all()),
            full=rules.reasons_not_to_add_any(application, at=at),
            left=rules.reasons_files(application),
            closing=sentence(application.closes_at, at),
            taken=IN_WORDS,
            **context,
        )

    def form_invalid(self, form: FilesForm) -> HttpResponse:
        if no_room(self.request):
            # What was chosen did not get as far as the form, which would only say that nothing was.
            form.errors.pop("files", None)
            form.add_error("files", actions.no_room("What you chose"))
        return super().form_invalid(form)

    def form_valid(self, form: FilesForm) -> HttpResponse:
        user, at = self.request.user, self.request.at
        try:
            added = actions.add_files(
                self.application, form.cleaned_data["files"], question=form.question, by=user, at=at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        if no_room(self.request):
            added.faults.append(actions.no_room("Not all that you chose"))
        if added.files:
            messages.success(self.request, f"Added: {in_words(added.files)}.")
        if not added.faults:
            return redirect("application_files", self.application.reference)
        if added.files:
            # Read afresh: what was added is in the list, and what was not is said above the form.
            self.application.refresh_from_db(fields=["attachments"])
            prefetch_related_objects([self.application], *self.loads)
        form = self.form_class(**{**self.get_form_kwargs(), "files": None})
        for fault in added.faults:
            form.add_error("files", fault)
        return super().form_invalid(form)


def no_room(request: HttpRequest) -> bool:
    """Was a file let go while it came in, because the disk is full?"""
    return getattr(request, "no_room", False)


def in_words(files: list[Attachment]) -> str:
    return " and ".join([", ".join(map(str, files[:-1])), str(files[-1])] if files[1:] else [str(files[0])])


def with_question(application: Application, files: list[Attachment]) -> list[tuple[Attachment, str, bool]]:
    """Each file with what it is for in words, and whether it is handed in: its question may no longer be asked."""
    asked = {item.question.pk: str(item.question) for each in application.sections for item in each.asked}
    every = {question.pk: str(question) for question in application.round.questions.all()}
    return [
        (
            file,
            every[file.question_id] if file.question_id else "",
            not file.question_id or file.question_id in asked,
        )
        for file in files
    ]


def own_file(request: HttpRequest, key: UUID) -> Attachment:
    """A file that this person may take out, put back or delete; 404 for what it may not know of."""
    known = Attachment.objects.visible_to(request.user, request.at).select_related("application__round")
    attachment = get_object_or_404(known, key=key)
    if not permissions.may_edit(request.user, attachment.application):
        raise PermissionDenied
    return attachment


def act(request: HttpRequest, key: UUID, verb: Any, done: str) -> HttpResponse:
    attachment = own_file(request, key)
    try:
        verb(attachment, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done.format(attachment))
    return redirect("application_files", attachment.application.reference)


@login_required
@require_POST
def attachment_remove(request: HttpRequest, key: UUID) -> HttpResponse:
    return act(request, key, actions.remove_file, "{} was taken out. Until the closing you can put it back.")


@login_required
@require_POST
def attachment_restore(request: HttpRequest, key: UUID) -> HttpResponse:
    return act(request, key, actions.restore_file, "{} is in the application again.")


@login_required
@require_POST
def attachment_erase(request: HttpRequest, key: UUID) -> HttpResponse:
    return act(request, key, actions.erase_file, "{} was deleted for good.")


@login_required
@require_safe
def attachment_download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A file, for its own people and, once the application is handed in, for the office."""
    known = Attachment.objects.visible_to(request.user, request.at).select_related("application")
    attachment = get_object_or_404(known, key=key)
    own = permissions.may_read(request.user, attachment.application)
    if not own:
        submission = application_for(request, attachment.application.reference).submission
        if submission is None or not content.is_listed(attachment, content.files_listed(submission.content)):
            raise Http404
    return hand_out(request, attachment, own=own)


def hand_out(request: HttpRequest, attachment: Attachment, *, own: bool = False) -> HttpResponseBase:
    """The bytes, to be saved and never shown within a page; or why they cannot be had now."""
    if reasons := rules.reasons_not_to_open(attachment, own=own):
        facts = {"attachment": attachment, "reasons": reasons}
        return render(request, "applications/file_closed.html", facts, status=403)
    response = FileResponse(
        shelf().open(attachment.stored_as),
        as_attachment=True,
        filename=attachment.saved_as,
        content_type=FORMS[attachment.kind].media_type,
    )
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
