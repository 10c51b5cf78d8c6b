"""All questions of a round before anybody starts: as a page, a PDF and a Word document with space to write."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beacons.core import papers
from beacons.core.views import download
from beacons.rounds import asking
from beacons.rounds.models import Round
from beacons.rounds.question_documents import docx


def facts(request: Any, slug: str) -> dict[str, Any]:
    """The round, if this person may know of it, with its questions by section."""
    known = Round.objects.visible_to(request.user, request.at).for_detail()
    a_round = get_object_or_404(known, slug=slug)
    questions = list(a_round.questions.all())
    return {
        "round": a_round,
        "sections": asking.by_section(questions),
        "count": len(questions),
        "words": asking.most_words(questions),
        "how_long": asking.how_long(questions),
        "request": request,
    }


@require_safe
def question_list(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "rounds/question_list.html", facts(request, slug))


@require_safe
def question_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    shown = facts(request, slug)
    try:
        content = papers.pdf("rounds/question_paper.html", shown)
    except papers.NoPress:
        return render(request, "rounds/question_list.html", {**shown, "no_press": True}, status=503)
    return download(content, f"questions-{slug}.pdf", inline=True)


@require_safe
def question_docx(request: HttpRequest, slug: str) -> HttpResponse:
    shown = facts(request, slug)
    content = docx(shown["round"], shown["sections"], shown["how_long"], shown["words"])
    return download(content, f"questions-{slug}.docx")
