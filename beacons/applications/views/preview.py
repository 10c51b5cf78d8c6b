"""A round's questions exactly as an applicant would meet them, before anybody can apply."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beacons.applications import paper
from beacons.applications.forms.answers import answers_form
from beacons.directory.permissions import works_in_office
from beacons.rounds import asking
from beacons.rounds.models import Round


@login_required
@require_safe
def question_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """For the office alone. Nothing typed here is sent anywhere: there is no button."""
    if not works_in_office(request.user):
        raise PermissionDenied
    rounds = Round.objects.visible_to(request.user, request.at).for_detail()
    a_round = get_object_or_404(rounds, slug=slug)
    questions = list(a_round.questions.all())
    # A follow-up is asked only after its question was answered; here each is shown, with the line that says when.
    sections = paper.sections(questions, [])
    forms = [(section, preview_form(section)) for section in sections]
    return render(
        request,
        "applications/question_preview.html",
        {
            "round": a_round,
            "sections": forms,
            "count": len(questions),
            "how_long": asking.how_long(questions),
        },
    )


def preview_form(section: paper.Section) -> Any:
    shown = paper.Section(
        section.number, section.name, tuple(paper.everything_asked(item) for item in section.items)
    )
    made = answers_form(shown)
    made.submit, made.buttons = "", ()
    form = made(section=shown)
    form.buttons = ()
    return form
