"""An application as a PDF, and the very content that was handed in."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beacons.applications import permissions, printing
from beacons.applications.models import Application, Submission
from beacons.applications.views.base import PAPER, application_for
from beacons.core import papers
from beacons.core.views import download


@login_required
@require_safe
def application_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """What was handed in; for its own council also a draft, which says that it is one."""
    application = application_for(request, reference, *PAPER)
    return as_pdf(request, application, application.submission)


@login_required
@require_safe
def application_content(request: HttpRequest, reference: str) -> HttpResponse:
    """The very bytes whose SHA-256 is on the receipt."""
    application = application_for(request, reference)
    if application.submission is None:
        raise Http404
    return download(application.submission.content, f"{application.reference}.json")


def earlier(request: HttpRequest, reference: str, number: int) -> tuple[Application, Submission]:
    """Something that was handed in and withdrawn again is its council's own."""
    application = application_for(request, reference)
    if not permissions.may_read(request.user, application):
        raise PermissionDenied
    known = application.submissions.select_related("submitted_by", "certification__certified_by")
    return application, get_object_or_404(known, number=number)


@login_required
@require_safe
def submission_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return as_pdf(request, *earlier(request, reference, number))


@login_required
@require_safe
def submission_content(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    application, submission = earlier(request, reference, number)
    return download(submission.content, f"{application.reference}-{number}.json")


def as_pdf(request: HttpRequest, application: Application, submission: Submission | None) -> HttpResponse:
    """The paper, made outside every transaction; or in words that this machine can make none."""
    try:
        if submission is None:
            content = printing.draft_pdf(application, at=request.at)
        else:
            content = printing.submission_pdf(submission)
    except papers.NoPress:
        return render(request, "applications/no_press.html", {"application": application}, status=503)
    return download(content, printing.name(application, submission), inline=True)
