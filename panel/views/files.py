"""The files of a paper, through the panel's own door."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from beacons.applications import content
from beacons.applications.models import Application, Attachment
from beacons.applications.views.files import hand_out
from panel.models import Case


@login_required
@require_safe
def paper_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A file of a case that this member may read, once the scanner has passed it; to everybody else it is not there."""
    cases = Case.objects.visible_to(request.user, request.at).standing()
    known = Attachment.objects.kept().filter(application__in=cases.values("application"))
    attachment = get_object_or_404(known, key=key)
    submission = Application.objects.get(pk=attachment.application_id).submission
    if submission is None or not content.is_listed(attachment, content.files_listed(submission.content)):
        raise Http404
    return hand_out(request, attachment)
